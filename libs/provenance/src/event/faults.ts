import type { Rejection } from '@lading/kernel';

/** What a document can have wrong, beyond the scanner's JSON_… codes. Each has a page in docs/errors. */
export type EventFaultCode =
  | 'FIELD_MISSING'
  | 'FIELD_UNKNOWN'
  | 'FIELD_TYPE'
  | 'FIELD_FORMAT'
  | 'FIELD_VALUE'
  | 'LIST_LENGTH'
  | 'LIST_DUPLICATE'
  | 'NUMBER_RANGE'
  | 'ID_SYNTAX'
  | 'ID_CHECK_DIGIT'
  | 'TEXT_RULE'
  | 'EVENT_LIMIT';

export interface EventFault {
  /** RFC 6901, from the root of the EPCIS document. */
  readonly pointer: string;
  readonly code: EventFaultCode | `JSON_${string}`;
  /** A sentence for the person who wrote the document. */
  readonly message: string;
}

/** Faults listed at most; a document with more has a systematic error and the first ones show it. */
export const FAULT_LIMIT = 50;

/** A refused document: the code and pointer of the first fault, and the list. */
export interface DocumentRejection extends Rejection<EventFault['code']> {
  readonly faults: readonly EventFault[];
}

/**
 * Collects faults in document order. Most documents have none, and their pointers would be made in vain: without
 * `pointers` the list says only whether there are faults, and whoever finds some reads again with them.
 */
export class Faults {
  readonly list: EventFault[] = [];

  constructor(private readonly pointers = true) {}

  /** JSON pointer of a member or an element of what is at `pointer`. */
  below(pointer: string, key: string | number): string {
    if (!this.pointers) return pointer;
    return typeof key === 'number' ? `${pointer}/${key}` : pointer + step(key);
  }

  add(pointer: string, code: EventFault['code'], message: string): void {
    if (this.list.length < FAULT_LIMIT) this.list.push({ pointer, code, message });
  }

  get full(): boolean {
    return this.list.length >= FAULT_LIMIT;
  }

  /** Asserts nothing: null when there is no fault. */
  rejection(): DocumentRejection | null {
    const first = this.list[0];
    if (first === undefined) return null;
    return { ok: false, code: first.code, detail: first.message, pointer: first.pointer, faults: this.list };
  }
}

/** One step of a JSON pointer. */
export const step = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
