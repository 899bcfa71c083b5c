import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '@lading/kernel';
import { shownCheckpoint, type ConsistencyFacts } from '@lading/verifier';
import { safeText } from '../text/safe.js';
import { judgeFile, reportJson, type FileVerdict, type JudgedFile } from './judge.js';
import type { Paints } from './reportLines.js';

/** Files of a bundle (spec/export.md §6). Whatever else lies in the folder is looked at by nobody. */
export const BUNDLE = { story: 'story.proof', receipts: 'receipts', histories: 'histories', genesis: 'genesis.json' } as const;

/** What a folder with the story of one item, and the receipts of all that it tells of, comes to. */
export interface JudgedBundle {
  readonly verdict: FileVerdict;
  readonly story: JudgedFile;
  readonly receipts: number;
  /** Heights of the checkpoints that its proofs lead to. */
  readonly checkpoints: readonly number[];
  /** Why it is false, the story's own reasons aside. */
  readonly faults: readonly string[];
}

interface NamedFile {
  readonly name: string;
  readonly judged: JudgedFile;
}

export const isBundle = (path: string): boolean => existsSync(join(path, BUNDLE.story));

/** Judges every proof of a bundle, and that they belong together, by a genesis and nothing else. */
export function judgeBundle(folder: string, genesisBytes: Uint8Array): JudgedBundle {
  const judge = (name: string): NamedFile => {
    return { name, judged: judgeFile(new Uint8Array(readFileSync(join(folder, name))), genesisBytes, {}) };
  };
  const list = (name: string): readonly NamedFile[] => proofsOf(folder, name).map(judge);
  const story = judge(BUNDLE.story);
  const receipts = list(BUNDLE.receipts);
  const histories = list(BUNDLE.histories);
  const points = pointsOf([story, ...receipts]);
  const checkpoints = [...points.keys()].sort((a, b) => a - b);
  const { verdict } = story.judged;
  const faults = [
    ...[...receipts, ...histories].filter(({ judged }) => judged.verdict !== 'VERIFIED').map(({ name }) => `${name} is not true`),
    ...(verdict === 'VERIFIED' ? receiptFaults(story, receipts) : []),
    ...historyFaults(checkpoints, points, histories)
  ];
  const isTrue = verdict === 'VERIFIED' && faults.length === 0;
  return {
    verdict: isTrue || verdict !== 'VERIFIED' ? verdict : 'FALSE',
    story: story.judged,
    receipts: receipts.length,
    checkpoints,
    faults
  };
}

function proofsOf(folder: string, name: string): readonly string[] {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  return readdirSync(path).filter((file) => file.endsWith('.proof')).sort().map((file) => join(name, file));
}

/** Every transaction that the story tells of has a receipt, of the same block, and there are no others. */
function receiptFaults({ judged }: NamedFile, receipts: readonly NamedFile[]): string[] {
  if (judged.proof.kind !== 'provenance') return [`${BUNDLE.story} is no story of an item`];
  const wanted = new Map((judged.proof.report.facts?.events ?? []).map(({ txId, height }) => [txId, height]));
  const faults: string[] = [];
  for (const { name, judged: { proof } } of receipts) {
    const facts = proof.kind === 'receipt' ? proof.report.facts : null;
    const height = facts === null ? undefined : wanted.get(facts.transaction.txId);
    if (facts === null || height === undefined) faults.push(`${name} is no receipt of a transaction of the story`);
    else if (facts.height !== height) faults.push(`${name} is of height ${facts.height}; the story says ${height}`);
    else wanted.delete(facts.transaction.txId);
  }
  for (const [txId, height] of wanted) faults.push(`transaction ${txId} of height ${height} has no receipt`);
  return faults;
}

/** Block hashes by the heights of the checkpoints that true proofs lead to: more than one hash is a fork. */
function pointsOf(files: readonly NamedFile[]): ReadonlyMap<number, ReadonlySet<string>> {
  const points = new Map<number, Set<string>>();
  for (const { judged } of files) {
    const shown = judged.verdict === 'VERIFIED' ? shownCheckpoint(judged.bytes) : null;
    if (shown === null) continue;
    points.set(shown.height, (points.get(shown.height) ?? new Set()).add(toHex(shown.blockHash)));
  }
  return points;
}

/** Each checkpoint's history contains the one before. */
function historyFaults(
  heights: readonly number[],
  points: ReadonlyMap<number, ReadonlySet<string>>,
  histories: readonly NamedFile[]
): string[] {
  const faults = heights.filter((height) => points.get(height)?.size !== 1).map((height) => `two checkpoints of height ${height}`);
  const proven = histories.flatMap(({ judged: { proof, verdict } }): ConsistencyFacts[] => {
    return proof.kind === 'consistency' && verdict === 'VERIFIED' && proof.report.facts !== null ? [proof.report.facts] : [];
  });
  const isAt = (point: ConsistencyFacts['from'], height: number): boolean =>
    point.height === height && points.get(height)?.has(point.blockHash) === true;
  for (const [index, height] of heights.entries()) {
    const before = heights[index - 1];
    if (before === undefined || proven.some(({ from, to }) => isAt(from, before) && isAt(to, height))) continue;
    faults.push(`nothing shows that the history at height ${height} contains the one at ${before}`);
  }
  return faults;
}

/** What is told after the story's own report. */
export function bundleLines({ receipts, checkpoints, faults }: JudgedBundle, { green, red, dim }: Paints): readonly string[] {
  if (faults.length > 0) return faults.map((fault) => ` ${red('✖')} ${safeText(fault)}`);
  const one = checkpoints.length === 1 ? `height ${checkpoints[0]}` : `heights ${checkpoints.join(', ')}, one history`;
  return [
    ` ${green('✔')} every transaction of the story has its receipt  ${dim(`${receipts} receipts: block, place, outcome`)}`,
    ` ${green('✔')} all of it leads to checkpoints of one history  ${dim(one)}`
  ];
}

/** The same for programs. */
export function bundleJson(bundle: JudgedBundle, folder: string, trust: string): object {
  const { story, receipts, checkpoints, faults, verdict } = bundle;
  return { ...reportJson(story, folder, trust), kind: 'bundle', verdict, proven: verdict === 'VERIFIED', receipts, checkpoints, faults };
}
