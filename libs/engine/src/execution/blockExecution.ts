import { assert, LIMITS, reject } from '@lading/kernel';
import type { Result, Sha256, VerifySignature } from '@lading/kernel';
import { CONFIG_CHANGE, decodeConfigChange, evaluateConfigTransaction } from '@lading/ledger';
import type { Batch, Block, Contract, EpochConfig, ExecutionContext, OutcomeRecord, Transaction } from '@lading/ledger';
import { admissionKeys, admitTransaction, configEffects, dedupeEntry } from '@lading/membership';
import type { Admitted, ExpiringEntry } from '@lading/membership';
import type { ContractRegistry } from './contractRegistry.js';
import { expirePassed, recordExpiring } from './expiry.js';
import { KeyPrefetch, parseWith, rejected, runContract } from './runContract.js';
import type { TransactionNote } from '../ports.js';
import type { WorkingState } from './workingState.js';

/** What executing needs of a block. */
export interface BlockToExecute {
  readonly block: Block;
  readonly batches: readonly Batch[];
  /** Block time of the parent: dedupe entries whose `exp` lies between expire now. */
  readonly parentTimestampMs: number;
}

interface Prepared {
  readonly tx: Transaction;
  readonly index: number;
  /** Null for an operation that no contract knows. */
  readonly contract: Contract | null;
  readonly parsed: Result<unknown> | null;
}

export interface ExecutionCrypto {
  readonly sha256: Sha256;
  readonly verify: VerifySignature;
  /** Lets everything else that waits have its turn; messages of consensus must not wait for a whole block. */
  readonly turn?: () => Promise<void>;
}

/** Payload that is worked on in one turn: some tens of milliseconds. A transaction costs as much as some kilobytes, however small. */
const TURN_BYTES = 256 << 10;
const TRANSACTION_BYTES = 4 << 10;

/**
 * Executes the transactions of one block in order (ledger.md §5): a pure function of (state, block, transactions).
 * Changes stay in `state` until its `endBlock`. Costs one query a round for the whole block, and one more only where
 * a transaction follows a pointer that an earlier one of the same block has written.
 */
export class BlockExecution {
  readonly #transactions: readonly Transaction[];
  readonly #prepared: Prepared[] = [];
  readonly #prefetched = new Map<number, KeyPrefetch>();
  #turnBytes = 0;
  readonly #expiring: ExpiringEntry[] = [];
  #changed: EpochConfig | null = null;
  /** What contracts have noted of chains, in order. */
  readonly notes: TransactionNote[] = [];

  /** `config`: in force for the block. */
  constructor(
    private readonly input: BlockToExecute,
    private readonly config: EpochConfig,
    private readonly contracts: ContractRegistry,
    private readonly state: WorkingState,
    private readonly crypto: ExecutionCrypto
  ) {
    this.#transactions = input.batches.flatMap((batch) => batch.transactions);
    assert(this.#transactions.length === input.block.header.txCount, 'a committed block has the batches of its refs');
  }

  /** The next config, where a transaction of the block was effective; known after `run`. */
  get changed(): EpochConfig | null {
    return this.#changed;
  }

  async run(): Promise<OutcomeRecord[]> {
    const { parentTimestampMs, block } = this.input;
    await this.#parse();
    await expirePassed(parentTimestampMs, block.header.timestampMs, this.state);
    await this.#prefetch();
    const outcomes: OutcomeRecord[] = [];
    for (const prepared of this.#prepared) {
      outcomes.push(await this.#runOne(prepared));
      await this.#worked(prepared.tx);
    }
    await recordExpiring(this.#expiring, this.state);
    return outcomes;
  }

  async #parse(): Promise<void> {
    for (const [index, tx] of this.#transactions.entries()) {
      const contract = this.contracts.for(tx.header.op) ?? null;
      this.#prepared.push({ tx, index, contract, parsed: contract === null ? null : parseWith(contract, tx) });
      await this.#worked(tx);
    }
  }

  async #worked({ payload }: Transaction): Promise<void> {
    this.#turnBytes += TRANSACTION_BYTES + payload.length;
    if (this.#turnBytes < TURN_BYTES) return;
    this.#turnBytes = 0;
    await this.crypto.turn?.();
  }

  /** Reads what the state before the block says is needed, for all transactions together. */
  async #prefetch(): Promise<void> {
    const { state, config } = this;
    const { sha256 } = this.crypto;
    const { timestampMs } = this.input.block.header;
    await state.load(this.#prepared.flatMap(({ tx }) => admissionKeys(tx, sha256)));
    let waiting: KeyPrefetch[] = [];
    for (const { tx, index, contract, parsed } of this.#prepared) {
      if (contract === null || parsed?.ok !== true) continue;
      const admitted = admitTransaction(tx, { timestampMs, config }, state, sha256);
      if (!admitted.ok) continue;
      const prefetch = new KeyPrefetch(contract, parsed.value, this.#context(tx, index, admitted.value), state);
      this.#prefetched.set(index, prefetch);
      waiting.push(prefetch);
    }
    for (let round = 0; waiting.length > 0 && round < LIMITS.keyRounds; round++) {
      const answers = waiting.map((prefetch) => ({ prefetch, keys: prefetch.next() }));
      const asked = answers.filter(({ keys }) => keys.length > 0);
      await state.load(asked.flatMap(({ keys }) => keys));
      waiting = asked.map(({ prefetch }) => prefetch);
    }
  }

  async #runOne({ tx, index, contract, parsed }: Prepared): Promise<OutcomeRecord> {
    if (tx.header.op === CONFIG_CHANGE) return this.#changeConfig(tx, index);
    const { state, config } = this;
    const { sha256 } = this.crypto;
    const { height, timestampMs } = this.input.block.header;
    const admitted = admitTransaction(tx, { timestampMs, config }, state, sha256);
    if (!admitted.ok) return { ...admitted.outcome, height, index, txId: tx.txId };
    if (contract === null || parsed === null) {
      return { ...rejected('OPERATION_UNKNOWN', [tx.header.op]).outcome, height, index, txId: tx.txId };
    }
    const run = await runContract(contract, parsed, this.#context(tx, index, admitted.value), state, this.#knownKeys(tx, index));
    const { outcome, writes } = run;
    for (const note of run.notes) this.notes.push({ ...note, index });
    for (const [key, value] of writes) state.set(key, value);
    // Reaching the contract uses up the jti, whatever the contract says (ledger.md §3).
    const dedupe = dedupeEntry(tx, height, index, sha256);
    state.set(dedupe.key, dedupe.value);
    this.#expiring.push({ key: dedupe.key, exp: tx.header.exp });
    return { ...outcome, height, index, txId: tx.txId };
  }

  /** The prefetched keys, where the block has changed neither what they were found by nor who signs. */
  #knownKeys(tx: Transaction, index: number): ReadonlySet<string> | null {
    const named = this.#prefetched.get(index)?.named ?? null;
    this.#prefetched.delete(index);
    if (named === null || this.state.hasWritten(named)) return null;
    return this.state.hasWritten(admissionKeys(tx, this.crypto.sha256)) ? null : named;
  }

  /** Judged by the config alone, like consensus has judged it before (spec/ledger.md 3.12, 7.4). */
  async #changeConfig(tx: Transaction, index: number): Promise<OutcomeRecord> {
    const { config, state, crypto } = this;
    const { height } = this.input.block.header;
    const decoded = decodeConfigChange(tx.payload);
    const isStale = decoded.ok && this.#changed !== null;
    const evaluated = isStale
      ? reject('STALE_CONFIG', 'a transaction before it in this block changes the config', '/prevConfigHash')
      : evaluateConfigTransaction(tx, config, crypto.verify, crypto.sha256);
    const context = this.#context(tx, index, { keyPurpose: 'admin', roles: ['admin'] });
    const { outcome, writes } = await runContract(configEffects, evaluated, context, state);
    for (const [key, value] of writes) state.set(key, value);
    if (evaluated.ok) this.#changed = evaluated.value;
    return { ...outcome, height, index, txId: tx.txId };
  }

  #context(tx: Transaction, index: number, admitted: Admitted): ExecutionContext {
    const { chainId, height, timestampMs } = this.input.block.header;
    const { organization, member, txId } = tx;
    const signer = { kid: tx.header.kid, organization, member, ...admitted };
    return { chainId, height, timestampMs, index, txId, ...signer, config: this.config };
  }
}
