import { STEM_CHARACTERS } from './applyColumns.js';
import { uuidArray } from '../ledgerStore/binaryArray.js';
import type { RunQuery } from './runQuery.js';
import { FIELD_KINDS, fieldNameHash, fieldPairHash, HASH_BYTES, hashText } from './statement.js';
import type { FieldValue } from './projection.types.js';

/** A page of terms; `hash` is where the next one goes on. */
export interface TermRow {
  readonly hash: Buffer;
  readonly value: string;
}

/** Canonical URIs that begin with one of the prefixes (ASCII) and have the form of the regular expression. */
export interface ItemPattern {
  readonly prefixes: readonly string[];
  readonly form: string;
}

const DESCENDANTS = 10_000;
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

  /** Items of a pattern that events have named, `most` at most. */
  async itemsLike({ prefixes, form }: ItemPattern, most: number): Promise<readonly string[]> {
    const values: unknown[] = [form, most];
    const bind = (value: string): string => `$${values.push(value)}::text`;
    const ranges = prefixes.map((prefix) => {
      const stem = prefix.slice(0, STEM_CHARACTERS);
      return `(stem >= ${bind(stem)} AND stem < ${bind(behind(stem))} AND starts_with(item, ${bind(prefix)}))`;
    });
    const { rows } = await this.ask(
      `SELECT item FROM provenance.item WHERE (${ranges.join(' OR ')}) AND item ~ $1 LIMIT $2`,
      values
    );
    return rows.map((row) => row['item'] as string);
  }

  /** Items that came into being by events with one of the fields, with one of the values or any (null); `most` at most. */
  async itemsMadeWith(names: readonly string[], wanted: readonly FieldValue[] | null, most: number): Promise<readonly string[]> {
    const hashes: readonly (Uint8Array | null)[] = names.flatMap((name): readonly (Uint8Array | null)[] =>
      wanted === null
        ? FIELD_KINDS.map((kind) => fieldNameHash(name, kind))
        : wanted.map((value) => fieldPairHash(name, value))
    );
    const { rows } = await this.ask(
      `SELECT DISTINCT t.item FROM provenance.event_field f JOIN provenance.event_item m ON m.sequence = f.sequence
       JOIN provenance.item t ON t.item_hash = m.item_hash
       WHERE f.${wanted === null ? 'name_hash' : 'pair_hash'} = ANY($1::uuid[])
         AND m.role IN ('epc', 'epcClass', 'outputEPC', 'outputEPCClass') LIMIT $2`,
      [uuidArray(hashes), most]
    );
    return rows.map((row) => row['item'] as string);
  }

  /** The places and everything that master data put inside them. */
  async withDescendants(places: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.ask(
      `WITH RECURSIVE inside (hash, child, level) AS (
         SELECT child_hash, child, 1 FROM provenance.place_link WHERE parent_hash = ANY($1::uuid[])
         UNION
         SELECT l.child_hash, l.child, i.level + 1 FROM inside i JOIN provenance.place_link l ON l.parent_hash = i.hash
         WHERE i.level < ${LEVELS})
       SELECT DISTINCT child FROM (SELECT child FROM inside LIMIT ${DESCENDANTS}) AS bounded`,
      [uuidArray(places.map(hashText))]
    );
    return [...new Set([...places, ...rows.map((row) => row['child'] as string)])];
  }
}

/** Where a page goes on: behind this hash. Empty at the start; pages of an older version know whole hashes. */
const place = (after: Uint8Array): Buffer => Buffer.concat([after, new Uint8Array(HASH_BYTES)], HASH_BYTES);

/** The first text that no text with this beginning lies behind; beginnings are ASCII. */
const behind = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
