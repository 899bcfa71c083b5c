import type { BlockHeader } from '@lading/ledger';
import type { StoredView } from './ports.js';

/** {@link LedgerStore.epochViews} of the headers of one epoch in ascending order; a view takes its blocks in one run. */
export function viewsOfHeaders(headers: Iterable<BlockHeader>): StoredView[] {
  const views: StoredView[] = [];
  for (const { originView, height, turnEnd, epochEnd } of headers) {
    while (views.length < originView) views.push({ view: views.length, lastHeight: null, ended: false });
    views[originView] = { view: originView, lastHeight: height, ended: turnEnd || epochEnd };
  }
  return views;
}
