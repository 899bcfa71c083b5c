import { toHex } from '@lading/kernel';
import type { Closure, Relation, Scope } from './closure.js';
import type { OpenEvent, OpenProvenance } from './openProvenance.js';
import { recallsIn, type RecallFound } from './recallStatus.js';
import { KEY_HOLDERS, MOVED_ON, PHYSICAL_WORLD, type AnchorFacts, type Ground } from './report.js';
import { standings, type Standing } from './standing.js';
import { ANOMALY_KEY, countOf, ITEM, ITEM_KEY, listOf, signerKey } from './stateValue.js';
import { anchorFacts } from './verifyState.js';

/** One item of the story. */
export interface StoryItem {
  readonly item: string;
  readonly relations: readonly Relation[];
  /** Events on its chain, and how many of them the file shows. */
  readonly count: number;
  readonly shown: number;
}

export interface StoryEvent {
  readonly height: number;
  /** Block time, milliseconds since 1970. */
  readonly timestampMs: number;
  /** Lower-case hex. */
  readonly txId: string;
  readonly eventIndex: number;
  readonly type: string;
  readonly action: string;
  readonly bizStep: string;
  readonly standing: Standing;
  readonly links: readonly { readonly role: string; readonly itemKey: string }[];
  /** Operation and signer of the transaction, and the event as it was sent; null where they are withheld. */
  readonly op: string | null;
  readonly signer: string | null;
  readonly bytes: Uint8Array | null;
}

export interface Anomaly {
  readonly item: string;
  readonly kind: string;
  /** Index into `events`. */
  readonly event: number;
}

/** What a proof of provenance claims; it holds only when the report is `proven`. */
export interface ProvenanceFacts extends AnchorFacts {
  readonly subject: string;
  readonly scope: Scope;
  readonly items: readonly StoryItem[];
  /** Ascending by height. */
  readonly events: readonly StoryEvent[];
  readonly anomalies: readonly Anomaly[];
  readonly recalls: readonly RecallFound[];
  readonly notRecalled: boolean;
  readonly withheld: number;
  /** Keys that signed and are not active any more at the checkpoint. */
  readonly inactiveKeys: readonly string[];
}

/** `proven`: all checks have passed; else nobody has bounded what would be read. */
export function provenanceFacts(story: OpenProvenance, closure: Closure, ground: Ground, proven: boolean): ProvenanceFacts {
  const { proof, view, events, transactions } = story;
  const recalls = recallsIn(closure, view);
  const standing = proven ? standings(story) : [];
  const items = [...closure.items].map(([item, { relations }]) => ({
    item,
    relations: [...relations],
    count: Math.max(0, countOf(view.state(ITEM_KEY + item)?.[ITEM.count])),
    shown: view.chain(ITEM_KEY + item)?.events.length ?? 0
  }));
  const anomalies = proof.chains
    .filter(({ key }) => key.startsWith(ANOMALY_KEY))
    .flatMap(({ key, kinds, events: numbers }) =>
      kinds.map((kind, index) => ({ item: key.slice(ANOMALY_KEY.length), kind, event: numbers[index] ?? 0 }))
    );
  const signers = new Set([...transactions.values()].map(({ header }) => header.kid));
  return {
    ...anchorFacts(story.certified, ground),
    subject: proof.subject,
    scope: proof.scope as Scope,
    items,
    events: events.map((event, index) => storyEvent(event, standing[index] ?? 'unknown', story)),
    anomalies,
    recalls,
    notRecalled: recalls.length === 0,
    withheld: events.filter(isWithheld).length,
    // [1, purpose, active, …]: spec/membership.md.
    inactiveKeys: [...signers].filter((kid) => view.state(signerKey(kid))?.[2] !== true)
  };
}

const isWithheld = ({ event }: OpenEvent): boolean => event.end === 0;

function storyEvent(open: OpenEvent, standing: Standing, { transactions }: OpenProvenance): StoryEvent {
  const { event, links } = open;
  const txId = toHex(event.txId);
  const transaction = isWithheld(open) ? undefined : transactions.get(txId);
  return {
    height: event.height,
    timestampMs: event.timestampMs,
    txId,
    eventIndex: event.eventIndex,
    ...links,
    standing,
    op: transaction?.header.op ?? null,
    signer: transaction?.header.kid ?? null,
    bytes: transaction?.payload.subarray(event.start, event.end) ?? null
  };
}

const WITHHELD = 'their bytes are withheld, what they link is shown; they may declare others wrong';

/** What nobody should conclude from this file. */
export function notCheckedOf(story: OpenProvenance, closure: Closure): readonly string[] {
  const { proof, view, events } = story;
  const withheld = events.filter(isWithheld).length;
  const value = view.state(ITEM_KEY + proof.subject) ?? [];
  const contents = listOf(value[ITEM.children]).length + listOf(value[ITEM.contents]).length;
  const rest = proof.chains.filter(({ key, after }) => after.length > 0 && closure.items.has(key.slice(ITEM_KEY.length)));
  return [
    ...(withheld > 0 ? [`the content of ${withheld} events: ${WITHHELD}`] : []),
    ...(contents > 0 ? [`the stories of the ${contents} things inside: each has a proof of its own`] : []),
    ...(rest.length > 0 ? [`what became of ${rest.length} inputs and containers afterwards`] : []),
    ...(proof.scope === 'history' ? ['sensor reports on places that name no goods: ask for a proof with conditions'] : []),
    MOVED_ON,
    'freshness: what happened after the height above is not in the file',
    'that links say what the events say: validators checked that when they certified the state',
    KEY_HOLDERS,
    PHYSICAL_WORLD
  ];
}
