import { ZERO_HASH, type Hash, type Height } from '@lading/kernel';
import { bucketOf, keyHash, sha256Noble, StateTree, valueHash } from '@lading/ledger';
import { rowFindings } from '../audit/treeRows.js';
import { LedgerState } from './ledgerState.js';
import { UndoJournal } from './undoJournal.js';
import type { Clock } from '../ports.js';
import { PastStates, type HeldRow } from './pastStates.js';

const DEPTH = 9;

class TestClock implements Clock {
  time = 0;
  readonly timers = new Map<() => void, number>();
  nowMs = (): number => this.time;
  soon = (): void => undefined;

  at(atMs: number, run: () => void): () => void {
    this.timers.set(run, atMs);
    return () => this.timers.delete(run);
  }

  pass(ms: number): void {
    this.time += ms;
    for (const [run, atMs] of [...this.timers]) if (atMs <= this.time && this.timers.delete(run)) run();
  }
}

/** A state of rows, with the journal and tree that executing blocks leave. */
class TestState {
  readonly clock = new TestClock();
  readonly tree = new StateTree(DEPTH);
  readonly ledger = new LedgerState(this.tree, [], ZERO_HASH, DEPTH, sha256Noble);
  readonly undo = new UndoJournal(0);
  readonly values = new Map<string, Uint8Array>();
  head = -1;
  readonly states = new PastStates({ ...this, head: () => this.head as Height, sha256: sha256Noble });

  constructor() {
    this.block({ a: 1, b: 2, c: 3 });
  }

  block(changes: Readonly<Record<string, number>>): void {
    const buckets = [...new Set(Object.keys(changes).map((key) => bucketOf(keyHash(key), DEPTH)))];
    const height = (this.head + 1) as Height;
    const undo = {
      height,
      values: new Map(Object.keys(changes).map((key) => [key, this.values.get(key) ?? null])),
      buckets: new Map(buckets.map((bucket) => [bucket, this.rows(bucket)])),
      bucketHashes: new Map(buckets.map((bucket) => [bucket, this.tree.bucketHash(bucket)]))
    };
    if (height > 0) this.undo.add(undo as never);
    for (const [key, value] of Object.entries(changes)) this.values.set(key, Uint8Array.of(value));
    const touched = new Map(buckets.map((bucket) => [bucket, this.rows(bucket) as never]));
    this.ledger.advance({ height, blockHash: ZERO_HASH, txCount: 0, outcomeRoot: ZERO_HASH }, touched);
    this.head = height;
  }

  /** Of the table, ascending. */
  rows(bucket: number | null = null): HeldRow[] {
    return [...this.values]
      .map(([key, value]) => ({ key, value, keyHash: keyHash(key), valueHash: valueHash(value) }))
      .filter((row) => bucket === null || bucketOf(row.keyHash, DEPTH) === bucket)
      .sort((x, y) => Buffer.compare(x.keyHash, y.keyHash));
  }

  entries(height: number, key: string): unknown {
    const bucket = bucketOf(keyHash(key), DEPTH);
    const found = this.states.entries(height, new Map([[bucket, this.rows(bucket)]]));
    return found.ok ? found.value.get(bucket)?.find((entry) => entry.key === key)?.value : found.code;
  }
}

describe('states of the past, for those who compare nodes', () => {
  it('shows each key as it was after every height of the window, and nothing outside of it', () => {
    const state = new TestState();
    const roots: (Hash | undefined)[] = [state.tree.root()];
    for (const value of [7, 8]) {
      state.block({ a: value });
      roots.push(state.tree.root());
    }
    expect(state.states.window()).toEqual({ from: 0, to: 2, depth: DEPTH });
    expect([0, 1, 2].map((height) => state.entries(height, 'a'))).toEqual([[1], [7], [8]].map((one) => Uint8Array.from(one)));
    expect(state.entries(0, 'b')).toEqual(Uint8Array.of(2));
    for (const [height, root] of roots.entries()) {
      const answer = state.states.hashes(height, { depth: 0, index: 0 });
      expect(answer.ok && answer.value.treeRoot).toEqual(root);
      expect(answer.ok && answer.value.outcomesLogRoot).toEqual(state.ledger.outcomesLog.root(height + 1));
    }
    expect([state.entries(3, 'a'), state.entries(-1, 'a')]).toEqual(['STATE_NOT_HELD', 'STATE_NOT_HELD']);
    expect(state.states.changes(10).keys.map(({ key }) => key)).toEqual(['a']);
  });

  it('holds what is asked about for half a minute, and not for longer because somebody asks again', () => {
    const state = new TestState();
    state.states.hold();
    state.block({ a: 7 });
    state.undo.forget(1);
    expect(state.states.window().from).toBe(0);
    state.clock.pass(20_000);
    expect(state.states.hold().from).toBe(0);
    state.clock.pass(10_000);
    expect(state.states.window().from).toBe(1);
    state.block({ a: 8 });
    state.undo.forget(2);
    expect(state.states.window().from).toBe(1);
    state.states.close();
    expect([state.states.window().from, state.clock.timers.size]).toEqual([2, 0]);
  });

  it('holds so many windows at once and no more', () => {
    const state = new TestState();
    for (let i = 0; i < 100; i++) state.states.hold();
    expect(state.clock.timers.size).toBe(4);
  });
});

describe('rows of the state against the tree', () => {
  const all = (state: TestState, rows: readonly HeldRow[]) => {
    const tree = state.states.bucketHashes(state.head, 0, 2 ** DEPTH);
    return rowFindings(rows, 0, tree.ok ? tree.value : [], DEPTH, sha256Noble);
  };

  it('finds nothing in those that the tree was made of, and names each that is edited, missing or too many', () => {
    const state = new TestState();
    const rows = state.rows();
    expect(all(state, rows)).toEqual([]);
    const edited = (change: (row: HeldRow) => HeldRow) => all(state, rows.map((row) => (row.key === 'b' ? change(row) : row)));
    const other = Uint8Array.of(9);
    expect(edited((row) => ({ ...row, value: other }))).toEqual([{ key: 'b', what: 'value_hash is not the hash of the value' }]);
    expect(edited((row) => ({ ...row, value: other, valueHash: valueHash(other) })).map(({ key }) => key)).toEqual(['b']);
    expect(edited((row) => ({ ...row, key: 'x' }))).toEqual([{ key: 'x', what: 'key_hash is not the hash of the key' }]);
    expect(edited((row) => ({ ...row, valueHash: new Uint8Array(3) })).map(({ what }) => what)).toEqual([
      'value_hash is not the hash of the value',
      'the state tree has entries here, and the table no row'
    ]);
    const bucket = bucketOf(keyHash('b'), DEPTH);
    const without = all(state, rows.filter(({ key }) => key !== 'b'));
    expect(without).toEqual([{ key: `bucket ${bucket}`, what: expect.stringContaining('no row') }]);
    state.values.set('smuggled', other);
    expect(all(state, state.rows()).map(({ key }) => key)).toEqual(['smuggled']);
  });
});
