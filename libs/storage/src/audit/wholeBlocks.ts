const none = (): Promise<readonly never[]> => Promise.resolve([]);

/** What a source of an audit lacks that gives blocks whole (spec/export.md §3) and not by table: state and epochs are derived. */
export abstract class WholeBlocks {
  readonly without = new Set(['state', 'epoch'] as const);
  readonly blocks = none;
  readonly batches = none;
  readonly transactions = none;
  readonly outcomes = none;
  readonly state = none;
  readonly epochs = none;
}
