import { evidencePlace, proveEvidence } from '@lading/consensus';
import { equalBytes } from '@lading/kernel';
import type { Sha256, VerifySignature } from '@lading/kernel';
import type { EpochConfig } from '@lading/ledger';
import type { AuditEvidenceRow, AuditSource } from '../auditSource.js';
import type { Finding } from './finding.js';

const PAGE = 1000;

/**
 * Every row of evidence proves what its columns say. Which evidence a node has found is its own matter; when it was recorded
 * is not checked: nobody has signed it.
 */
export async function* evidenceFindings(
  source: Pick<AuditSource, 'evidence'>,
  configOf: (epoch: number) => EpochConfig | null,
  crypto: { readonly sha256: Sha256; readonly verify: VerifySignature }
): AsyncGenerator<Finding> {
  let expected = 1;
  for (let from = Number.MIN_SAFE_INTEGER; source.evidence !== undefined; ) {
    const rows = await source.evidence(from, PAGE);
    const last = rows.at(-1);
    if (last === undefined) return;
    for (const row of rows) {
      const what = rowFault(row, expected, configOf(row.epoch), crypto);
      expected = row.number + 1;
      if (what !== null) yield { table: 'evidence', key: String(row.number), what };
    }
    if (last.number >= Number.MAX_SAFE_INTEGER) return;
    from = Math.max(last.number + 1, Number.MIN_SAFE_INTEGER + 1);
  }
}

function rowFault(
  row: AuditEvidenceRow,
  expected: number,
  config: EpochConfig | null,
  { sha256, verify }: { readonly sha256: Sha256; readonly verify: VerifySignature }
): string | null {
  if (row.number !== expected) return `number is not ${expected}, which comes next`;
  if (!equalBytes(sha256(row.encoded), row.digest)) return 'digest is not the hash of encoded';
  if (config === null) return 'epoch is none that the chain has';
  const proved = proveEvidence(row.encoded, config, verify, sha256);
  if (!proved.ok) return `encoded does not prove anything: ${proved.code}, ${proved.detail}`;
  const place = evidencePlace(proved.value);
  if (place.epoch !== row.epoch) return 'epoch is not that of the statements';
  if (place.kind !== row.kind) return `kind is ${place.kind} by the statements`;
  if (place.validator !== row.validator) return `validator is ${place.validator} by the statements`;
  return place.slot === row.slot ? null : `slot is ${place.slot} by the statements`;
}
