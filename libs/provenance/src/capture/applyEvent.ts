import { assert, type Hash, type Sha256 } from '@lading/kernel';
import {
  encodeLinks,
  eventLeaf,
  hashEventBytes,
  linksHash,
  type ExecutionContext,
  type ItemLink,
  type StateWriter
} from '@lading/ledger';
import { namedItems } from '../event/namedItems.js';
import type { EpcisEvent } from '../event/model.js';
import type { ItemKind } from '../identifiers/canonicalItem.js';
import { overgrown } from '../rules/overgrown.js';
import { applyRules } from '../rules/applyRules.js';
import { checkDeclaration, declarationHash } from '../rules/R23.js';
import { identify, type Identity } from '../rules/R24.js';
import { ANOMALIES, violation, type EventScope, type Violation } from '../rules/rule.js';
import { encodeEventRecord, eventRecordKey, decodeEventRecord, type EventRecord } from '../state/eventRecord.js';
import type { ItemBook } from '../state/itemBook.js';

/** What became of one event of a transaction. */
export type EventResult =
  | { readonly status: 'applied' }
  /** In profile `open`: on the chains, but the state did not follow it. */
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
  readonly state: StateWriter;
  readonly book: ItemBook;
  /** Event records that this transaction has written, by state key. */
  readonly records: Map<string, Uint8Array>;
  readonly sha256: Sha256;
}

interface Linked {
  readonly links: readonly ItemLink[];
  readonly kinds: ReadonlyMap<string, ItemKind>;
}

/** Applies one event to the book; the caller decides whether the transaction as a whole is written. */
export function applyEvent(scope: TransactionScope, event: EpcisEvent): EventResult {
  const { context, sha256 } = scope;
  const isOpen = context.config.parameters.profile === 'open';
  if (event.eventTimeMs > context.timestampMs + EVENT_TIME_TOLERANCE_MS) {
    return { status: 'refused', why: violation('EVENT_TIME_FUTURE', []) };
  }
  const key = eventRecordKey(context.organization, event.eventID, sha256);
  const stored = scope.records.get(key) ?? scope.state.get(key);
  const record = stored === null ? null : decodeEventRecord(stored);
  const identity = identify(event, record, sha256);
  if (typeof identity !== 'string') return { status: 'refused', why: identity };
  if (identity === 'repeated' && record !== null) return { status: 'duplicate', record };

  const extra: ItemLink[] = [];
  const why = broken(scope, event, identity, record, extra);
  if (why !== null && !isOpen) {
    scope.book.drop();
    if (!ANOMALIES.has(why.code)) return { status: 'refused', why };
    return { status: 'recorded', why, leaf: leafOf(scope, event, link(event, context.organization, [])) };
  }
  if (why !== null) {
    scope.book.drop();
    extra.length = 0;
  }
  const linked = link(event, context.organization, extra);
  const leaf = leafOf(scope, event, linked);
  for (const uri of scope.book.changed()) assert(linked.kinds.has(uri), `event changes ${uri} without a link`);
  for (const [uri, kind] of linked.kinds) scope.book.extend(uri, kind, leaf);
  scope.book.keep();
  scope.records.set(key, encodeEventRecord(recordOf(scope, event, record)));
  return why === null ? { status: 'applied' } : { status: 'history', why };
}

function broken(
  scope: TransactionScope,
  event: EpcisEvent,
  identity: Identity,
  record: EventRecord | null,
  extra: ItemLink[]
): Violation | null {
  if (identity === 'declaration') return checkDeclaration(event, record);
  const rules: EventScope = {
    event,
    signer: scope.context.organization,
    context: scope.context,
    book: scope.book,
    link: (role, uri) => extra.push({ role, itemKey: uri })
  };
  return applyRules(rules) ?? overgrown(scope.book);
}

/** All links of an event and, for each item once, its kind. */
function link(event: EpcisEvent, organization: string, extra: readonly ItemLink[]): Linked {
  const kinds = new Map<string, ItemKind>();
  const links: ItemLink[] = [];
  for (const { role, uri, kind } of namedItems(event, organization)) {
    links.push({ role, itemKey: uri });
    kinds.set(uri, kind);
  }
  for (const { role, itemKey } of extra) {
    links.push({ role, itemKey });
    if (!kinds.has(itemKey)) kinds.set(itemKey, role === 'expandedChildClass' ? 'class' : 'instance');
  }
  return { links, kinds };
}

function leafOf(scope: TransactionScope, event: EpcisEvent, linked: Linked): Hash {
  const { context, sha256 } = scope;
  const { type, action, bizStep } = event;
  return eventLeaf(
    {
      height: context.height,
      timestampMs: context.timestampMs,
      txId: context.txId,
      eventIndex: event.index,
      eventBytesHash: hashEventBytes(event.bytes, sha256),
      linksHash: linksHash(encodeLinks({ type, action, bizStep, links: linked.links }), sha256)
    },
    sha256
  );
}

function recordOf(scope: TransactionScope, event: EpcisEvent, before: EventRecord | null): EventRecord {
  const { context, sha256 } = scope;
  return {
    contentHash: event.contentHash,
    place: before?.place ?? [context.height, context.index, event.index],
    declared: declarationHash(event, sha256)
  };
}

/** The links that a stored event must have, for projections and verifiers; `extra` only the contract knows. */
export const eventLinks = (event: EpcisEvent, organization: string): readonly ItemLink[] =>
  link(event, organization, []).links;
