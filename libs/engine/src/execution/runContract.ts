import { InvariantError, LIMITS, reject } from '@lading/kernel';
import type { Result } from '@lading/kernel';
import { clipText, readableOutcome } from '@lading/ledger';
import type { ChainNote, Contract, ExecutionContext, Outcome, OutcomeDetail } from '@lading/ledger';
import type { StateView, StateWriter, Transaction } from '@lading/ledger';
import type { WorkingState } from './workingState.js';

/** A transaction's own writes, kept apart until its outcome says that they stay. */
export type Writes = ReadonlyMap<string, Uint8Array | null>;

export interface ContractRun {
  readonly outcome: Outcome;
  readonly writes: Writes;
  /** What proofs need beside the state, of a transaction that stays. */
  readonly notes: readonly ChainNote[];
}

const NO_KEYS: readonly string[] = [];
const NO_WRITES: Writes = new Map();

export const rejected = (code: string, detail: readonly OutcomeDetail[] = []): ContractRun => ({
  outcome: { status: 'REJECTED', code, detail },
  writes: NO_WRITES,
  notes: []
});

/**
 * What a contract may see while its keys are being found: only values of keys named in an earlier round. Everything
 * else reads as absent, so the answer depends on state alone and never on what happens to be in memory.
 */
class RoundView implements StateView {
  readonly named = new Set<string>();
  #last: readonly string[] = NO_KEYS;
  /** Keys of the present round: their values are not there yet. */
  #fresh = new Set<string>();

  constructor(private readonly state: WorkingState) {}

  /** Keys of this round that no earlier round named. A contract that has found nothing new may give the very same list. */
  name(keys: readonly string[]): readonly string[] {
    if (keys === this.#last) return NO_KEYS;
    this.#last = keys;
    for (const key of keys) {
      if (this.named.has(key)) continue;
      this.named.add(key);
      this.#fresh.add(key);
    }
    return [...this.#fresh];
  }

  /** The keys named so far become readable; their values are loaded. */
  openRound(): void {
    this.#fresh = new Set();
  }

  get(key: string): Uint8Array | null {
    if (!this.named.has(key) || (this.#fresh.size > 0 && this.#fresh.has(key))) return null;
    return this.state.get(key);
  }
}

/** Prefetch of one transaction: asks for keys while values come in, as far as the state before the block tells. */
export class KeyPrefetch {
  readonly #view: RoundView;
  #done = false;
  #failed = false;

  constructor(
    private readonly contract: Contract,
    private readonly parsed: unknown,
    private readonly context: ExecutionContext,
    state: WorkingState
  ) {
    this.#view = new RoundView(state);
  }

  /** Keys of the next round; empty when there are no more. A contract's fault shows again in {@link runContract}. */
  next(): readonly string[] {
    if (this.#done) return [];
    this.#view.openRound();
    let fresh: readonly string[] = [];
    try {
      fresh = this.#view.name(this.contract.keys(this.parsed, this.context, this.#view));
    } catch (error) {
      rethrowExhaustion(error);
      this.#failed = true;
    }
    this.#done = fresh.length === 0;
    return fresh;
  }

  /**
   * All keys, when the rounds have come to their end: where nothing that was read has been written since, the contract
   * would name the same ones again. Else null.
   */
  get named(): ReadonlySet<string> | null {
    return this.#done && !this.#failed ? this.#view.named : null;
  }
}

/** What the contract says from the bytes alone; done once per transaction and block. */
export function parseWith(contract: Contract, tx: Transaction): Result<unknown> {
  try {
    return contract.parse(tx);
  } catch (error) {
    rethrowExhaustion(error);
    return reject('CONTRACT_FAULT', 'the contract failed on this transaction');
  }
}

/**
 * Runs one transaction that was admitted (ledger.md §5): keys in rounds against the state before it, then apply.
 * `load` is called only with keys that are not in memory: those of a dependency inside the block. `known`: the keys, where
 * they have been found for the same context and state already.
 */
export async function runContract(
  contract: Pick<Contract, 'keys' | 'apply'>,
  parsed: Result<unknown>,
  context: ExecutionContext,
  state: WorkingState,
  known: ReadonlySet<string> | null = null
): Promise<ContractRun> {
  if (!parsed.ok) return rejected(parsed.code, parsed.pointer === undefined ? [] : [clipText(parsed.pointer)]);
  try {
    const named = known ?? (await nameKeys(contract, parsed.value, context, state));
    if (named === null) return rejected('KEY_ROUNDS', [LIMITS.keyRounds]);
    const writer = new StrictView(state, named);
    const outcome = readableOutcome(contract.apply(parsed.value, context, writer));
    if (outcome.status === 'REJECTED') return { outcome, writes: NO_WRITES, notes: [] };
    return { outcome, writes: writer.writes, notes: writer.notes };
  } catch (error) {
    rethrowExhaustion(error);
    return rejected('CONTRACT_FAULT');
  }
}

/** The keys of all rounds, loaded; null when there are more rounds than a contract may ask for. */
async function nameKeys(
  contract: Pick<Contract, 'keys'>,
  parsed: unknown,
  context: ExecutionContext,
  state: WorkingState
): Promise<ReadonlySet<string> | null> {
  const view = new RoundView(state);
  for (let round = 0; ; round++) {
    view.openRound();
    const fresh = view.name(contract.keys(parsed, context, view));
    if (fresh.length === 0) return view.named;
    if (round >= LIMITS.keyRounds) return null;
    if (fresh.some((key) => !state.isLoaded(key))) await state.load(fresh);
  }
}

/** State during apply: named keys only, own writes visible, nothing reaches the block yet. */
class StrictView implements StateWriter {
  readonly writes = new Map<string, Uint8Array | null>();
  readonly notes: ChainNote[] = [];

  constructor(
    private readonly state: WorkingState,
    private readonly named: ReadonlySet<string>
  ) {}

  get(key: string): Uint8Array | null {
    if (!this.named.has(key)) throw new InvariantError(`contract used a key that it had not named: ${key}`);
    const written = this.writes.get(key);
    return written === undefined ? this.state.get(key) : written;
  }

  put(key: string, value: Uint8Array | null): void {
    if (!this.named.has(key)) throw new InvariantError(`contract wrote a key that it had not named: ${key}`);
    this.writes.set(key, value);
  }

  note(note: ChainNote): void {
    this.notes.push(note);
  }
}

/**
 * A contract that throws does so on every node, for the transaction's content: that becomes an outcome, or one
 * transaction would stop every node at every restart. Running out of stack or memory depends on the machine: that
 * must end the process instead of becoming an outcome that only this node has.
 */
function rethrowExhaustion(error: unknown): void {
  if (!(error instanceof Error) || error instanceof RangeError) throw error;
}
