import { Search } from './search.js';

/** Before so many worlds nothing is committed yet: a slow machine takes its time. */
const LEAST_WORLDS = 5_000;
/** Seconds for each faulty validator; `npm run model` gives more. */
const seconds = Number(process.env['LADING_MODEL_SECONDS'] ?? '4') / 2;

describe('every order of events, breadth first, through the real core', () => {
  it.each([
    ['leads the first view', 0],
    ['leads the second', 1]
  ])('finds no two chains and no double vote when the faulty validator %s', (_, faulty) => {
    const until = performance.now() + seconds * 1000;
    const found = new Search(faulty).run((worlds) => worlds > LEAST_WORLDS && performance.now() > until);
    console.info(`faulty ${faulty}: ${JSON.stringify(found)}`);
    expect(found.violation).toBeNull();
    expect(found.committed).toBeGreaterThan(0);
  }, 300_000);

  it('finds two chains soon when quorums need not share an honest node, so finding none means something', () => {
    const until = performance.now() + 60_000;
    const found = new Search(0, new Set(['quorum-f+1']), 2).run(() => performance.now() > until);
    expect(found.violation).not.toBeNull();
  }, 120_000);
});
