import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toBase64Url } from '@lading/kernel';
import type { LadingClient, ReadOptions } from '@lading/sdk';
import { shownCheckpoint, verifyProvenance } from '@lading/verifier';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { CliFailure } from '../failure.js';
import { Session } from '../profile/session.js';
import { shellWord } from '../text/shell.js';
import { BUNDLE } from '../verify/bundle.js';

/** Receipts that are asked for at once. */
const AT_ONCE = 4;

const READ_ME = `The story of one item, for somebody without any node.

  story.proof    every event of the item and of all that it came from
  receipts/      for each transaction of the story: its block, place and outcome
  histories/     that the checkpoints of these proofs belong to one history
  genesis.json   the network, as this folder says; take your own copy

Check all of it, without any network:

  node lading-verify.mjs FOLDER --trust your-own-genesis.json
`;

/** Writes the bundle of an item (spec/export.md §6); the folder is a bundle once all of it is there. */
export async function writeBundle(call: Call, item: string, folder: string): Promise<number> {
  const { client, profile } = Session.open(call);
  const options = { timeoutMs: call.globals.timeoutMs };
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new CliFailure({ what: `${folder} is not empty`, next: 'name a new folder', exitCode: EXIT.conflict });
  }
  const genesisBytes = new Uint8Array(readFileSync(call.option('trust') ?? profile.genesisFile));
  const scope = call.flag('conditions') ? 'conditions' : 'history';
  const { text: story } = await client.itemProof(item, scope, options);
  const report = verifyProvenance(story, genesisBytes);
  if (report.facts === null || !report.proven) {
    const why = report.checks.find(({ ok }) => !ok)?.detail ?? report.detail;
    const next = 'ask another node: --profile NAME';
    throw new CliFailure({ what: 'The node gave a story that is not true', why, next, exitCode: EXIT.negative });
  }
  for (const name of [BUNDLE.receipts, BUNDLE.histories]) mkdirSync(join(folder, name), { recursive: true });
  const transactions = new Map(report.facts.events.map(({ txId, height }) => [txId, height]));
  const heights = await writeReceipts(client, transactions, folder, options);
  const shown = shownCheckpoint(story);
  if (shown !== null) heights.add(shown.height);
  await writeHistories(client, [...heights].sort((a, b) => a - b), folder, options);
  writeFileSync(join(folder, BUNDLE.genesis), genesisBytes);
  writeFileSync(join(folder, 'README.txt'), READ_ME);
  writeFileSync(join(folder, `${BUNDLE.story}.partial`), story);
  renameSync(join(folder, `${BUNDLE.story}.partial`), join(folder, BUNDLE.story));
  return told(call, folder, item, transactions.size, [...heights].sort((a, b) => a - b));
}

function told(call: Call, folder: string, item: string, receipts: number, checkpoints: readonly number[]): number {
  const { out } = call;
  if (out.isJson) out.json({ folder, item, receipts, checkpoints });
  else {
    out.line(folder);
    out.say(`The story of ${item}, and the receipts of ${receipts} transactions. It can be checked anywhere, without any network.`);
    out.say(`  next    lading verify ${shellWord(folder)}`);
  }
  return EXIT.ok;
}

/** Resolves with the heights of the checkpoints that they lead to. */
async function writeReceipts(
  client: LadingClient,
  transactions: ReadonlyMap<string, number>,
  folder: string,
  options: ReadOptions
): Promise<Set<number>> {
  const heights = new Set<number>();
  const waiting = [...transactions];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [txId, height] = next;
      const { text } = await client.receipt(toBase64Url(fromHex(txId) ?? new Uint8Array()), options);
      const shown = shownCheckpoint(text);
      if (shown !== null) heights.add(shown.height);
      writeFileSync(join(folder, BUNDLE.receipts, `${String(height).padStart(12, '0')}-${txId}.proof`), text);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return heights;
}

async function writeHistories(
  client: LadingClient,
  heights: readonly number[],
  folder: string,
  options: ReadOptions
): Promise<void> {
  for (const [index, height] of heights.entries()) {
    const before = heights[index - 1];
    if (before === undefined) continue;
    const { text } = await client.consistencyProof(before, height, options);
    writeFileSync(join(folder, BUNDLE.histories, `${before}-${height}.proof`), text);
  }
}
