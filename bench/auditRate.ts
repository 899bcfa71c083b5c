import { auditLedger, type Finding } from '@lading/engine';
import { sha256Node, sodiumVerify } from '@lading/identity';
import { decodeTransaction, verifyTransaction } from '@lading/ledger';
import { membershipContract } from '@lading/membership';
import { createProvenanceContract } from '@lading/provenance';
import { LedgerAuditSource } from '@lading/storage';
import { cpuMicros } from './ownProcess.js';

/** One audit of a whole database. */
export interface AuditRun {
  readonly transactions: number;
  readonly findings: readonly Finding[];
  /** Of processor time, the threads that collect garbage included. */
  readonly micros: number;
  /** The same of one signature check (rule C1), just after. */
  readonly signatureMicros: number;
}

const CHECKED = 2000;

/** Audits a node's database some times, one after the other. */
export async function auditRuns(url: string, genesisBytes: Uint8Array, count: number): Promise<readonly AuditRun[]> {
  const crypto = { sha256: sha256Node, verify: sodiumVerify };
  const contracts = [membershipContract, createProvenanceContract(sha256Node)];
  const source = await LedgerAuditSource.open(url);
  const runs: AuditRun[] = [];
  for (let n = 0; n < count; n++) {
    const before = cpuMicros();
    const findings: Finding[] = [];
    let transactions = 0;
    const audit = auditLedger(source, genesisBytes, contracts, crypto, (at) => (transactions = at.transactions));
    for await (const finding of audit) findings.push(finding);
    const micros = cpuMicros() - before;
    runs.push({ transactions, findings, micros, signatureMicros: await signatureMicros(source) });
  }
  await source.close();
  return runs;
}

async function signatureMicros(source: LedgerAuditSource): Promise<number> {
  const rows = await source.transactions({ height: 0, index: -1 }, CHECKED);
  const transactions = rows.map(({ encoded }) => decodeTransaction(encoded, sha256Node));
  const before = cpuMicros();
  for (const one of transactions) if (!one.ok || !verifyTransaction(one.value, sodiumVerify)) throw new Error('not a transaction');
  return (cpuMicros() - before) / transactions.length;
}
