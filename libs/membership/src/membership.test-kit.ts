import type { Height } from '@lading/kernel';
import type { ExecutionContext, Outcome, StateWriter, Transaction } from '@lading/ledger';
import {
  signTransaction,
  TEST_TIME_MS,
  type TestMemberKey,
  type TestNetwork
} from '../../../test/fixtures/testNetwork.js';
import { admissionKeys, admitTransaction, dedupeEntry } from './admission.js';
import { genesisEntries } from './genesisEntries.js';
import { membershipContract } from './membershipContract.js';

/** A ledger of membership transactions in memory: the executor's order of steps, one transaction a block. */
export class MembershipLedger {
  readonly state = new Map<string, Uint8Array>();
  height = 0;
  timestampMs = TEST_TIME_MS;

  constructor(readonly network: TestNetwork) {
    for (const { key, value } of genesisEntries(network.genesis)) this.state.set(key, value);
  }

  readonly view = { get: (key: string): Uint8Array | null => this.state.get(key) ?? null };

  /** Admission, then the contract; writes of a REJECTED outcome are dropped, the dedupe entry stays. */
  execute(tx: Transaction): Outcome {
    this.height += 1;
    const asked = new Set(admissionKeys(tx));
    const guarded = { get: (key: string) => (asked.has(key) ? this.view.get(key) : fail(`key not named: ${key}`)) };
    const admitted = admitTransaction(tx, { timestampMs: this.timestampMs, config: this.network.config }, guarded);
    if (!admitted.ok) return admitted.outcome;
    const entry = dedupeEntry(tx, this.height as Height, 0);
    this.state.set(entry.key, entry.value);
    const parsed = membershipContract.parse(tx);
    if (!parsed.ok) return { status: 'REJECTED', code: parsed.code, detail: [] };
    const context: ExecutionContext = {
      chainId: this.network.chainId,
      height: this.height as Height,
      timestampMs: this.timestampMs,
      index: 0,
      txId: tx.txId,
      kid: tx.header.kid,
      organization: tx.organization,
      member: tx.member,
      ...admitted.value,
      config: this.network.config
    };
    const named = new Set(membershipContract.keys(parsed.value, context, this.view));
    const writes = new Map<string, Uint8Array | null>();
    const writer: StateWriter = {
      get: (key) => (named.has(key) ? (writes.get(key) ?? this.view.get(key)) : fail(`key not named: ${key}`)),
      put: (key, value) => (named.has(key) ? void writes.set(key, value) : fail(`key not named: ${key}`))
    };
    const outcome = membershipContract.apply(parsed.value, context, writer);
    if (outcome.status !== 'REJECTED')
      for (const [key, value] of writes) if (value !== null) this.state.set(key, value);
    return outcome;
  }

  #jti = 0;

  send(key: TestMemberKey, op: string, payload: unknown): Outcome {
    this.#jti += 1;
    const iat = Math.floor(this.timestampMs / 1000);
    return this.execute(signTransaction(this.network, key, { op, payload, jti: `jti-${this.#jti}`, iat }));
  }
}

function fail(message: string): never {
  throw new Error(message);
}
