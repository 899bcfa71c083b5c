import { InvariantError, LIMITS, reject } from '@lading/kernel';
import type { Rejection, Result } from '@lading/kernel';
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
const NO_NOTES: readonly ChainNote[] = [];

export const rejected = (code: string, detail: readonly OutcomeDetail[] = []): ContractRun => ({
  outcome: { status: 'REJECTED', code, detail },
  writes: NO_WRITES,
  notes: NO_NOTES
});

/**
 * What a contract may see while its keys are being found: only values of keys named in an earlier round. Everything
 * else reads as absent, so the answer depends on state alone and never on what happens to be in memory.
 */
class RoundView implements StateView {
  /** The round in which each key was named. */
  readonly #named = new Map<string, number>();
  #round = 0;
  /** What the contract named last, of all rounds. */
  list: readonly string[] = NO_KEYS;

  constructor(private readonly state: WorkingState) {}

  /** Keys of this round that no earlier round named. A contract that has found nothing new may give the very same list. */
  name(keys: readonly string[]): readonly string[] {
    if (keys === this.list) return NO_KEYS;
    this.list = keys;
    let fresh: string[] | null = null;
    for (const key of keys) {
      if (this.#named.has(key)) continue;
      this.#named.set(key, this.#round);
      fresh ??= [];
      fresh.push(key);
    }
    return fresh ?? NO_KEYS;
  }

  /** The keys named so far become readable; their values are loaded. */
  openRound(): void {
    this.#round += 1;
  }

  get(key: string): Uint8Array | null {
    const round = this.#named.get(key);
    return round === undefined || round === this.#round ? null : this.state.get(key);
  }

  get named(): NamedKeys {
    return new NamedKeys(this.#named, this.list);
  }
}

/** The keys that a transaction may use: all of its rounds. */
export class NamedKeys implements StateView {
  constructor(
    private readonly rounds: ReadonlyMap<string, number>,
    private readonly list: readonly string[],
    private readonly state: WorkingState | null = null
  ) {}

  has(key: string): boolean {
    return this.rounds.has(key);
  }

  get(key: string): Uint8Array | null {
    return this.state === null || !this.rounds.has(key) ? null : this.state.get(key);
  }

  /**
   * Whether they are what rounds would come to with the values of this moment. A contract that gives the very same list once
   * more says so; where no key of theirs has been written since they were found, it need not be asked.
   */
  stillHold(contract: Pick<Contract, 'keys'>, parsed: unknown, context: ExecutionContext, state: WorkingState): boolean {
    if (!state.hasWritten(this.rounds.keys())) return true;
    try {
      return contract.keys(parsed, context, new NamedKeys(this.rounds, this.list, state)) === this.list;
    } catch (error) {
      rethrowExhaustion(error);
      return false;
    }
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
    if (this.#done) return NO_KEYS;
    this.#view.openRound();
    let fresh: readonly string[] = NO_KEYS;
    try {
      fresh = this.#view.name(this.contract.keys(this.parsed, this.context, this.#view));
    } catch (error) {
      rethrowExhaustion(error);
      this.#failed = true;
    }
    this.#done = fresh.length === 0;
    return fresh;
  }

  /** All keys, when the rounds have come to their end; else null. */
  get named(): NamedKeys | null {
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
 * `load` is called only with keys that are not in memory: those of a dependency inside the block.
 */
export async function runContract(
  contract: Pick<Contract, 'keys' | 'apply'>,
  parsed: Result<unknown>,
  context: ExecutionContext,
  state: WorkingState
): Promise<ContractRun> {
  if (!parsed.ok) return unread(parsed);
  try {
    const named = await nameKeys(contract, parsed.value, context, state);
    return named === null ? rejected('KEY_ROUNDS', [LIMITS.keyRounds]) : runNamed(contract, parsed.value, context, state, named);
  } catch (error) {
    rethrowExhaustion(error);
    return rejected('CONTRACT_FAULT');
  }
}

/** The outcome of a transaction whose bytes the contract has refused. */
export const unread = ({ code, pointer }: Rejection): ContractRun => rejected(code, pointer === undefined ? [] : [clipText(pointer)]);

/** The same as {@link runContract} at once, where the keys have been found and still hold. */
export function runNamed(
  contract: Pick<Contract, 'apply'>,
  parsed: unknown,
  context: ExecutionContext,
  state: WorkingState,
  named: NamedKeys
): ContractRun {
  try {
    const writer = new StrictView(state, named);
    const outcome = readableOutcome(contract.apply(parsed, context, writer));
    if (outcome.status === 'REJECTED') return { outcome, writes: NO_WRITES, notes: NO_NOTES };
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
): Promise<NamedKeys | null> {
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
    private readonly named: NamedKeys
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
