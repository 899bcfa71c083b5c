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
  /** JSON text of the document's @context, or null when the event came bare. */
  readonly context: string | null;
  readonly items: readonly ProjectedItem[];
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
}

/** A stored event with its sequence number: (height, index, eventIndex) order in one number. */
export interface EventRow extends Omit<ProjectedEvent, 'items'> {
  readonly sequence: number;
}

/** Values inside one condition are alternatives; conditions must all hold. */
export interface EventQuery {
  readonly types?: readonly string[];
  readonly actions?: readonly string[];
  readonly bizSteps?: readonly string[];
  readonly dispositions?: readonly string[];
  readonly readPoints?: readonly string[];
  readonly bizLocations?: readonly string[];
  readonly eventIds?: readonly string[];
  readonly transformationIds?: readonly string[];
  readonly errorDeclared?: boolean;
  readonly eventTimeFromMs?: number;
  readonly eventTimeBeforeMs?: number;
  readonly recordTimeFromMs?: number;
  readonly recordTimeBeforeMs?: number;
  /** Each: some item of the event has one of the roles and one of the keys. */
  readonly matches?: readonly { readonly roles: readonly string[] | null; readonly items: readonly string[] }[];
  readonly order: 'sequence' | 'eventTime';
  readonly direction: 'ASC' | 'DESC';
  /** Sort key of the last row already seen: [sequence] or [eventTimeMs, sequence]. */
  readonly after?: readonly number[];
  readonly limit: number;
}
