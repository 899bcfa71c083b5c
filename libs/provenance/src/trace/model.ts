/** Tracing (spec/provenance.md "Tracing"): pure, in rounds; whoever runs it brings the events of the items wanted. */

export type Direction = 'back' | 'forward';

/** What tracing needs of an event that is on the chains. */
export interface TraceEvent {
  /** Unique: `<height>/<index>/<eventIndex>` on the ledger. */
  readonly ref: string;
  readonly eventID: string;
  readonly type: string;
  readonly action: string;
  readonly bizStep: string;
  readonly eventTimeMs: number;
  /** Organization that signed. */
  readonly organization: string;
  /** Canonical item URIs with their roles; a transformation group is the role `transformation`. */
  readonly items: readonly { readonly role: string; readonly uri: string }[];
  /** Canonical URI of the possessing (else owning) party it is sent to, or ''. */
  readonly destination: string;
  /** The organization of the network that `destination` belongs to; absent or '': none, or not looked up. */
  readonly receiver?: string;
  /** True when an error declaration names it, or it is one: kept out of the trace and listed apart. */
  readonly isDeclaredError: boolean;
}

export interface TraceLimits {
  readonly items: number;
  readonly events: number;
  /** A transformation of many inputs into many outputs has as many ways as their product. */
  readonly edges: number;
}

export const TRACE_LIMITS: TraceLimits = { items: 20_000, events: 20_000, edges: 200_000 };

export interface TraceItem {
  readonly uri: string;
  /** Steps from the item asked about. */
  readonly distance: number;
  /** `container`: only its events while it held an item of the trace are in it. */
  readonly kind: 'item' | 'container';
}

export type TraceEdge =
  | { readonly kind: 'transformation'; readonly from: string; readonly to: string; readonly ref: string }
  | {
      readonly kind: 'containment';
      readonly parent: string;
      readonly child: string;
      /** [ADD, DELETE); null while it lasts. */
      readonly sinceMs: number;
      readonly untilMs: number | null;
      readonly ref: string;
    }
  | {
      readonly kind: 'transfer';
      readonly item: string;
      readonly from: string;
      readonly to: string;
      readonly shippedMs: number;
      /** null: no receipt among the events of the trace. */
      readonly receivedMs: number | null;
      readonly ref: string;
    };

export interface TraceResult {
  readonly root: string;
  readonly direction: Direction;
  readonly items: readonly TraceItem[];
  readonly edges: readonly TraceEdge[];
  /** By event time, then by place on the ledger. */
  readonly events: readonly TraceEvent[];
  readonly declaredErrors: readonly TraceEvent[];
  /** True when a limit cut it off: the answer is then a part. */
  readonly isTruncated: boolean;
  /** Where a cut answer ends: items and containers whose events were not looked at. */
  readonly frontier: readonly string[];
  /** Items of which no event says how they came into being: nobody told, or what was told is not known here. */
  readonly unexplained: readonly string[];
}

export const rolesOf = (event: TraceEvent, ...roles: readonly string[]): readonly string[] =>
  event.items.filter((item) => roles.includes(item.role)).map((item) => item.uri);

export const inputsOf = (event: TraceEvent): readonly string[] => rolesOf(event, 'inputEPC', 'inputEPCClass');
export const outputsOf = (event: TraceEvent): readonly string[] => rolesOf(event, 'outputEPC', 'outputEPCClass');
export const childrenOf = (event: TraceEvent): readonly string[] =>
  rolesOf(event, 'childEPC', 'childEPCClass', 'expandedChild', 'expandedChildClass');

export const parentOf = (event: TraceEvent): string | undefined =>
  event.type === 'TransactionEvent' ? undefined : rolesOf(event, 'parentID')[0];
