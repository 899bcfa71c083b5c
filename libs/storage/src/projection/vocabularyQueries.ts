import { uuidArray } from '../ledgerStore/binaryArray.js';
import type { RunQuery } from './runQuery.js';
import { sourceHashes } from './itemSource.js';
import type { ItemSource } from './projection.types.js';
import { HASH_BYTES, hashText } from './statement.js';

/** A page of terms; `hash` is where the next one goes on. */
export interface TermRow {
  readonly hash: Buffer;
  readonly value: string;
}

/** Places within places that a question may mean. */
export const DESCENDANTS = 10_000;
const LEVELS = 16;

/** What events have named, for browsing. Lists are in the order of hashes: any order that stays. */
export class VocabularyQueries {
  constructor(private readonly ask: RunQuery) {}

  async terms(kind: string, after: Uint8Array, limit: number): Promise<readonly TermRow[]> {
    const { rows } = await this.ask(
      `SELECT uuid_send(value_hash) AS hash, value FROM provenance.vocabulary WHERE kind = $1 AND value_hash > $2
       ORDER BY value_hash LIMIT $3`,
      [kind, place(after), limit]
    );
    return rows as TermRow[];
  }

  async hasTerm(kind: string, value: string): Promise<boolean> {
    const text = 'SELECT FROM provenance.vocabulary WHERE kind = $1 AND value_hash = $2';
    return (await this.ask(text, [kind, hashText(value)])).rowCount === 1;
  }

  async epcs(after: Uint8Array, limit: number): Promise<readonly TermRow[]> {
    const { rows } = await this.ask(
      `SELECT uuid_send(item_hash) AS hash, item AS value FROM provenance.item WHERE is_epc AND item_hash > $1
       ORDER BY item_hash LIMIT $2`,
      [place(after), limit]
    );
    return rows as TermRow[];
  }

  async hasEpc(item: string): Promise<boolean> {
    const text = 'SELECT FROM provenance.item WHERE item_hash = $1 AND is_epc';
    return (await this.ask(text, [hashText(item)])).rowCount === 1;
  }

  /** Items that events have named, of a source; `most` at most. */
  async itemsOf(source: ItemSource, most: number): Promise<readonly string[]> {
    const values: unknown[] = [];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const hashes = sourceHashes(source, bind);
    const { rows } = await this.ask(`SELECT item FROM provenance.item WHERE item_hash IN (${hashes}) LIMIT ${bind(most)}`, values);
    return rows.map((row) => row['item'] as string);
  }

  /** The places and everything that master data put inside them; one more than {@link DESCENDANTS} where there are more. */
  async withDescendants(places: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.ask(
      `WITH RECURSIVE inside (hash, child, level) AS (
         SELECT child_hash, child, 1 FROM provenance.place_link WHERE parent_hash = ANY($1::uuid[])
         UNION
         SELECT l.child_hash, l.child, i.level + 1 FROM inside i JOIN provenance.place_link l ON l.parent_hash = i.hash
         WHERE i.level < ${LEVELS})
       SELECT child FROM (SELECT DISTINCT child FROM inside LIMIT ${DESCENDANTS + 1}) AS bounded`,
      [uuidArray(places.map(hashText))]
    );
    return [...new Set([...places, ...rows.map((row) => row['child'] as string)])];
  }
}

/** Where a page goes on: behind this hash. Empty at the start; pages of an older version know whole hashes. */
const place = (after: Uint8Array): Buffer => Buffer.concat([after, new Uint8Array(HASH_BYTES)], HASH_BYTES);
