import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { auditLedger, type AuditProgress } from '@lading/engine';
import { selfTestC1, sha256Node, sodiumVerify } from '@lading/identity';
import { membershipContract } from '@lading/membership';
import { provenanceContract } from '@lading/provenance';
import { LedgerAuditSource } from '@lading/storage';
import { errorPages } from './start/paths.js';
import { explain, StartFault } from './start/startFault.js';

/** Exit code of "the database is not what the ledger says", apart from 1, "could not check". */
const FINDINGS = 3;

/** `node dist/audit.js --url-file database.url --genesis genesis.json [--json]`: derives a whole database again. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { 'url-file': { type: 'string' }, genesis: { type: 'string' }, json: { type: 'boolean' } }
  });
  const file = values['url-file'];
  if (file === undefined || values.genesis === undefined) {
    throw new StartFault('USAGE', 'audit.js --url-file <file with a URL> --genesis <genesis.json> [--json]');
  }
  selfTestC1();
  const genesisBytes = new Uint8Array(await readFile(values.genesis));
  const source = await LedgerAuditSource.open((await readFile(file, 'utf8')).trim());
  const crypto = { sha256: sha256Node, verify: sodiumVerify };
  let seen: AuditProgress = { height: 0, transactions: 0, findings: 0 };
  let findings = 0;
  try {
    const audit = auditLedger(source, genesisBytes, [membershipContract, provenanceContract], crypto, (progress) => {
      seen = progress;
    });
    for await (const finding of audit) {
      findings += 1;
      const { table, key, what } = finding;
      process.stdout.write(values.json === true ? `${JSON.stringify(finding)}\n` : `✘ ${table} ${key}: ${what}\n`);
    }
  } finally {
    await source.close();
  }
  const { height, transactions } = seen;
  const summary = { height, transactions, findings };
  process.stdout.write(
    values.json === true ? `${JSON.stringify(summary)}\n` : summaryLine(height, transactions, findings)
  );
  return findings === 0 ? 0 : FINDINGS;
}

function summaryLine(height: number, transactions: number, findings: number): string {
  const read = `${height + 1} blocks and ${transactions} transactions derived again from genesis`;
  return findings === 0 ? `✔ ${read}: every row agrees\n` : `✘ ${read}: ${findings} findings\n`;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  async (error: unknown) => {
    process.stderr.write(`${await explain(error, errorPages)}\n`);
    process.exitCode = 1;
  }
);
