import type { Rejection } from '@lading/kernel';
import { XML_FAULTS } from './limits.js';

/** Each code has a page in docs/errors. */
export type XmlFaultCode =
  | 'XML_ENCODING'
  | 'XML_SYNTAX'
  | 'XML_DOCTYPE'
  | 'XML_DEPTH'
  | 'XML_SIZE'
  | 'XML_NOT_EPCIS'
  | 'XML_FIELD';

/** Both count from 1. */
export interface XmlPosition {
  readonly line: number;
  readonly column: number;
}

export interface XmlFault extends XmlPosition {
  readonly code: XmlFaultCode;
  /** A sentence for the person who wrote the document. */
  readonly message: string;
}

/** A refused document. `pointer` is `line:column` of the first fault. */
export interface XmlRejection extends Rejection<XmlFaultCode> {
  readonly faults: readonly XmlFault[];
}

export class XmlFaults {
  readonly list: XmlFault[] = [];

  add(code: XmlFaultCode, position: XmlPosition, message: string): void {
    if (this.list.length < XML_FAULTS) this.list.push({ code, message, line: position.line, column: position.column });
  }

  get isEmpty(): boolean {
    return this.list.length === 0;
  }

  /** Null when there is no fault. */
  rejection(): XmlRejection | null {
    const first = this.list[0];
    if (first === undefined) return null;
    const { code, message, line, column } = first;
    return { ok: false, code, detail: message, pointer: `${line}:${column}`, faults: this.list };
  }
}
