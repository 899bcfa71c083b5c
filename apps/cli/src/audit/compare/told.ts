import type { Output } from '../../output.js';
import { safeText } from '../../text/safe.js';
import { table } from '../../text/table.js';
import type { ComparedNetwork, NodeLine } from './compareNodes.js';
import type { Comparison, Damage, Divergence, KeyValue, StateComparison } from './types.js';

/** A comparison for people; nothing that a node said reaches the terminal as it is. */
export function printComparison(out: Output, { nodes, reference, comparisons, damage }: ComparedNetwork): void {
  const rows = [['node', 'height', 'certified', ''], ...nodes.map((node) => nodeRow(node, reference))];
  for (const line of table(rows).split('\n')) out.line(line.trimEnd());
  for (const comparison of comparisons) printPair(out, comparison);
  for (const one of damage) printDamage(out, one);
}

function nodeRow({ url, state, status, behind, detail }: NodeLine, reference: string | null): readonly string[] {
  const heights = [String(status?.height ?? '–'), String(status?.certifiedHeight ?? '–')];
  const words = { answers: '', unreachable: 'unreachable', notAllowed: 'not allowed', otherNetwork: 'ANOTHER NETWORK' }[state];
  const place = url === reference ? 'the reference' : behind === null || behind === 0 ? '' : `${behind} blocks behind`;
  const from = status?.historyFrom === null || status === null ? '' : `holds blocks from ${status.historyFrom} on`;
  const mode = status === null || status.mode === 'NORMAL' ? '' : status.mode;
  const notes = [words, place, from, mode, status?.reason ?? '', detail ?? ''].filter((note) => note !== '');
  return [safeText(url), ...heights, safeText(notes.join('; '))];
}

function printPair(out: Output, { nodes, heights, divergence, state, fault }: Comparison): void {
  const { green, red, yellow } = out.colors;
  const [a, b] = nodes.map(safeText);
  const range = heights === null ? 'no height that both hold' : `heights ${heights[0]} to ${heights[1]}`;
  const same = divergence === null && (state === null || state.keys.length === 0);
  if (fault !== null) {
    const why = safeText(`${fault.node}: ${fault.code}: ${fault.detail}`);
    out.line(`${yellow('!')} ${b} and ${a}: not compared to the end: ${why}`);
  }
  if (same) out.line(`${fault === null ? green('✔') : ' '} ${b} and ${a}: no difference in ${range}`);
  if (divergence !== null) {
    out.line(`${red('✘')} ${b} and ${a} differ, first at height ${divergence.height}: ${WORDS[divergence.kind]}`);
    printDifferences(out, divergence);
  } else if (!same) out.line(`${red('✘')} ${b} and ${a} have the same blocks and roots in ${range}, and other keys`);
  if (state !== null) printState(out, state, divergence);
}

const WORDS: Readonly<Record<Divergence['kind'], string>> = {
  fork: 'two blocks',
  execution: 'the same block, other outcomes or another state',
  rows: 'the same block, other rows'
};

function printDifferences(out: Output, { differences }: Divergence): void {
  for (const { part, index, said } of differences) {
    const place = index === null ? part : `${part}, no. ${index}`;
    out.line(`    ${place}`);
    out.line(`      reference  ${safeText(said[0])}`);
    out.line(`      other      ${safeText(said[1])}`);
  }
}

function printState(out: Output, { height, windows, keys, more }: StateComparison, divergence: Divergence | null): void {
  const [one, other] = windows.map(([from, to]) => `${from}–${to}`);
  if (height === null) {
    out.line(`    keys of the state: no height is known to both (reference ${one}, other ${other})`);
    if (keys.length > 0) out.line('    keys that the lower one has changed since its last checkpoint, and that are another now:');
    else if (divergence !== null && divergence.kind !== 'rows') {
      out.line('    next: lading audit db, on the database of the one that stopped');
    }
  } else out.line(`    keys of the state: compared after height ${height}${keys.length === 0 ? ', no difference' : ''}`);
  for (const { key, keyHash, said } of keys) {
    out.line(`    ${height === null ? '?' : '✘'} ${safeText(key ?? `key with hash ${keyHash}`)}`);
    out.line(`      reference  ${valueText(said[0])}`);
    out.line(`      other      ${valueText(said[1])}`);
  }
  if (more) out.line('    and more keys');
}

const valueText = (value: KeyValue | null): string => (value === null ? 'absent' : `value hash ${safeText(value.valueHash)}`);

function printDamage(out: Output, { node, table: name, key, what }: Damage): void {
  out.line(`${out.colors.red('✘')} ${safeText(node)} contradicts itself: ${safeText(`${name} ${key}: ${what}`)}`);
}
