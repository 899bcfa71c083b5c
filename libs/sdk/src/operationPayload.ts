import { assert, encodeUtf8 } from '@lading/kernel';

/** What a transaction does, before it is signed. */
export interface Operation {
  readonly op: string;
  readonly payload: Uint8Array;
}

/** What can come with every operation of the supply chain. */
export interface Remarks {
  /** Why; at most 500 bytes. Everybody who sees the ledger reads it. */
  readonly reason?: string;
  /** `<org>/<member>` for whom a service key signs. */
  readonly onBehalfOf?: string;
}

/** The operation with its payload as JSON. What is wrong in it is left to the contract, which names the place. */
export function operation(op: string, value: object): Operation {
  const payload = encodeUtf8(JSON.stringify(value));
  assert(payload !== null, `${op}: text with a lone surrogate`);
  return { op, payload };
}

/** Of the remarks those that are given: a member that is there counts, whatever it holds. */
export const remarks = ({ reason, onBehalfOf }: Remarks): Remarks => ({
  ...(reason === undefined ? {} : { reason }),
  ...(onBehalfOf === undefined ? {} : { onBehalfOf })
});
