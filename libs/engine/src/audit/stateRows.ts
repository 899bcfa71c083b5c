import { equalBytes } from '@lading/kernel';
import type { AuditSource, AuditStateRow } from '../auditSource.js';
import type { StateChange } from '../ports.js';
import type { Finding } from './finding.js';
import type { Replay } from './replay.js';

const PAGE = 1000;

/**
 * Compares every row of the state with what replaying gives. `brokenAt`: the first height that could not be executed
 * again, or null; rows are then compared with their own hashes only.
 */
export async function* stateFindings(
  source: Pick<AuditSource, 'state'>,
  replay: Replay,
  brokenAt: number | null
): AsyncGenerator<Finding> {
  if (brokenAt !== null) {
    const what = `not compared: transactions from height ${brokenAt} on could not be executed again`;
    yield { table: 'state', key: '*', what };
  }
  for (let after = ''; ; ) {
    const rows = await source.state(after, PAGE);
    const last = rows.at(-1);
    if (last === undefined) break;
    for (const row of rows) {
      // What could not be executed again is compared with its own hashes.
      const expected = brokenAt === null ? replay.state.mark(row.key) : { ...replay.changeOf(row.key, row.value), value: row.value };
      const what = rowFault(row, expected);
      if (what !== null) yield { table: 'state', key: row.key, what };
    }
    after = last.key;
  }
  if (brokenAt !== null) return;
  for (const key of replay.state.unmarked()) yield { table: 'state', key, what: 'row is missing' };
}

function rowFault(row: AuditStateRow, expected: (StateChange & { readonly value: Uint8Array }) | undefined): string | null {
  if (expected === undefined) return 'key: no transaction wrote it';
  if (!equalBytes(row.value, expected.value)) return 'value is not the one that replaying gives';
  if (!equalBytes(row.keyHash, expected.keyHash)) return 'key_hash is not the hash of the key';
  if (row.bucket !== expected.bucket) return 'bucket is not that of the key hash';
  const same = expected.valueHash !== null && equalBytes(row.valueHash, expected.valueHash);
  return same ? null : 'value_hash is not the hash of the value';
}
