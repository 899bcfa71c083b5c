import { setTimeout as pause } from 'node:timers/promises';
import { LadingClient } from '@lading/sdk';
import { compareNodes, type ComparedNode, type Comparison } from '../../audit/compareNodes.js';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { usage } from '../../failure.js';
import { Session } from '../../profile/session.js';
import { safeText } from '../../text/safe.js';

/** Nodes that run stand at one height again and again; one that never does is not met. */
const ATTEMPTS = 20;
const PAUSE_MS = 250;

/** First divergent height and key between nodes, each compared with the first. */
export async function run(call: Call): Promise<number> {
  if (call.args.length < 2) throw usage('Two nodes at least', 'lading audit compare URL URL…');
  const [first, ...others] = call.args.map((text) => nodeAt(text, call));
  if (first === undefined) return EXIT.usage;
  const comparisons: Comparison[] = [];
  for (const other of others) {
    comparisons.push(await compareNodes(first, other, { attempts: ATTEMPTS, pause: () => pause(PAUSE_MS) }));
  }
  if (call.out.isJson) call.out.json({ comparisons });
  else for (const comparison of comparisons) print(call, comparison);
  return comparisons.some(({ divergence }) => divergence !== null) ? EXIT.negative : EXIT.ok;
}

function nodeAt(text: string, call: Call): ComparedNode {
  if (!URL.canParse(text)) throw usage(`"${text}" is no address of a node`, 'lading audit compare --help');
  const session = Session.open(call);
  const client = new LadingClient({ urls: [text], timeoutMs: call.globals.timeoutMs, token: () => session.token() });
  return {
    name: text,
    head: () => client.status(),
    block: (height) => client.block(height),
    digests: (prefix) => client.stateDigests(prefix),
    entries: (prefix, after) => client.stateEntries(prefix, after)
  };
}

function print(call: Call, { nodes, height, stateHeight, divergence }: Comparison): void {
  const { green, red } = call.out.colors;
  const [a, b] = nodes.map(safeText);
  if (divergence === null) {
    call.out.line(`${green('✔')} ${a} and ${b}: the same blocks and roots up to height ${height}`);
  } else {
    const where = divergence.height === null ? 'the state now' : `height ${divergence.height}`;
    call.out.line(`${red('✘')} ${a} and ${b} differ, first at ${where}: ${safeText(divergence.what)}`);
    if (divergence.key !== null) call.out.line(`  first key that differs: ${safeText(divergence.key)}`);
  }
  const state = stateHeight === null ? 'not compared: the nodes never stood at one height' : `compared at height ${stateHeight}`;
  call.out.line(`  keys of the state: ${state}`);
}
