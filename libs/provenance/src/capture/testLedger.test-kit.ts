import { asHash, encodeUtf8, type Height, type KeyId, type OrganizationId } from '@lading/kernel';
import type {
  EpochConfig,
  ExecutionContext,
  KeyPurpose,
  NetworkParameters,
  Outcome,
  StateView,
  StateWriter,
  Transaction
} from '@lading/ledger';
import { checkDigit } from '../identifiers/checkDigit.js';
import { canonicalUri } from '../identifiers/canonicalItem.js';
import { readAnomaly, readItem } from '../state/itemBook.js';
import type { ItemState } from '../state/itemState.js';
import { CAPTURE_OPERATION, createProvenanceContract } from './contract.js';

const provenanceContract = createProvenanceContract();

/** A ledger of captures in memory, strict like the executor: no key is read or written that was not named. */

export const PREFIXES = { alpha: '9521001', beta: '9521002', gamma: '9521003', delta: '9521004' } as const;
export type TestOrganization = keyof typeof PREFIXES;

const withCheck = (digits: string): string => digits + checkDigit(digits);
export const gln = (organization: TestOrganization, site = 0): string =>
  withCheck(PREFIXES[organization] + String(site).padStart(5, '0'));
export const party = (organization: TestOrganization): string => `https://id.gs1.org/417/${gln(organization)}`;
export const site = (organization: TestOrganization, number: number): string =>
  `https://id.gs1.org/414/${gln(organization, number)}`;
export const gtin = (organization: TestOrganization = 'alpha'): string => withCheck(`0${PREFIXES[organization]}00001`);
export const serial = (number: number | string, maker: TestOrganization = 'alpha'): string =>
  `https://id.gs1.org/01/${gtin(maker)}/21/${number}`;
export const lot = (name: string, maker: TestOrganization = 'alpha'): string =>
  `https://id.gs1.org/01/${gtin(maker)}/10/${name}`;
export const pallet = (number: number, packer: TestOrganization = 'alpha'): string =>
  `https://id.gs1.org/00/${withCheck(`0${PREFIXES[packer]}${String(number).padStart(9, '0')}`)}`;
export const asset = (name: string, holder: TestOrganization = 'alpha'): string =>
  `https://id.gs1.org/8004/${PREFIXES[holder]}${name}`;

export const TEST_TIME_MS = 1_790_000_000_000;

const PARAMETERS: NetworkParameters = {
  window: 8,
  turnBlocks: 64,
  epochBlocks: 1000,
  checkpointBlocks: 64,
  stateDepth: 8,
  baseTimeoutMs: 500,
  inclusionTimeoutMs: 1000,
  blockBytes: 1 << 20,
  refsPerLane: 8,
  profile: 'custody'
};

/** Organizations by id with the company prefix of each. */
type Prefixes = Readonly<Record<string, string>>;

const config = (profile: NetworkParameters['profile'], prefixes: Prefixes, regulator: string): EpochConfig => ({
  chainId: asHash(new Uint8Array(32).fill(7)),
  epoch: 0,
  organizations: Object.entries(prefixes).map(([id, prefix]) => ({
    id: id as OrganizationId,
    name: id,
    validatorKey: new Uint8Array(32),
    adminKey: new Uint8Array(32),
    tlsKeyHash: asHash(new Uint8Array(32)),
    custodyMode: id === 'beta',
    gln: withCheck(prefix + '0'.repeat(12 - prefix.length)),
    companyPrefixes: [prefix],
    ...(id === regulator ? { roles: ['regulator' as const] } : {})
  })),
  parameters: { ...PARAMETERS, profile }
});

export interface TestSigner {
  readonly purpose?: KeyPurpose;
  readonly roles?: readonly string[];
}

type Json = Record<string, unknown>;
type Request = Parameters<typeof provenanceContract.keys>[0];

export class TestLedger {
  /** State before the last transaction. */
  #earlier: ReadonlyMap<string, Uint8Array> = new Map();
  readonly state = new Map<string, Uint8Array>();
  height = 0;
  /** Rounds of keys that the last capture took. */
  rounds = 0;
  readonly #config: EpochConfig;
  #events = 0;

  constructor(profile: NetworkParameters['profile'] = 'custody', prefixes: Prefixes = PREFIXES, regulator = '') {
    this.#config = config(profile, prefixes, regulator);
  }

  readonly view: StateView = { get: (key) => this.state.get(key) ?? null };

  item(uri: string): ItemState | null {
    return readItem(this.view, canonicalUri(uri) ?? uri);
  }

  anomalies(uri: string): number {
    return readAnomaly(this.view, canonicalUri(uri) ?? uri).count;
  }

  /** Everything but the anomaly chains, on which refused attempts are kept. */
  withoutAnomalies(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.state].filter(([key]) => !key.startsWith('provenance/anomaly/')));
  }

  /** Kinds of anomalies of an item with their counts. */
  kinds(uri: string): Readonly<Record<string, number>> {
    return Object.fromEntries(readAnomaly(this.view, canonicalUri(uri) ?? uri).kinds);
  }

  /** Captures a list of event bodies as one document. */
  capture(organization: TestOrganization, ...events: readonly Json[]): Outcome {
    return this.payload(organization, documentOf(events.map((event) => this.#complete(event))));
  }

  captureWith(
    organization: TestOrganization,
    envelope: Json,
    events: readonly Json[],
    signer?: TestSigner
  ): Outcome {
    const document = documentOf(events.map((event) => this.#complete(event)));
    return this.payload(organization, { type: 'lading.capture/1', ...envelope, document }, signer);
  }

  payload(organization: TestOrganization, payload: unknown, signer: TestSigner = {}): Outcome {
    return this.bytes(organization, encodeUtf8(JSON.stringify(payload)) ?? new Uint8Array(0), signer);
  }

  /** Any operation but a capture, by its payload. */
  operate(organization: TestOrganization, op: string, payload: unknown, signer: TestSigner = {}): Outcome {
    return this.bytes(organization, encodeUtf8(JSON.stringify(payload)) ?? new Uint8Array(0), signer, op);
  }

  bytes(
    organization: TestOrganization,
    payload: Uint8Array,
    signer: TestSigner = {},
    op: string = CAPTURE_OPERATION
  ): Outcome {
    this.height += 1;
    const parsed = provenanceContract.parse({ header: { op }, organization, payload } as unknown as Transaction);
    if (!parsed.ok) return { status: 'REJECTED', code: parsed.code, detail: [parsed.pointer ?? ''] };
    const context: ExecutionContext = {
      chainId: this.#config.chainId,
      height: this.height as Height,
      timestampMs: TEST_TIME_MS + this.height,
      index: 0,
      txId: asHash(new Uint8Array(32).fill(this.height & 255)),
      kid: `${organization}/worker#key` as KeyId,
      organization: organization as string as OrganizationId,
      member: 'worker',
      keyPurpose: signer.purpose ?? 'member',
      roles: signer.roles ?? ['capture'],
      config: this.#config
    };
    const named = this.#nameKeys(parsed.value, context);
    const writes = new Map<string, Uint8Array>();
    const must = (key: string): void => {
      if (!named.has(key)) throw new Error(`key was not named: ${key}`);
    };
    const writer: StateWriter = {
      get: (key) => {
        must(key);
        return writes.get(key) ?? this.state.get(key) ?? null;
      },
      put: (key, value) => {
        must(key);
        if (value !== null) writes.set(key, value);
      }
    };
    const outcome = provenanceContract.apply(parsed.value, context, writer);
    // Copies: the next capture reads what a database would give back, not what memory remembers of these very bytes.
    if (outcome.status !== 'REJECTED') for (const [key, value] of writes) this.state.set(key, value.slice());
    return outcome;
  }

  /**
   * As nodes do: first with the state before the transaction before this one, then with what that has left. What the contract
   * remembers between two rounds must not show, so somebody without memories is asked the same.
   */
  #nameKeys(parsed: Request, context: ExecutionContext): Set<string> {
    this.#rounds(parsed, context, { get: (key) => this.#earlier.get(key) ?? null });
    const named = this.#rounds(parsed, context, this.view);
    this.#earlier = new Map(this.state);
    const forgetful = (): Request => {
      return 'body' in parsed ? parsed : { ...parsed, document: { ...parsed.document, events: [...parsed.document.events] } };
    };
    const anew = this.#rounds(forgetful, context, this.view);
    if ([...named].sort().join() !== [...anew].sort().join()) throw new Error('other keys were remembered than are found anew');
    return named;
  }

  #rounds(parsed: Request | (() => Request), context: ExecutionContext, state: StateView): Set<string> {
    const named = new Set<string>();
    for (this.rounds = 0; this.rounds <= 8; this.rounds++) {
      const readable = new Set(named);
      const view: StateView = { get: (key) => (readable.has(key) ? state.get(key) : null) };
      const request = typeof parsed === 'function' ? parsed() : parsed;
      for (const key of provenanceContract.keys(request, context, view)) named.add(key);
      if (named.size === readable.size) return named;
    }
    throw new Error('more than 8 rounds of keys');
  }

  #complete(event: Json): Json {
    this.#events += 1;
    const eventID = `urn:uuid:00000000-0000-4000-8000-${String(this.#events).padStart(12, '0')}`;
    return { eventTime: '2026-01-01T00:00:00Z', eventTimeZoneOffset: '+00:00', eventID, ...event };
  }
}

export const documentOf = (events: readonly Json[]): Json => ({
  '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: '2026-01-01T00:00:00Z',
  epcisBody: { eventList: events }
});

const object = (action: string, bizStep: string, epcs: readonly string[], more: Json = {}): Json => ({
  type: 'ObjectEvent',
  action,
  bizStep,
  epcList: epcs,
  ...more
});

export const amount = (epcClass: string, quantity?: number, uom = 'KGM'): Json =>
  quantity === undefined ? { epcClass, uom } : { epcClass, quantity, uom };

/** Event bodies in the words of the trade. */
export const commission = (epcs: readonly string[], more: Json = {}): Json =>
  object('ADD', 'commissioning', epcs, more);
export const createLot = (quantityList: readonly Json[]): Json =>
  object('ADD', 'creating_class_instance', [], { quantityList });
export const ship = (to: TestOrganization, epcs: readonly string[], more: Json = {}): Json =>
  object('OBSERVE', 'shipping', epcs, {
    destinationList: [{ type: 'possessing_party', destination: party(to) }],
    ...more
  });
export const receive = (epcs: readonly string[], more: Json = {}): Json => object('OBSERVE', 'receiving', epcs, more);
export const voidShipping = (epcs: readonly string[], more: Json = {}): Json =>
  object('OBSERVE', 'void_shipping', epcs, more);
export const observe = (bizStep: string, epcs: readonly string[], more: Json = {}): Json =>
  object('OBSERVE', bizStep, epcs, more);
export const remove = (bizStep: string, epcs: readonly string[], more: Json = {}): Json =>
  object('DELETE', bizStep, epcs, more);
export const pack = (parentID: string, childEPCs: readonly string[], more: Json = {}): Json => ({
  type: 'AggregationEvent',
  action: 'ADD',
  bizStep: 'packing',
  parentID,
  childEPCs,
  ...more
});
export const unpack = (parentID: string, more: Json = {}): Json => ({
  type: 'AggregationEvent',
  action: 'DELETE',
  bizStep: 'unpacking',
  parentID,
  ...more
});
export const transform = (more: Json): Json => ({ type: 'TransformationEvent', bizStep: 'commissioning', ...more });
