import fc from 'fast-check';
import {
  expireJti,
  expiryListKeys,
  expiryMinuteKeys,
  indexJti,
  jtiIndexKeys,
  type ExpiringEntry,
  type StateChanges
} from './jtiExpiry.js';

const START = 1_767_225_600;

/** State with dedupe entries; reads only what was named, as the executor does. */
class Ledger {
  readonly state = new Map<string, Uint8Array>();
  timeMs = START * 1000;
  #next = 0;

  #view(named: readonly string[]) {
    const allowed = new Set(named);
    return {
      get: (key: string) => {
        if (!allowed.has(key)) throw new Error(`key not named: ${key}`);
        return this.state.get(key) ?? null;
      }
    };
  }

  #apply(changes: StateChanges): void {
    for (const [key, value] of changes) {
      if (value === null) expect(this.state.delete(key)).toBe(true);
      else this.state.set(key, value);
    }
  }

  /** Executes a block at `timeMs` that adds entries expiring at these seconds; returns them. */
  block(timeMs: number, exps: readonly number[]): readonly ExpiringEntry[] {
    const minutes = expiryMinuteKeys(this.timeMs, timeMs);
    const lists = expiryListKeys(this.timeMs, timeMs, this.#view(minutes));
    this.#apply(expireJti(this.timeMs, timeMs, this.#view([...minutes, ...lists])));
    const entries = exps.map((exp) => ({ key: `core/jti/org/${this.#next++}`, exp }));
    for (const { key } of entries) this.state.set(key, Uint8Array.of(0));
    this.#apply(indexJti(entries, this.#view(jtiIndexKeys(entries))));
    this.timeMs = timeMs;
    return entries;
  }
}

describe('expiry of dedupe entries', () => {
  it('happens before the first block whose time passes exp, not at exp itself', () => {
    const ledger = new Ledger();
    const [entry] = ledger.block(START * 1000 + 1, [START + 90]);
    const key = entry?.key ?? '';
    ledger.block((START + 90) * 1000, []);
    expect(ledger.state.has(key)).toBe(true);
    ledger.block((START + 90) * 1000 + 1, []);
    expect(ledger.state.size).toBe(0);
  });

  it('reads at most a day of minutes after any pause', () => {
    const ledger = new Ledger();
    ledger.block(START * 1000 + 1, [START + 86_700]);
    expect(expiryMinuteKeys(ledger.timeMs, ledger.timeMs + 400 * 86_400_000).length).toBeLessThanOrEqual(1447);
    ledger.block(ledger.timeMs + 400 * 86_400_000, []);
    expect(ledger.state.size).toBe(0);
  });

  it('keeps exactly the entries that a plain list would keep, and no index without entries', () => {
    const step = fc.record({
      aheadMs: fc.oneof(fc.integer({ min: 1, max: 1500 }), fc.integer({ min: 1, max: 200_000_000 })),
      lives: fc.array(fc.integer({ min: 0, max: 86_700 }), { maxLength: 6 })
    });
    const run = fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const ledger = new Ledger();
      let alive: ExpiringEntry[] = [];
      for (const { aheadMs, lives } of steps) {
        const timeMs = ledger.timeMs + aheadMs;
        const second = Math.ceil(timeMs / 1000);
        const latest = Math.floor(timeMs / 1000) + 86_700;
        const added = ledger.block(
          timeMs,
          lives.map((life) => Math.min(second + life, latest))
        );
        alive = [...alive.filter(({ exp }) => exp * 1000 >= timeMs), ...added];
        const kept = [...ledger.state.keys()].filter((key) => key.startsWith('core/jti/'));
        expect(kept.sort()).toEqual(alive.map(({ key }) => key).sort());
        if (alive.length === 0) expect(ledger.state.size).toBe(0);
      }
    });
    fc.assert(run, { seed: 7, numRuns: 200 });
  });

  it('writes one list a second and block, however many entries', () => {
    const entries = Array.from({ length: 300 }, (_, i) => ({ key: `core/jti/org/${i}`, exp: START + (i % 2) }));
    expect(indexJti(entries, { get: () => null }).size).toBe(3);
  });
});
