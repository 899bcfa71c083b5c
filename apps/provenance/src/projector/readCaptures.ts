import type { Contract, Transaction } from '@lading/ledger';
import { CAPTURE_OPERATION, type CaptureRequest } from '@lading/provenance';

/** What execution has read of one capture. */
export interface ReadCapture {
  readonly tx: Transaction;
  readonly request: CaptureRequest;
}

/** Of payloads whose trees are kept at most; a tree takes some ten times as much. */
const KEPT_BYTES = 6 << 20;

/**
 * Captures as this process's contract has just read them, so that the projector, which comes a moment later, need not read
 * them again. The oldest go first: what is not here is read from its bytes. Found by the very object that was executed.
 */
export class ReadCaptures {
  readonly #held = new Map<Uint8Array, ReadCapture>();
  #bytes = 0;

  constructor(private readonly keptBytes = KEPT_BYTES) {}

  /** The contract, which now leaves its captures here. */
  watch<P>(contract: Contract<P>): Contract<P> {
    return {
      ...contract,
      parse: (tx) => {
        const parsed = contract.parse(tx);
        if (parsed.ok && tx.header.op === CAPTURE_OPERATION) this.#keep(tx, parsed.value as CaptureRequest);
        return parsed;
      }
    };
  }

  /** Given out once. */
  take(encoded: Uint8Array): ReadCapture | undefined {
    const found = this.#held.get(encoded);
    if (found !== undefined) this.#drop(encoded);
    return found;
  }

  #keep(tx: Transaction, request: CaptureRequest): void {
    this.#drop(tx.encoded);
    this.#held.set(tx.encoded, { tx, request });
    this.#bytes += tx.encoded.length;
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= this.keptBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(encoded: Uint8Array): void {
    if (this.#held.delete(encoded)) this.#bytes -= encoded.length;
  }
}
