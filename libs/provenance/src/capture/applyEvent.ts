import { assert, InvariantError, type Hash, type Sha256 } from '@lading/kernel';
import {
  encodeLinks,
  eventLeaf,
  hashEventBytes,
  linksHash,
  type ExecutionContext,
  type ItemLink
} from '@lading/ledger';
import { kindsOf, namedItems } from '../event/namedItems.js';
import type { EpcisEvent, ItemMention } from '../event/model.js';
import { applyRules } from '../rules/applyRules.js';
import { overgrown } from '../rules/overgrown.js';
import { modeFor } from '../rules/ownProfile.js';
import { settle } from '../rules/R10.js';
import { checkDeclaration, declarationHash } from '../rules/R23.js';
import { identify, type Identity } from '../rules/R24.js';
import { violation, type EventScope, type Violation } from '../rules/rule.js';
import { undo } from '../rules/undo.js';
import {
  decodeEventRecord,
  encodeEventRecord,
  type EventEffect,
  type EventRecord
} from '../state/eventRecord.js';
import type { ItemBook } from '../state/itemBook.js';
import type { SideValues } from '../state/sideValues.js';

/** An anomaly of an event that was applied all the same. */
export type Flag = Violation;

/** What became of one event of a transaction. */
export type EventResult =
  /** `leaf` goes on the anomaly chains of flagged items, too. */
  | { readonly status: 'applied'; readonly flags: readonly Flag[]; readonly leaf: Hash }
  /** On the chains, but the state did not follow it. */
  | { readonly status: 'history'; readonly why: Violation }
  /** Captured before with the same content; nothing changed. */
  | { readonly status: 'duplicate'; readonly record: EventRecord }
  | { readonly status: 'refused'; readonly why: Violation }
  /** Refused, and evidence: `leaf` goes on the anomaly chains of the items at fault. */
  | { readonly status: 'recorded'; readonly why: Violation; readonly leaf: Hash };

/** Clocks of capturing systems may be ahead by this much, milliseconds. */
export const EVENT_TIME_TOLERANCE_MS = 5 * 60_000;

/** Everything that the events of one transaction share. */
export interface TransactionScope {
  readonly context: ExecutionContext;
  readonly book: ItemBook;
  /** Event records and other values beside items, as this transaction leaves them. */
  readonly values: SideValues;
  readonly sha256: Sha256;
  /** Keys of the events' own records, by their index. */
  readonly records: readonly string[];
  /** Told of items that an event changes without naming them; null: nobody listens. */
  readonly noteUnnamed: ((event: EpcisEvent, links: readonly ItemLink[]) => void) | null;
}

/** Applies one event to the book; the caller decides whether the transaction as a whole is written. */
export function applyEvent(scope: TransactionScope, event: EpcisEvent): EventResult {
  const { context, sha256, values } = scope;
  if (event.eventTimeMs > context.timestampMs + EVENT_TIME_TOLERANCE_MS) {
    return { status: 'refused', why: violation('EVENT_TIME_FUTURE', []) };
  }
  const key = scope.records[event.index];
  assert(key !== undefined, 'applyEvent: an event without a key of its record');
  const stored = values.get(key);
  const record = stored === null ? null : decodeEventRecord(stored);
  const identity = identify(event, record, sha256);
  if (typeof identity !== 'string') return { status: 'refused', why: identity };
  if (identity === 'repeated' && record !== null) return { status: 'duplicate', record };
  const attempt = attemptEvent(scope, event, identity, record);
  return attempt.why === null
    ? keepEvent(scope, event, key, record, attempt)
    : dropEvent(scope, event, key, record, attempt.why);
}

interface Attempt {
  readonly why: Violation | null;
  readonly extra: readonly ItemLink[];
  readonly flags: readonly Flag[];
  readonly effect: EventEffect;
}

const NOTHING: Attempt = { why: null, extra: [], flags: [], effect: 'none' };

function attemptEvent(
  { context, book, values }: TransactionScope,
  event: EpcisEvent,
  identity: Identity,
  record: EventRecord | null
): Attempt {
  const extra: ItemLink[] = [];
  const flags: Flag[] = [];
  const rules: EventScope = {
    event,
    signer: context.organization,
    context,
    book,
    values,
    raise: (code, items, ...parameters) => {
      const mode = modeFor({ context, values }, code);
      const why = violation(code, items, ...parameters);
      if (mode === 'flag') flags.push(why);
      return mode === 'flag' || mode === 'off' ? null : why;
    },
    link: (role, uri) => extra.push({ role, itemKey: uri })
  };
  if (identity === 'declaration') {
    const unknown = checkDeclaration(event, record);
    if (unknown !== null || record === null) return { ...NOTHING, why: unknown };
    const effect = undo(rules, record);
    return typeof effect === 'string' ? { ...NOTHING, flags, effect } : { ...NOTHING, why: effect };
  }
  const broken = applyRules(rules);
  if (broken !== null) return { ...NOTHING, why: broken };
  const changes = settle(rules, extra.length === 0 ? NO_OTHERS : unnamedBy(extra));
  if (typeof changes !== 'boolean') return { ...NOTHING, why: changes };
  return { why: overgrown(book), extra, flags, effect: changes ? 'standing' : 'none' };
}

const NO_OTHERS: ReadonlyMap<string, 'ancestor' | 'inside'> = new Map();

const unnamedBy = (extra: readonly ItemLink[]): ReadonlyMap<string, 'ancestor' | 'inside'> =>
  new Map(extra.map(({ role, itemKey }) => [itemKey, role === 'ancestor' ? 'ancestor' : 'inside']));

/** The event and everything that it does. */
function keepEvent(
  scope: TransactionScope,
  event: EpcisEvent,
  key: string,
  record: EventRecord | null,
  { extra, flags, effect }: Attempt
): EventResult {
  const { book, values, context } = scope;
  const mentions = namedItems(event, context.organization);
  const leaf = leafOf(scope, event, linksOf(mentions, extra));
  const kindOf = kindsOf(mentions);
  for (const mention of mentions) book.extend(mention.uri, kindOf(mention), leaf);
  for (const { role, itemKey } of extra) book.extend(itemKey, role === 'expandedChildClass' ? 'class' : 'instance', leaf);
  for (const { uri, leaf: own } of book.changed()) if (own !== leaf) throw new InvariantError(`event changes ${uri} without a link`);
  if (extra.length > 0) scope.noteUnnamed?.(event, extra);
  values.put(key, encodeEventRecord(recordOf(scope, event, record, effect)));
  book.keep();
  values.keep();
  return { status: 'applied', flags, leaf };
}

/** An event that broke a rule: by the profile it is refused, refused and evidence, or kept as history. */
function dropEvent(
  scope: TransactionScope,
  event: EpcisEvent,
  key: string,
  record: EventRecord | null,
  why: Violation
): EventResult {
  const { book, values, context } = scope;
  book.drop();
  values.drop();
  const mode = modeFor({ context, values }, why.code);
  if (mode === 'history') {
    keepEvent(scope, event, key, record, { ...NOTHING, effect: record?.effect ?? 'none' });
    return { status: 'history', why };
  }
  // What the ledger has never seen has no record that an attempt could be kept with.
  const known = why.items.filter((uri) => (book.get(uri)?.status ?? 'UNKNOWN') !== 'UNKNOWN');
  if (mode !== 'record' || known.length === 0) return { status: 'refused', why };
  // A proof shows the links of the attempt: it is kept with items that they name.
  const mentions = namedItems(event, context.organization);
  if (!known.every((uri) => mentions.some((mention) => mention.uri === uri))) return { status: 'refused', why };
  const leaf = leafOf(scope, event, linksOf(mentions, []));
  return { status: 'recorded', why: { ...why, items: known }, leaf };
}

const linksOf = (mentions: readonly ItemMention[], extra: readonly ItemLink[]): readonly ItemLink[] =>
  extra.length === 0 ? mentions : [...mentions, ...extra];

function leafOf(scope: TransactionScope, event: EpcisEvent, links: readonly ItemLink[]): Hash {
  const { context, sha256 } = scope;
  const { type, action, bizStep } = event;
  return eventLeaf(
    {
      height: context.height,
      timestampMs: context.timestampMs,
      txId: context.txId,
      eventIndex: event.index,
      eventBytesHash: hashEventBytes(event.bytes, sha256),
      linksHash: linksHash(encodeLinks({ type, action, bizStep, links }), sha256)
    },
    sha256
  );
}

function recordOf(
  scope: TransactionScope,
  event: EpcisEvent,
  before: EventRecord | null,
  effect: EventEffect
): EventRecord {
  const { context, sha256 } = scope;
  return {
    contentHash: event.contentHash,
    place: before?.place ?? [context.height, context.index, event.index],
    declared: declarationHash(event, sha256),
    effect
  };
}

/** The links that a stored event must have, for projections and verifiers; `extra` only the contract knows. */
export const eventLinks = (event: EpcisEvent, organization: string): readonly ItemLink[] =>
  linksOf(namedItems(event, organization), []);
