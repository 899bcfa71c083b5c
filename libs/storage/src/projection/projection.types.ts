/** One event as the query tables hold it. Times in milliseconds since 1970. */
export interface ProjectedEvent {
  readonly height: number;
  readonly index: number;
  readonly eventIndex: number;
  readonly txId: Uint8Array;
  readonly organization: string;
  readonly member: string;
  readonly onBehalfOf: string | null;
  readonly recordTimeMs: number;
  readonly eventTimeMs: number;
  readonly eventId: string;
  /** True when the submitted event had none and the id was derived from its content. */
  readonly eventIdAssigned: boolean;
  readonly type: string;
  readonly action: string | null;
  readonly bizStep: string | null;
  readonly disposition: string | null;
  readonly readPoint: string | null;
  readonly bizLocation: string | null;
  readonly transformationId: string | null;
  readonly errorDeclared: boolean;
  /** Exactly the submitted bytes from `{` to `}`. */
  readonly content: Uint8Array;
  /** Where `content` begins in the bytes of its transaction, which are then read for it; none: the row has a copy. */
  readonly contentAt?: number | null;
  /** JSON text of the document's @context, or null when the event came bare. */
  readonly context: string | null;
  readonly items: readonly ProjectedItem[];
  /** What else queries look at: extension fields, sensors, references, declarations. */
  readonly fields?: readonly ProjectedField[];
}

/** `number`: decimal text; `time`: milliseconds since 1970; `text`: as it is; `node`: an object or list, which only is there. */
export interface FieldValue {
  readonly kind: 'number' | 'time' | 'text' | 'node';
  readonly value: string;
}

export interface ProjectedField extends FieldValue {
  readonly name: string;
}

/** A term that events used: a business step, a place, the meaning of a prefix (`prefix:<p>`). */
export interface VocabularyTerm {
  readonly kind: string;
  readonly value: string;
}

/** Master data: one place is inside another. Canonical URIs. */
export interface PlaceLink {
  readonly parent: string;
  readonly child: string;
}

export interface ProjectedItem {
  /** epc, childEPC, parentID, inputEPC, … */
  readonly role: string;
  /** Canonical item key. */
  readonly item: string;
  /** What a person types to find it: the last segment of the identifier, decoded. */
  readonly label: string;
  readonly isClass: boolean;
  /** Quantity × 10⁶ as decimal text, or null. */
  readonly quantity: string | null;
  readonly unit: string | null;
}

/** One ordered capture transaction, whatever became of it: what GET /capture is answered from. */
export interface CapturePart {
  readonly height: number;
  readonly index: number;
  readonly txId: Uint8Array;
  readonly organization: string;
  readonly captureId: string;
  readonly behaviour: 'rollback' | 'proceed';
  readonly status: 'APPLIED' | 'RECORDED' | 'REJECTED';
  readonly code: string;
  /** JSON text of the outcome's detail. */
  readonly detail: string;
  readonly eventCount: number;
  readonly recordTimeMs: number;
}

/** Where the projection stands. `next` is the first transaction it has not read; `reflected` the last whole block. */
export interface ProjectionPosition {
  readonly nextHeight: number;
  readonly nextIndex: number;
  readonly reflectedHeight: number;
  /** Events so far: the sequence number of the next one. */
  readonly events: number;
}

export interface ProjectionChunk {
  readonly from: ProjectionPosition;
  readonly nextHeight: number;
  readonly nextIndex: number;
  readonly reflectedHeight: number;
  readonly events: readonly ProjectedEvent[];
  readonly captures: readonly CapturePart[];
  readonly vocabulary?: readonly VocabularyTerm[];
  readonly places?: readonly PlaceLink[];
}

/** A stored event with its sequence number: (height, index, eventIndex) order in one number. */
export interface EventRow extends Omit<ProjectedEvent, 'items' | 'fields' | 'contentAt'> {
  readonly sequence: number;
}

/** Fields of one of the names: with one of the values, in a range, or there at all. */
export type FieldCondition =
  | { readonly kind: 'equals'; readonly names: readonly string[]; readonly values: readonly FieldValue[] }
  | {
      readonly kind: 'range';
      readonly names: readonly string[];
      readonly operator: '<' | '<=' | '>' | '>=';
      readonly value: FieldValue;
    }
  | { readonly kind: 'exists'; readonly names: readonly string[] };

/** Values inside one condition are alternatives; conditions must all hold. */
/** Canonical URIs that begin with one of the prefixes (ASCII) and have the form of the regular expression. */
export interface ItemPattern {
  readonly prefixes: readonly string[];
  readonly form: string;
}

/** Items that are not listed but said, any number of them. */
export type ItemSource =
  | { readonly kind: 'pattern'; readonly pattern: ItemPattern }
  | {
      /** By what is said of them: terms of these kinds, of a GTIN all that is below it, and what events with these fields made. */
      readonly kind: 'described';
      readonly terms: readonly string[];
      readonly fields: readonly string[];
      /** Values that the fields must have; null: any. */
      readonly wanted: readonly FieldValue[] | null;
    };

export interface ItemMatch {
  /** null: any. */
  readonly roles: readonly string[] | null;
  readonly items: readonly string[];
  readonly sources?: readonly ItemSource[];
}

export interface EventFilter {
  readonly types?: readonly string[];
  readonly actions?: readonly string[];
  readonly bizSteps?: readonly string[];
  readonly eventIds?: readonly string[];
  readonly errorDeclared?: boolean;
  readonly eventTimeFromMs?: number;
  readonly eventTimeBeforeMs?: number;
  readonly recordTimeFromMs?: number;
  readonly recordTimeBeforeMs?: number;
  /** Each: some item of the event has one of the roles and is one of these. */
  readonly matches?: readonly ItemMatch[];
  readonly fields?: readonly FieldCondition[];
  /** Events with sequence numbers from here on, and before there. */
  readonly fromSequence?: number;
  readonly beforeSequence?: number;
}

export interface EventQuery extends EventFilter {
  readonly order: 'sequence' | 'eventTime' | { readonly field: readonly string[] };
  readonly direction: 'ASC' | 'DESC';
  /** Sort key of the last row already seen: [sequence] or [eventTimeMs, sequence]; rows to skip when ordered by a field. */
  readonly after?: readonly number[];
  readonly limit: number;
  /** The answer ends with the event whose content reaches as many bytes. */
  readonly limitBytes?: number;
}
