import type { Outcome } from '@lading/ledger';

/**
 * What one capture may cost the nodes, all of which execute it (spec/provenance.md 1.4, 5.3). The lists of single
 * items are bounded by LIMITS.expandedChildren and BALANCE_ENTRIES.
 */
export const CAPTURE_LIMITS = {
  /** Items that the events of one transaction name, each mention counted. */
  namedItems: 10_000,
  /** State keys that one transaction may read: what it names, containers around it, contents of what is emptied. */
  stateKeys: 25_000,
  /** Bytes of item values that one transaction may read, and that it may write. */
  stateBytes: 4 << 20,
  /** Bytes of one item's lists: children, contents, balances. */
  itemListBytes: 1 << 20,
  /** Persistent dispositions of one item, and in the set and unset lists of one event. */
  dispositions: 32,
  /** Recalls that one item carries, that its contents carry, and that are open for one GTIN at a time. */
  recalls: 64,
  /** Bytes of parameters in one outcome; beyond them an event is listed by index and code only. */
  detailBytes: 128 << 10
} as const;

/** Of a transaction that would name more state, or write more of it, than one may. */
export const TOO_MUCH_STATE: Outcome = {
  status: 'REJECTED',
  code: 'STATE_LIMIT',
  detail: [CAPTURE_LIMITS.stateKeys, CAPTURE_LIMITS.stateBytes]
};
