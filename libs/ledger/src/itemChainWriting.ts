import type { Hash, Sha256 } from '@lading/kernel';
import { asHash, ZERO_HASH } from '@lading/kernel';
import { encodeCbor, type CborValue } from './codec/encodeCbor.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { compareLinks, type EventLinks, type ItemLink } from './itemChain.js';

/** head_0 of every item. */
export const EMPTY_HEAD: Hash = ZERO_HASH;

/** Plain SHA-256 of an event's bytes, from its `{` to its `}` as submitted: anyone's tool computes it. */
export function hashEventBytes(eventBytes: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  return asHash(sha256(eventBytes));
}

/** CBOR [type, action, bizStep, [[role, itemKey]…]], links sorted by role, then key, each once. */
export function encodeLinks({ type, action, bizStep, links }: EventLinks): Uint8Array {
  const sorted = links.length > FEW ? [...links].sort(compareLinks) : inOrder(links);
  const once: CborValue[] = [];
  let before: ItemLink | null = null;
  for (const link of sorted) {
    if (before === null || compareLinks(before, link) !== 0) once.push([link.role, link.itemKey]);
    before = link;
  }
  return encodeCbor([type, action, bizStep, once]);
}

/** Most events have a few links; the engine's sort costs more than putting so many in order. */
const FEW = 8;

function inOrder(links: readonly ItemLink[]): readonly ItemLink[] {
  const sorted: ItemLink[] = [];
  for (const link of links) {
    let at = sorted.length;
    for (; at > 0 && compareLinks(sorted[at - 1] as ItemLink, link) > 0; at--) sorted[at] = sorted[at - 1] as ItemLink;
    sorted[at] = link;
  }
  return sorted;
}
