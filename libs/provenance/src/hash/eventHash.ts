import { toHex, type Sha256 } from '@lading/kernel';
import { sha256Noble, type JsonObject } from '@lading/ledger';
import { HashWork } from './hashWork.js';
import { preHashBytes } from './preHash.js';

/**
 * `ni:///sha-256;<hex>?ver=CBV2.0`, the event hash id of CBV 2.0 §8.9.2. It identifies an event across systems and
 * spellings. It is lossy (numbers), so integrity rests on the hash of the bytes, never on this. `work` is shared by the
 * events of a document; once it is exhausted the result means nothing and the document is refused.
 */
export function eventHashId(
  event: JsonObject,
  namespaces: ReadonlyMap<string, string>,
  sha256: Sha256 = sha256Noble,
  work: HashWork = new HashWork()
): string {
  return `ni:///sha-256;${toHex(sha256(preHashBytes(event, { namespaces, exact: false, work })))}?ver=CBV2.0`;
}

/** Same algorithm without its losses; equal for two spellings of one event, different for `00123` and `123`. */
export function contentHash(
  event: JsonObject,
  namespaces: ReadonlyMap<string, string>,
  sha256: Sha256 = sha256Noble,
  work: HashWork = new HashWork()
): Uint8Array {
  return sha256(preHashBytes(event, { namespaces, exact: true, work }));
}
