import type { RunQuery } from './runQuery.js';
import { hashText } from './statement.js';

/** A page of terms; `hash` is where the next one goes on. */
export interface TermRow {
  readonly hash: Buffer;
  readonly value: string;
}

const DESCENDANTS = 10_000;
const LEVELS = 16;

/** What events have named, for browsing. Lists are in the order of hashes: any order that stays. */
export class VocabularyQueries {
  constructor(private readonly ask: RunQuery) {}

  async terms(kind: string, after: Uint8Array, limit: number): Promise<readonly TermRow[]> {
    const { rows } = await this.ask(
      `SELECT value_hash AS hash, value FROM provenance.vocabulary WHERE kind = $1 AND value_hash > $2
       ORDER BY value_hash LIMIT $3`,
      [kind, Buffer.from(after), limit]
    );
    return rows as TermRow[];
  }

  async hasTerm(kind: string, value: string): Promise<boolean> {
    const text = 'SELECT FROM provenance.vocabulary WHERE kind = $1 AND value_hash = $2';
    return (await this.ask(text, [kind, hashText(value)])).rowCount === 1;
  }

  async epcs(after: Uint8Array, limit: number): Promise<readonly TermRow[]> {
    const { rows } = await this.ask(
      `SELECT item_hash AS hash, item AS value FROM provenance.item WHERE is_epc AND item_hash > $1
       ORDER BY item_hash LIMIT $2`,
      [Buffer.from(after), limit]
    );
    return rows as TermRow[];
  }

  async hasEpc(item: string): Promise<boolean> {
    const text = 'SELECT FROM provenance.item WHERE item_hash = $1 AND is_epc';
    return (await this.ask(text, [hashText(item)])).rowCount === 1;
  }

  /** The places and everything that master data put inside them. */
  async withDescendants(places: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.ask(
      `WITH RECURSIVE inside (hash, child, level) AS (
         SELECT child_hash, child, 1 FROM provenance.place_link WHERE parent_hash = ANY($1::bytea[])
         UNION
         SELECT l.child_hash, l.child, i.level + 1 FROM inside i JOIN provenance.place_link l ON l.parent_hash = i.hash
         WHERE i.level < ${LEVELS})
       SELECT DISTINCT child FROM (SELECT child FROM inside LIMIT ${DESCENDANTS}) AS bounded`,
      [places.map(hashText)]
    );
    return [...new Set([...places, ...rows.map((row) => row['child'] as string)])];
  }
}
