import { equalBytes, toHex } from '@lading/kernel';
import type { Finding } from './finding.js';
import { outcomeFaults } from './replay.js';
import type { ReplayedBlock } from './replay.js';
import type { BlockRows } from '../auditSource.js';

/** Stored outcomes of a block that are not what executing it again gives. */
export function compareOutcomes(rows: BlockRows, { outcomes }: ReplayedBlock): Finding[] {
  const findings: Finding[] = [];
  for (const row of rows.outcomes) {
    const derived = outcomes[row.index];
    if (derived === undefined) continue;
    for (const what of outcomeFaults(row, derived)) {
      findings.push({ table: 'outcome', key: `${row.height}/${row.index}`, what });
    }
  }
  return findings;
}

/** Stored roots of a block that are not what executing it again gives. */
export function compareRoots({ block }: BlockRows, replayed: ReplayedBlock): Finding[] {
  const findings: Finding[] = [];
  const note = (what: string): void => void findings.push({ table: 'block', key: String(block.height), what });
  if (!equalBytes(block.outcomeRoot, replayed.outcomeRoot)) note('outcome_root is not the root of the outcomes');
  if (!equalBytes(block.stateRoot, replayed.stateRoot)) {
    note(`state_root is not what replaying gives (${toHex(replayed.stateRoot)})`);
  }
  return findings;
}
