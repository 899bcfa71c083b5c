import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, ZERO_HASH } from '@lading/kernel';
import { encodeCbor } from './codec/encodeCbor.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { compareLinks, type EventLinks } from './itemChain.js';

/** head_0 of every item. */
export const EMPTY_HEAD: Hash = ZERO_HASH;

/** Plain SHA-256 of an event's bytes, from its `{` to its `}` as submitted: anyone's tool computes it. */
export function hashEventBytes(eventBytes: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  return asHash(sha256(eventBytes));
}

/** CBOR [type, action, bizStep, [[role, itemKey]…]], links sorted by role, then key, each once. */
export function encodeLinks(event: EventLinks): Uint8Array {
  const sorted = [...event.links].sort(compareLinks);
  const once = sorted.filter((link, index) => {
    const before = sorted[index - 1];
    return before === undefined || compareLinks(before, link) !== 0;
  });
  return encodeCbor([event.type, event.action, event.bizStep, once.map((link) => [link.role, link.itemKey])]);
}
