import type { Height } from '@lading/kernel';
import {
  hashBuckets,
  bucketOf,
  buildStateProof,
  encodeBlockHeader,
  encodeCheckpoint,
  encodeProof,
  keyHash,
  outcomesLogProof,
  PROVENANCE,
  PROVENANCE_FORMAT,
  StateTree,
  valueHash,
  type AnchorParts,
  type ChainNote,
  type Contract,
  type EpochConfig,
  type ExecutionContext,
  type NetworkParameters,
  type Outcome,
  type ProvenanceProof,
  type StateEntry,
  type StateView,
  type StateWriter,
  type Transaction
} from '@lading/ledger';
import { encodeKeyRecord, keyKey } from '@lading/membership';
import { CAPTURE_OPERATION, createProvenanceContract, eventOutcomes, namedItems, parseCapture } from '@lading/provenance';
import type { Scope } from '@lading/verifier';
import { buildStory } from '../../apps/provenance/src/proofs/buildStory.js';
import type { Leaf } from '../../apps/provenance/src/proofs/leafReader.js';
import type { ChainExtension, LeafPlace, LeafRows, ProvenValue, TransactionPlace } from '../../apps/provenance/src/proofs/storySource.js';
import { placeText, transactionText } from '../../apps/provenance/src/proofs/storySource.js';
import { TestChain } from '../fixtures/testChain.js';
import { signTransaction, testNetwork, type TestKey, type TestMemberKey, type TestNetwork } from '../fixtures/testNetwork.js';

type Json = Record<string, unknown>;

/** A certified ledger of captures in memory: the real contract, a real chain of blocks and state tree, one transaction a block. */
export class StoryLedger implements LeafRows {
  readonly network: TestNetwork;
  readonly chain: TestChain;
  readonly state = new Map<string, Uint8Array>();
  readonly transactions: Transaction[] = [];
  readonly #named = new Map<string, LeafPlace[]>();
  readonly #extensions: ChainExtension[] = [];
  readonly #links = new Map<string, Uint8Array>();
  #events = 0;
  #tree: StateTree | null = null;
  #next: EpochConfig | undefined;

  /** `validators`: keys of later epochs. */
  constructor(
    profile: NetworkParameters['profile'] = 'custody',
    seed = 'story',
    readonly validators: readonly TestKey[] = []
  ) {
    this.network = testNetwork({ seed, parameters: { profile } });
    this.chain = new TestChain(this.network, validators);
    for (const organization of this.network.organizations) {
      const record = { purpose: 'member', status: 'active', addedHeight: 0, revokedHeight: 0 } as const;
      this.state.set(keyKey(organization.memberKey('worker').kid), encodeKeyRecord(record));
    }
  }

  /** The company prefix of an organization. */
  prefix(organization: number): string {
    return this.network.organization(organization).config.companyPrefixes[0] ?? '';
  }

  /** One document of these events; throws unless it is applied, or has the code that is given; null takes any. */
  capture(organization: number, events: readonly Json[], expected: string | null = ''): Outcome {
    const eventList = events.map((event) => {
      this.#events += 1;
      const eventID = `urn:uuid:00000000-0000-4000-8000-${String(this.#events).padStart(12, '0')}`;
      return { eventTime: '2026-01-01T00:00:00Z', eventTimeZoneOffset: '+00:00', eventID, ...event };
    });
    return this.operate(organization, CAPTURE_OPERATION, {
      '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
      type: 'EPCISDocument',
      schemaVersion: '2.0',
      creationDate: '2026-01-01T00:00:00Z',
      epcisBody: { eventList }
    }, expected);
  }

  /** The next block is the last one of its epoch. */
  endEpoch(next: EpochConfig): void {
    this.#next = next;
  }

  operate(organization: number, op: string, payload: unknown, expected: string | null = ''): Outcome {
    const key = this.network.organization(organization).memberKey('worker');
    const jti = `story-${this.transactions.length}`;
    const tx = signTransaction(this.network, key, { op, payload, jti });
    const height = this.transactions.length + 1;
    const outcome = this.#run(tx, key, organization, height);
    const isExpected = expected === null || outcome.code === expected;
    if (!isExpected) throw new Error(`${op}: ${outcome.status} ${outcome.code} ${JSON.stringify(outcome.detail)}`);
    this.transactions.push(tx);
    const added = this.chain.append([{ lane: organization, transactions: [[tx, outcome]] }], this.#next);
    this.#next = undefined;
    if (added.block.header.height !== height) throw new Error('story ledger: one block a transaction');
    this.#index(tx, outcome, height);
    this.#tree = null;
    return outcome;
  }

  #run(tx: Transaction, key: TestMemberKey, lane: number, height: number): Outcome {
    const contract = createProvenanceContract() as Contract;
    const parsed = contract.parse(tx);
    if (!parsed.ok) throw new Error(`${parsed.code} ${parsed.detail} ${parsed.pointer ?? ''}`);
    const { config, chainId } = this.network;
    const context = {
      chainId, height: height as Height, timestampMs: this.chain.tip.header.timestampMs + 1000, index: 0, txId: tx.txId, kid: key.kid,
      organization: this.network.organization(lane).id, member: 'worker', keyPurpose: 'member', roles: ['capture'], config
    } as ExecutionContext;
    const named = new Set<string>();
    for (let size = -1; size < named.size;) {
      size = named.size;
      const readable = new Set(named);
      const view: StateView = { get: (name) => (readable.has(name) ? (this.state.get(name) ?? null) : null) };
      for (const name of contract.keys(parsed.value, context, view)) named.add(name);
    }
    const writes = new Map<string, Uint8Array>();
    const notes: ChainNote[] = [];
    const writer: StateWriter = {
      get: (name) => writes.get(name) ?? this.state.get(name) ?? null,
      put: (name, value) => void (value !== null && writes.set(name, value)),
      note: (note) => void notes.push(note)
    };
    const outcome = contract.apply(parsed.value, context, writer);
    if (outcome.status === 'REJECTED') return outcome;
    for (const [name, value] of writes) this.state.set(name, value.slice());
    for (const { eventIndex, kind, keys, links } of notes) {
      const place = { height, index: 0, eventIndex };
      if (links.length > 0) this.#links.set(placeText(place), links);
      for (const name of keys) this.#extensions.push({ ...place, key: name, kind });
    }
    return outcome;
  }

  #index(tx: Transaction, outcome: Outcome, height: number): void {
    const parsed = tx.header.op === CAPTURE_OPERATION ? parseCapture(tx.payload) : null;
    if (parsed?.ok !== true) return;
    const { events } = parsed.value.document;
    const outcomes = eventOutcomes(outcome, events.length);
    for (const event of events) {
      if (!['applied', 'history'].includes(outcomes[event.index]?.status ?? '')) continue;
      for (const { uri } of namedItems(event, tx.organization)) {
        this.#named.set(uri, [...(this.#named.get(uri) ?? []), { height, index: 0, eventIndex: event.index }]);
      }
    }
  }

  eventsNaming(uris: readonly string[]): Promise<ReadonlyMap<string, readonly LeafPlace[]>> {
    return Promise.resolve(new Map(uris.map((uri) => [uri, this.#named.get(uri) ?? []])));
  }

  extensions(keys: readonly string[]): Promise<readonly ChainExtension[]> {
    return Promise.resolve(this.#extensions.filter(({ key }) => keys.includes(key)));
  }

  links(places: readonly LeafPlace[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const wanted = new Set(places.map(placeText));
    return Promise.resolve(new Map([...this.#links].filter(([place]) => wanted.has(place))));
  }

  transactionsAt(places: readonly TransactionPlace[]): ReturnType<LeafRows['transactionsAt']> {
    const rows = places.flatMap((place) => {
      const { timestampMs } = this.chain.at(place.height).block.header;
      const tx = this.transactions[place.height - 1];
      return tx === undefined ? [] : [[transactionText(place), { encoded: tx.encoded, timestampMs }] as const];
    });
    return Promise.resolve(new Map(rows));
  }

  get #depth(): number {
    return this.network.config.parameters.stateDepth;
  }

  #buckets(): Map<number, StateEntry[]> {
    const buckets = new Map<number, StateEntry[]>();
    for (const [key, value] of this.state) {
      const hash = keyHash(key);
      const bucket = bucketOf(hash, this.#depth);
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), { keyHash: hash, valueHash: valueHash(value) }]);
    }
    for (const entries of buckets.values()) entries.sort((a, b) => Buffer.compare(a.keyHash, b.keyHash));
    return buckets;
  }

  /** The tree of the present state, whose root the last block's checkpoint certifies from now on. */
  tree(): StateTree {
    if (this.#tree !== null) return this.#tree;
    const tree = new StateTree(this.#depth);
    tree.update(hashBuckets(this.#buckets()));
    const last = this.chain.blocks.length - 1;
    this.chain.blocks[last] = { ...this.chain.at(last), treeRoot: tree.root() };
    this.#tree = tree;
    return tree;
  }

  prove(keys: readonly string[]): Promise<ReadonlyMap<string, ProvenValue>> {
    const tree = this.tree();
    const buckets = this.#buckets();
    return Promise.resolve(
      new Map(
        keys.map((key) => {
          const hash = keyHash(key);
          const bucket = bucketOf(hash, this.#depth);
          return [key, { value: this.state.get(key) ?? null, proof: buildStateProof(hash, buckets.get(bucket) ?? [], tree.path(bucket)) }];
        })
      )
    );
  }

  anchor(): AnchorParts {
    const treeRoot = this.tree().root();
    const height = this.chain.blocks.length - 1;
    return {
      checkpointHeader: encodeBlockHeader(this.chain.tip.header),
      checkpoint: encodeCheckpoint(this.chain.checkpoint(height)),
      treeRoot,
      outcomesLogRoot: outcomesLogProof(this.chain.outcomesLog(height), height).root,
      epochs: this.chain.epochs(height)
    };
  }

  async story(subject: string, scope: Scope = 'history', withhold?: (leaf: Leaf) => boolean): Promise<ProvenanceProof> {
    const height = this.chain.blocks.length - 1;
    const anchor = this.anchor();
    const prove = (keys: readonly string[]) => this.prove(keys);
    return buildStory({ subject, scope, height, anchor, prove, rows: this, ...(withhold === undefined ? {} : { withhold }) });
  }
}

export const storyText = (proof: ProvenanceProof): string => encodeProof(PROVENANCE_FORMAT, PROVENANCE, proof);

