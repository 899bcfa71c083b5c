import { assert, toHex, type Sha256 } from '@lading/kernel';
import { keyHash } from '@lading/ledger';
import type { ChainExtension, ExecutedBlock, LeafLinks } from '@lading/engine';
import { byteaArray, int4Array, int8Array, textArray } from './binaryArray.js';
import type { Select } from './stateQueries.js';
import { bytes } from './storedRows.js';

/** Part of the statement that stores a group of blocks: what contracts noted of chains, written with the blocks or not at all. */
export const NOTES_SQL = `
  extensions AS (
    INSERT INTO provenance.chain_extension (key_hash, height, tx_index, ordinal, event_index, kind)
    SELECT unnest($35::bytea[]), unnest($36::bigint[]), unnest($37::int[]), unnest($38::int[]), unnest($39::int[]),
      unnest($40::text[])),
  links AS (
    INSERT INTO provenance.leaf_links (height, tx_index, event_index, links)
    SELECT unnest($41::bigint[]), unnest($42::int[]), unnest($43::int[]), unnest($44::bytea[]) ON CONFLICT DO NOTHING)`;

export function noteColumns(group: readonly ExecutedBlock[], sha256: Sha256): Buffer[] {
  const notes = group.flatMap(({ block, notes: all }) => (all ?? []).map((note) => ({ ...note, height: block.header.height })));
  let ordinal = 0;
  const extensions = notes.flatMap((note) => note.keys.map((key) => ({ ...note, key, ordinal: ordinal++ })));
  const links = notes.filter((note) => note.links.length > 0);
  return [
    byteaArray(extensions.map(({ key }) => keyHash(key, sha256))),
    int8Array(extensions.map(({ height }) => height)),
    int4Array(extensions.map(({ index }) => index)),
    int4Array(extensions.map((extension) => extension.ordinal)),
    int4Array(extensions.map(({ eventIndex }) => eventIndex)),
    textArray(extensions.map(({ kind }) => kind)),
    int8Array(links.map(({ height }) => height)),
    int4Array(links.map(({ index }) => index)),
    int4Array(links.map(({ eventIndex }) => eventIndex)),
    byteaArray(links.map((note) => note.links))
  ];
}

interface ExtensionRow {
  readonly key_hash: Buffer;
  readonly height: string;
  readonly tx_index: number;
  readonly event_index: number;
  readonly kind: string;
}

interface LinksRow {
  readonly height: string;
  readonly tx_index: number;
  readonly event_index: number;
  readonly links: Buffer;
}

/** Reads of the notes. They are not checked here: a chain that they do not give the head of is found out where it is made. */
export class NoteQueries {
  constructor(
    private readonly select: Select,
    private readonly sha256: Sha256
  ) {}

  async extensions(keys: readonly string[]): Promise<readonly ChainExtension[]> {
    const hashes = keys.map((key) => keyHash(key, this.sha256));
    const keyOf = new Map(hashes.map((hash, i) => [toHex(hash), keys[i]]));
    const rows = await this.select<ExtensionRow>(
      `SELECT key_hash, height, tx_index, event_index, kind FROM provenance.chain_extension
       WHERE key_hash = ANY ($1::bytea[]) ORDER BY height, tx_index, ordinal`,
      [byteaArray(hashes)]
    );
    return rows.map((row) => {
      const key = keyOf.get(row.key_hash.toString('hex'));
      assert(key !== undefined, 'chainExtensions: a row that was not asked for');
      return { key, height: Number(row.height), index: row.tx_index, eventIndex: row.event_index, kind: row.kind };
    });
  }

  async links(places: readonly { readonly height: number; readonly index: number }[]): Promise<readonly LeafLinks[]> {
    const rows = await this.select<LinksRow>(
      `SELECT l.height, l.tx_index, l.event_index, l.links
       FROM (SELECT DISTINCT * FROM unnest($1::bigint[], $2::int[]) AS w (height, tx_index)) wanted
       JOIN provenance.leaf_links l USING (height, tx_index)`,
      [int8Array(places.map(({ height }) => height)), int4Array(places.map(({ index }) => index))]
    );
    return rows.map((row) => ({
      height: Number(row.height),
      index: row.tx_index,
      eventIndex: row.event_index,
      links: bytes(row.links)
    }));
  }
}
