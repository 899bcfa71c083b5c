import type { Hash, Result, Sha256, VerifySignature } from '@lading/kernel';
import {
  checkTransaction,
  decodeCompactJws,
  decodeDetachedJws,
  verifyTransaction,
  type Transaction
} from '@lading/ledger';
import { ApiFault } from './problem.js';

/** What a gateway needs to know before a transaction may enter the node. */
export interface Gateway {
  readonly chainId: Hash;
  /** Null when the caller's next step checks the signature, as submitting does. */
  readonly verify: VerifySignature | null;
  /** Default: the pure one, which takes some five times as long as a node's own. */
  readonly sha256?: Sha256;
}

/** A transaction from its compact serialization, text or bytes, for this network and signed well (see `verify`); else an ApiFault. */
export function receiveCompact(text: string | Uint8Array, gateway: Gateway): Transaction {
  return admit(decodeCompactJws(text, gateway.sha256), gateway);
}

/** A transaction whose payload is the body of a request; `signature` is the Lading-Signature header. */
export function receiveDetached(signature: string, payload: Uint8Array, gateway: Gateway): Transaction {
  if (!/^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]+$/.test(signature)) {
    throw new ApiFault('SIGNATURE_HEADER', 'Lading-Signature must be <base64url header>..<base64url signature>');
  }
  return admit(decodeDetachedJws(signature, payload, gateway.sha256), gateway);
}

function admit(decoded: Result<Transaction>, { chainId, verify }: Gateway): Transaction {
  if (!decoded.ok) throw new ApiFault(decoded.code, decoded.detail);
  const checked = checkTransaction(decoded.value, chainId);
  if (!checked.ok) throw new ApiFault(checked.code, checked.detail);
  if (verify !== null && !verifyTransaction(checked.value, verify)) {
    throw new ApiFault(
      'TX_SIGNATURE',
      'the signature does not verify under the key named in kid; sign the exact bytes'
    );
  }
  return checked.value;
}
