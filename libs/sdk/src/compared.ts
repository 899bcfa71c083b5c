import {
  heightRowsSchema,
  historyDigestsSchema,
  stateBucketsSchema,
  stateChangesSchema,
  stateRowsSchema,
  stateWindowSchema,
  treeHashesSchema,
  type HeightRowsView,
  type HistoryDigests,
  type StateBuckets,
  type StateChangesView,
  type StateRowsView,
  type StateWindowView,
  type TreeHashesView
} from '@lading/api';
import type { Schema } from './http/json.js';

/** What a node says of itself to auditors who compare it with others (spec/compare.md): its own word. */
export interface ComparedAnswers {
  history(part: HistoryDigests['part'], from: number, to: number): Promise<HistoryDigests>;
  atHeight(height: number): Promise<HeightRowsView>;
  /** The heights after which the node knows its state; held for half a minute. */
  window(): Promise<StateWindowView>;
  tree(height: number, depth: number, index: number): Promise<TreeHashesView>;
  /** At most 64 buckets. */
  buckets(height: number, buckets: readonly number[]): Promise<StateBuckets>;
  changes(): Promise<StateChangesView>;
  /** What is wrong with its rows of the state from this bucket on. */
  rows(bucket: number): Promise<StateRowsView>;
}

export function comparedAnswers(get: <T>(path: string, schema: Schema<T>) => Promise<T>): ComparedAnswers {
  const at = '/v1/audit';
  return {
    history: (part, from, to) => get(`${at}/history?part=${part}&from=${from}&to=${to}`, historyDigestsSchema),
    atHeight: (height) => get(`${at}/history/${height}`, heightRowsSchema),
    window: () => get(`${at}/tree`, stateWindowSchema),
    tree: (height, depth, index) => get(`${at}/tree/${height}/${depth}/${index}`, treeHashesSchema),
    buckets: (height, buckets) => get(`${at}/buckets/${height}?buckets=${buckets.join(',')}`, stateBucketsSchema),
    changes: () => get(`${at}/changes`, stateChangesSchema),
    rows: (bucket) => get(`${at}/rows?bucket=${bucket}`, stateRowsSchema)
  };
}
