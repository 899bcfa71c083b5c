import type { Height, Result } from '@lading/kernel';
import { ok, reject } from '@lading/kernel';
import { CborFields, encodeCbor } from '@lading/ledger';
import type { BlockHeader } from '@lading/ledger';
import type { StoredView } from './ports.js';

const MAX_VIEW = 0xffffffff;

/** What the headers of one epoch, in ascending order, say about its views. */
export function viewsOfHeaders(headers: Iterable<BlockHeader>): StoredView[] {
  const views = new Map<number, StoredView>();
  for (const { originView, height, turnEnd, epochEnd } of headers) {
    views.set(originView, { view: originView, lastHeight: height, ended: turnEnd || epochEnd });
  }
  return [...views.values()].sort((a, b) => a.view - b.view);
}

/** Views of one stretch of an epoch and of the one that follows it. */
export function mergeViews(earlier: readonly StoredView[], later: readonly StoredView[]): readonly StoredView[] {
  const views = new Map([...earlier, ...later].map((one) => [one.view, one]));
  return [...views.values()].sort((a, b) => a.view - b.view);
}

/** CBOR [[view, lastHeight, ended]…], ascending: kept with the epoch that follows, so that nobody reads its blocks again. */
export function encodeViews(views: readonly StoredView[]): Uint8Array {
  return encodeCbor(views.map(({ view, lastHeight, ended }) => [view, lastHeight, ended]));
}

export function decodeViews(bytes: Uint8Array): Result<readonly StoredView[], 'RECORD_MALFORMED'> {
  // A list is an element of its reader, so the bytes become the only element of an array.
  const outer = CborFields.decode(Uint8Array.of(0x81, ...bytes), 1, 'views');
  const views = outer.list('views', Number.MAX_SAFE_INTEGER, (list) => {
    const fields = list.nested('view', 3);
    const view = fields.uint('view', MAX_VIEW);
    return { view, lastHeight: fields.uint('lastHeight') as Height, ended: fields.bool('ended') };
  });
  return outer.fault === null ? ok(views) : reject('RECORD_MALFORMED', outer.fault);
}
