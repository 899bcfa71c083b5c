import { concatBytes, decodeUtf8, encodeUtf8, equalBytes } from '@lading/kernel';
import type { Hash, Sha256 } from '@lading/kernel';
import { CborFields, CompactRange, encodeCbor } from '@lading/ledger';
import type { CborValue } from '@lading/ledger';
import { EngineFault } from '../fault.js';
import type { Before } from './checkBlock.js';
import type { DerivedBlock } from './checkpoints.js';
import type { AuditEpochs } from './epochs.js';
import type { AuditProgress } from './finding.js';
import type { Replay } from './replay.js';

/** Where an audit stands between two blocks. */
export interface SavedPlace {
  readonly progress: AuditProgress;
  readonly brokenAt: number | null;
  readonly before: Before;
  readonly known: readonly (readonly [number, DerivedBlock])[];
}

export const SAVED_FAULT = 'AUDIT_SAVED_UNUSABLE';

const TAG = 'lading/audit/1';
const NO_BYTES = new Uint8Array(0);
const ENTRIES_A_RECORD = 500;
const LEAVES_A_RECORD = 10_000;

const orEmpty = (hash: Uint8Array | null | undefined): Uint8Array => hash ?? NO_BYTES;
const orNull = (bytes: Uint8Array): Hash | null => (bytes.length === 32 ? (bytes as Hash) : null);

/**
 * CBOR records: the place; leaves of the outcomes log one after the other; state entries; and as the last one SHA-256 over
 * the SHA-256 of each. Between the parts stands an empty record.
 */
export function* encodeSaved(
  place: SavedPlace & { readonly chainId: Hash; readonly epochs: CborValue },
  replay: Replay,
  sha256: Sha256
): Generator<Uint8Array> {
  const digests: Uint8Array[] = [];
  const noted = (record: Uint8Array): Uint8Array => {
    digests.push(sha256(record));
    return record;
  };
  yield noted(encodePlace(place));
  for (let at = 0; at < replay.leafCount; at += LEAVES_A_RECORD) {
    yield noted(replay.leaves(at, Math.min(at + LEAVES_A_RECORD, replay.leafCount)));
  }
  yield noted(NO_BYTES);
  let entries: CborValue[] = [];
  for (const { key, value } of replay.state.entries()) {
    entries.push([encodeUtf8(key) ?? NO_BYTES, value]);
    if (entries.length < ENTRIES_A_RECORD) continue;
    yield noted(encodeCbor(entries));
    entries = [];
  }
  if (entries.length > 0) yield noted(encodeCbor(entries));
  yield noted(NO_BYTES);
  yield sha256(concatBytes(...digests));
}

function encodePlace(place: SavedPlace & { readonly chainId: Hash; readonly epochs: CborValue }): Uint8Array {
  const { chainId, progress, brokenAt, before, known, epochs } = place;
  const { cursors, history } = before;
  return encodeCbor([
    TAG,
    chainId,
    [progress.height, progress.transactions, progress.findings],
    brokenAt === null ? 0 : brokenAt + 1,
    [before.height, orEmpty(before.blockHash), before.timestampMs === null ? 0 : before.timestampMs + 1],
    cursors === null ? null : cursors.map(({ lane, nextSeq, lastBatchHash }) => [lane, nextSeq, lastBatchHash]),
    history === null || history === undefined ? null : [history.size, history.hashes],
    known.map(([height, one]) => [height, orEmpty(one.blockHash), orEmpty(one.stateRoot), orEmpty(one.treeRoot)]),
    epochs
  ]);
}

const unusable = (why: string): EngineFault => new EngineFault(SAVED_FAULT, `${why}; begin the audit anew`);

/** Reads what `encodeSaved` wrote: epochs and replay are filled, the place is handed back. */
export async function decodeSaved(
  records: AsyncIterable<Uint8Array>,
  chainId: Hash,
  epochs: AuditEpochs,
  replay: Replay,
  sha256: Sha256
): Promise<SavedPlace> {
  let place: SavedPlace | null = null;
  let part = 0;
  const digests: Uint8Array[] = [];
  const leaves: Uint8Array[] = [];
  for await (const record of records) {
    if (part === 3) {
      if (place === null || !equalBytes(record, sha256(concatBytes(...digests)))) throw unusable('its checksum differs');
      replay.resume(hashesOf(leaves), place.before.timestampMs ?? 0, epochs.current.config);
      return place;
    }
    digests.push(sha256(record));
    if (part === 0) {
      place = decodePlace(record, chainId, epochs, sha256);
      part = 1;
    } else if (record.length === 0) part += 1;
    else if (part === 1) leaves.push(record);
    else readEntries(record, replay);
  }
  throw unusable('it is cut off');
}

function* hashesOf(records: readonly Uint8Array[]): Generator<Hash> {
  for (const record of records) for (let at = 0; at < record.length; at += 32) yield record.slice(at, at + 32) as Hash;
}

function readEntries(record: Uint8Array, replay: Replay): void {
  const outer = CborFields.decode(concatBytes(Uint8Array.of(0x81), record), 1, 'entries');
  outer.list('entries', ENTRIES_A_RECORD, (list) => {
    const fields = list.nested('entry', 2);
    const key = decodeUtf8(fields.bytesUpTo('key', Number.MAX_SAFE_INTEGER));
    const value = fields.bytesUpTo('value', Number.MAX_SAFE_INTEGER);
    if (key !== null) replay.hold(key, value);
  });
  if (outer.fault !== null) throw unusable(outer.fault);
}

function decodePlace(record: Uint8Array, chainId: Hash, epochs: AuditEpochs, sha256: Sha256): SavedPlace {
  const fields = CborFields.decode(record, 9, 'saved audit');
  fields.tag(TAG);
  const isSame = equalBytes(fields.hash('chainId'), chainId);
  const progressOf = fields.nested('progress', 3);
  const progress = {
    height: progressOf.uint('height'),
    transactions: progressOf.uint('transactions'),
    findings: progressOf.uint('findings')
  };
  const brokenAt = fields.uint('brokenAt');
  const last = fields.nested('before', 3);
  const height = last.uint('height');
  const blockHash = orNull(last.bytesUpTo('blockHash', 32));
  const timestamp = last.uint('timestampMs');
  const cursors = cursorsOf(fields.any());
  const history = historyOf(fields.any(), sha256);
  const known = fields.list('known', 1 << 20, (list) => {
    const one = list.nested('known', 4);
    const at = one.uint('height');
    const hashes = ['blockHash', 'stateRoot', 'treeRoot'].map((name) => orNull(one.bytesUpTo(name, 32)));
    return [at, { blockHash: hashes[0] ?? null, stateRoot: hashes[1] ?? null, treeRoot: hashes[2] ?? null }] as const;
  });
  const loaded = epochs.resume(fields.nested('epochs', 2));
  if (fields.fault !== null || !loaded) throw unusable(fields.fault ?? 'its epochs do not decode');
  if (!isSame) throw unusable('it is of another network');
  const timestampMs = timestamp === 0 ? null : timestamp - 1;
  const before = { height, blockHash, timestampMs, cursors, history };
  return { progress, brokenAt: brokenAt === 0 ? null : brokenAt - 1, before, known };
}

function cursorsOf(value: CborValue): Before['cursors'] {
  if (!Array.isArray(value)) return null;
  const outer = CborFields.of([value], 1, 'saved audit');
  return outer.list('cursors', value.length, (list) => {
    const fields = list.nested('cursor', 3);
    return { lane: fields.uint('lane'), nextSeq: fields.uint('nextSeq'), lastBatchHash: fields.hash('lastBatchHash') };
  });
}

function historyOf(value: CborValue, sha256: Sha256): CompactRange | null {
  if (value === null) return null;
  const fields = CborFields.of(value, 2, 'saved audit.history');
  const size = fields.uint('size');
  const hashes = fields.list('hashes', 64, (list) => list.hash('hash'));
  return fields.fault === null ? CompactRange.from(size, hashes, sha256) : null;
}
