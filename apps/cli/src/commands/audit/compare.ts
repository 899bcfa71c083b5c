import { setTimeout as pause } from 'node:timers/promises';
import { askedNode } from '../../audit/compare/askedNode.js';
import { compareNodes, type ComparedNetwork } from '../../audit/compare/compareNodes.js';
import { printComparison } from '../../audit/compare/told.js';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { usage } from '../../failure.js';
import { tokensOf } from '../../profile/tokenSource.js';

/** Windows of nodes that run meet again and again; those of a node that has stopped never do. */
const ATTEMPTS = 12;
const PAUSE_MS = 250;

/** The first height and key in which nodes differ, each compared with the highest (spec/compare.md). */
export async function run(call: Call): Promise<number> {
  const urls = [...new Set(call.args)];
  if (urls.length < 2) throw usage('Two nodes at least', 'lading audit compare URL URL…');
  for (const url of urls) if (!URL.canParse(url)) throw usage(`"${url}" is no address of a node`, 'lading audit compare --help');
  const token = tokensOf(call);
  const nodes = urls.map((url) => askedNode(url, call.globals.timeoutMs, token));
  const options = { attempts: ATTEMPTS, pause: () => pause(PAUSE_MS), quick: call.flag('quick') };
  const compared = await compareNodes(nodes, options);
  if (call.out.isJson) call.out.json({ ...compared, first: firstOf(compared) });
  else printComparison(call.out, compared);
  return exitCodeOf(compared);
}

/** The lowest height at which anybody differs from the reference, and who does there. */
function firstOf({ comparisons }: ComparedNetwork): { readonly height: number; readonly nodes: readonly string[] } | null {
  const found = comparisons.flatMap(({ divergence, nodes }) => {
    return divergence === null ? [] : [{ height: divergence.height, node: nodes[1] }];
  });
  if (found.length === 0) return null;
  const height = Math.min(...found.map((one) => one.height));
  return { height, nodes: found.filter((one) => one.height === height).map(({ node }) => node) };
}

/** spec/compare.md 5.1. */
function exitCodeOf({ nodes, comparisons, damage }: ComparedNetwork): number {
  const differs = comparisons.some(({ divergence, state }) => divergence !== null || (state?.keys.length ?? 0) > 0);
  if (differs || damage.length > 0 || nodes.some(({ state }) => state === 'otherNetwork')) return EXIT.negative;
  const refused = comparisons.some(({ fault }) => fault?.code.startsWith('TOKEN_') === true || fault?.code === 'ROLE_MISSING');
  if (refused || nodes.some(({ state }) => state === 'notAllowed')) return EXIT.notAllowed;
  const lost = nodes.some(({ state }) => state === 'unreachable') || comparisons.some(({ fault }) => fault !== null);
  return lost ? EXIT.unreachable : EXIT.ok;
}
