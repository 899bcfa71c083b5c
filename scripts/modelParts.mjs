/** What scripts/model.mjs reads out of the model and out of its traces. */

/** Rules that the model can leave out: every one is a branch on MUTANT in model/*.qnt. */
export const MUTANTS = [
  'quorum-2', 'rank-by-height', 'votes-while-changing', 'hand-over-any-view', 'last-prepared-ignored',
  'stale-view-change', 'past-turn-end', 'top-not-highest', 'two-new-views', 'conceals-certificate',
  'certificate-not-on-disk'
];

/** Smaller worlds in which a mutant shows itself sooner. */
const WORLDS = { 'rank-by-height': { MAX_HEIGHT: 2, TURN: 8 }, 'hand-over-any-view': { MAX_HEIGHT: 3, TURN: 2 } };

/** Mutants that are looked for from another start than the beginning. */
export const STARTS = { 'rank-by-height': 'initForked' };

/** model/setup.qnt with a rule left out. */
export function setupOf(text, mutant) {
  const values = { MUTANT: `"${mutant}"`, ...WORLDS[mutant] };
  return Object.entries(values).reduce(
    (setup, [name, value]) => setup.replace(new RegExp(`(pure val ${name} =) .*`), `$1 ${value}`), text
  );
}

/** Names of the boolean definitions, by the headings that they stand under. */
export function definitionsOf(text) {
  const [laws, sights] = text.split('// ---- Witnesses ----');
  const names = (part) => [...part.matchAll(/^ {2}val (\w+)/gm)].map((match) => match[1]);
  return { invariants: names(laws), witnesses: names(sights) };
}

/** Values of the Informal Trace Format as plain JSON: sets and maps become arrays. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  if ('#bigint' in value) return Number(value['#bigint']);
  if ('#set' in value) return value['#set'].map(plain);
  if ('#map' in value) return value['#map'].map(plain);
  if ('#tup' in value) return value['#tup'].map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** One line for each action: what was done, with which choices, and the node as the model has it afterwards. */
export function slim(trace) {
  const states = trace.states.map((state) => {
    const nodes = new Map(plain(state.nodes));
    const picks = Object.entries(state['mbt::nondetPicks']).filter(([, pick]) => pick.tag === 'Some');
    const action = state['mbt::actionTaken'];
    const actor = plain(state.actor);
    const shown = action === 'init' ? [...nodes.values()] : [nodes.get(actor)];
    return {
      action, actor,
      picks: Object.fromEntries(picks.map(([name, pick]) => [name, plain(pick.value)])),
      nodes: shown.map(project)
    };
  }).filter(({ action }) => action !== 'idle' && action !== 'wander');
  return `{"faulty":${plain(trace.states[0].faulty)},"states":[\n${states.map((state) => JSON.stringify(state)).join(',\n')}\n]}\n`;
}

/** What a slim trace shows: rules that were used, actions, and how the views of certificates and nodes relate. */
function sights({ states }, rules) {
  const seen = new Set(rules);
  const views = new Map();
  for (const { action, actor, picks, nodes } of states) {
    const cert = picks.cert ?? picks.message?.top;
    const apart = views.has(actor) && cert !== undefined ? views.get(actor) - cert.view : '';
    const kept = cert === undefined || cert.block === 0 || Math.floor(((cert.block % 64) - 32) / 4) === cert.view;
    seen.add(`${action} ${apart} ${kept}`);
    const has = (votes) => votes.some(({ view, block }) => view === picks.vote?.view && block === picks.vote.block);
    if (action === 'latePrepares') seen.add(`${action} ${has(nodes[0].prepares)} ${has(nodes[0].commits)}`);
    for (const node of nodes) views.set(node.self, node.view);
  }
  return seen;
}

/** The few of many traces that together show most, by greedy choice; each is { name, text, rules }. */
export function richest(traces, count) {
  const left = traces.map((trace) => ({ ...trace, seen: sights(JSON.parse(trace.text), trace.rules) }));
  const chosen = [];
  let shown = new Set();
  while (chosen.length < count && left.length > 0) {
    const gain = ({ seen }) => [...seen].filter((sight) => !shown.has(sight)).length;
    const best = left.reduce((most, trace) => (gain(trace) > gain(most) ? trace : most));
    left.splice(left.indexOf(best), 1);
    chosen.push(best);
    shown = new Set([...shown, ...best.seen]);
  }
  return chosen;
}

/** Rules that any node used in a trace. */
export function rulesOf(trace) {
  const last = trace.states.at(-1);
  return [...new Set([...plain(last.nodes)].flatMap(([, node]) => node.rules))];
}

/** What is compared with the real core. */
function project(node) {
  const { self, view, changing, base, lastPrepared, high, committed, top } = node;
  const { prepares, commits, proposals, sentViewChanges, sentNewViews } = node;
  return {
    self, view, changing, base, lastPrepared, high, committed, top,
    prepares, commits, proposals, sentViewChanges, sentNewViews
  };
}
