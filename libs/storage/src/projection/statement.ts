import { createHash } from 'node:crypto';

/** SQL text and parameters. With a `name` it is planned once a connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Free text is indexed by this: identifiers have no limit that a B-tree page would bear. */
export const hashText = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
