import { assert, LIMITS, reject } from '@lading/kernel';
import type { Result, Sha256, VerifySignature } from '@lading/kernel';
import { CONFIG_CHANGE, decodeConfigChange, evaluateConfigTransaction } from '@lading/ledger';
import type { Batch, Block, Contract, EpochConfig, ExecutionContext, Outcome, OutcomeRecord, Transaction } from '@lading/ledger';
import { admissionKeysOf, admitTransaction, configEffects, dedupeEntry } from '@lading/membership';
import type { Admission, AdmissionKeys, Admitted, ExpiringEntry } from '@lading/membership';
import type { ContractRegistry } from './contractRegistry.js';
import { expirePassed, recordExpiring } from './expiry.js';
import { KeyPrefetch, parseWith, rejected, runContract, runNamed, unread, type ContractRun } from './runContract.js';
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
  readonly keys: AdmissionKeys;
  prefetch: KeyPrefetch | null;
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
      const outcome = this.#runOne(prepared);
      outcomes.push(outcome instanceof Promise ? await outcome : outcome);
      if (this.#isTurn(prepared.tx)) await this.crypto.turn?.();
    }
    await recordExpiring(this.#expiring, this.state);
    return outcomes;
  }

  async #parse(): Promise<void> {
    const { sha256 } = this.crypto;
    for (const tx of this.#transactions) {
      const contract = this.contracts.for(tx.header.op) ?? null;
      const parsed = contract === null ? null : parseWith(contract, tx);
      const index = this.#prepared.length;
      this.#prepared.push({ tx, index, contract, parsed, keys: admissionKeysOf(tx, sha256), prefetch: null });
      if (this.#isTurn(tx)) await this.crypto.turn?.();
    }
  }

  /** Whether others have their turn after so much work. */
  #isTurn({ payload }: Transaction): boolean {
    this.#turnBytes += TRANSACTION_BYTES + payload.length;
    if (this.#turnBytes < TURN_BYTES) return false;
    this.#turnBytes = 0;
    return true;
  }

  /** Reads what the state before the block says is needed, for all transactions together. */
  async #prefetch(): Promise<void> {
    const { state } = this;
    await state.load(this.#prepared.flatMap(({ keys }) => [keys.key, keys.member, keys.jti]));
    let waiting: KeyPrefetch[] = [];
    for (const prepared of this.#prepared) {
      const { contract, parsed } = prepared;
      if (contract === null || parsed?.ok !== true) continue;
      const admitted = this.#admit(prepared);
      if (!admitted.ok) continue;
      prepared.prefetch = new KeyPrefetch(contract, parsed.value, this.#context(prepared, admitted.value), state);
      waiting.push(prepared.prefetch);
    }
    for (let round = 0; waiting.length > 0 && round < LIMITS.keyRounds; round++) {
      const asked: KeyPrefetch[] = [];
      const keys: string[] = [];
      for (const prefetch of waiting) {
        const fresh = prefetch.next();
        if (fresh.length === 0) continue;
        asked.push(prefetch);
        for (const key of fresh) keys.push(key);
      }
      await state.load(keys);
      waiting = asked;
    }
  }

  #admit({ tx, keys }: Prepared): Admission {
    const { timestampMs } = this.input.block.header;
    return admitTransaction(tx, { timestampMs, config: this.config }, this.state, this.crypto.sha256, keys);
  }

  /** A promise only where keys must be found, and perhaps read, first. */
  #runOne(prepared: Prepared): OutcomeRecord | Promise<OutcomeRecord> {
    const { tx, contract, parsed, prefetch } = prepared;
    if (tx.header.op === CONFIG_CHANGE) return this.#changeConfig(prepared);
    const { state } = this;
    const admitted = this.#admit(prepared);
    if (!admitted.ok) return this.#recordOf(prepared, admitted.outcome);
    if (contract === null || parsed === null) {
      return this.#recordOf(prepared, rejected('OPERATION_UNKNOWN', [tx.header.op]).outcome);
    }
    const context = this.#context(prepared, admitted.value);
    prepared.prefetch = null;
    if (!parsed.ok) return this.#keep(prepared, unread(parsed));
    const named = prefetch?.named ?? null;
    return named !== null && !this.#signerChanged(prepared) && named.stillHold(contract, parsed.value, context, state)
      ? this.#keep(prepared, runNamed(contract, parsed.value, context, state, named))
      : runContract(contract, parsed, context, state).then((run) => this.#keep(prepared, run));
  }

  /** Whether the block has written what says who signs: the keys were found for another context then. */
  #signerChanged({ keys }: Prepared): boolean {
    return this.state.hasWritten([keys.key, keys.member, keys.jti]);
  }

  #keep(prepared: Prepared, { outcome, writes, notes }: ContractRun): OutcomeRecord {
    const { state } = this;
    const { tx, index, keys } = prepared;
    for (const note of notes) this.notes.push({ ...note, index });
    writes.forEach((value, key) => state.set(key, value));
    // Reaching the contract uses up the jti, whatever the contract says (ledger.md §3).
    const { key, value } = dedupeEntry(tx, this.input.block.header.height, index, this.crypto.sha256, keys.jti);
    state.set(key, value);
    this.#expiring.push({ key, exp: tx.header.exp });
    return this.#recordOf(prepared, outcome);
  }

  #recordOf({ tx, index }: Prepared, { status, code, detail }: Outcome): OutcomeRecord {
    return { status, code, detail, height: this.input.block.header.height, index, txId: tx.txId };
  }

  /** Judged by the config alone, like consensus has judged it before (spec/ledger.md 3.12, 7.4). */
  async #changeConfig(prepared: Prepared): Promise<OutcomeRecord> {
    const { tx } = prepared;
    const { config, state, crypto } = this;
    const decoded = decodeConfigChange(tx.payload);
    const isStale = decoded.ok && this.#changed !== null;
    const evaluated = isStale
      ? reject('STALE_CONFIG', 'a transaction before it in this block changes the config', '/prevConfigHash')
      : evaluateConfigTransaction(tx, config, crypto.verify, crypto.sha256);
    const context = this.#context(prepared, { keyPurpose: 'admin', roles: ['admin'] });
    const { outcome, writes } = await runContract(configEffects, evaluated, context, state);
    for (const [key, value] of writes) state.set(key, value);
    if (evaluated.ok) this.#changed = evaluated.value;
    return this.#recordOf(prepared, outcome);
  }

  #context({ tx, index }: Prepared, { keyPurpose, roles }: Admitted): ExecutionContext {
    const { chainId, height, timestampMs } = this.input.block.header;
    const { organization, member, txId, header } = tx;
    const { kid } = header;
    return { chainId, height, timestampMs, index, txId, kid, organization, member, keyPurpose, roles, config: this.config };
  }
}
