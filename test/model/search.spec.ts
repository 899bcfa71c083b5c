import { Search } from './search.js';

/** Seconds for each faulty validator; `npm run model` gives more. */
const seconds = Number(process.env['LADING_MODEL_SECONDS'] ?? '4') / 2;

describe('every order of events, breadth first, through the real core', () => {
  it.each([
    ['leads the first view', 0],
    ['leads the second', 1]
  ])('finds no two chains and no double vote when the faulty validator %s', (_, faulty) => {
    const until = performance.now() + seconds * 1000;
    const found = new Search(faulty).run(() => performance.now() > until);
    console.info(`faulty ${faulty}: ${JSON.stringify(found)}`);
    expect(found.violation).toBeNull();
    expect(found.committed).toBeGreaterThan(0);
  }, 300_000);
});
