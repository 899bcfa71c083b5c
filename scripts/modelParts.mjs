/** What scripts/model.mjs reads out of the model and out of its traces. */

/** Rules that the model can leave out: every one is a branch on MUTANT in model/*.qnt. */
export const MUTANTS = [
  'quorum-2', 'rank-by-height', 'votes-while-changing', 'hand-over-any-view', 'last-prepared-ignored',
  'stale-view-change', 'past-turn-end', 'top-not-highest', 'two-new-views', 'conceals-certificate',
  'certificate-not-on-disk'
];

/** Smaller worlds in which a mutant shows itself sooner. */
const WORLDS = { 'rank-by-height': { MAX_HEIGHT: 2, TURN: 8 }, 'hand-over-any-view': { MAX_HEIGHT: 3, TURN: 2 } };

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

/** What is compared with the real core. */
function project(node) {
  const { self, view, changing, base, lastPrepared, high, committed, top } = node;
  const { prepares, commits, proposals, sentViewChanges, sentNewViews } = node;
  return {
    self, view, changing, base, lastPrepared, high, committed, top,
    prepares, commits, proposals, sentViewChanges, sentNewViews
  };
}
