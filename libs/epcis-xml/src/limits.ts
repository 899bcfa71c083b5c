/** What a document may cost to read. Callers may lower it. */
export interface XmlLimits {
  /** Bytes of the document. */
  readonly bytes: number;
  /** Elements within elements. */
  readonly depth: number;
  /** Elements and attributes together: a byte limit alone would admit millions of empty elements. */
  readonly nodes: number;
}

/** Sensor and extension data nest a few levels; the JSON scanner of the ledger allows no more than 64. */
export const XML_LIMITS: XmlLimits = { bytes: 16 << 20, depth: 48, nodes: 1_000_000 };

/** Namespaces of extensions in one document. */
export const XML_NAMESPACES = 200;

/** Faults listed at most. */
export const XML_FAULTS = 50;
