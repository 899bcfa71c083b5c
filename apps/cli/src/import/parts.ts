import { countNamedItems, NAMED_ITEMS } from '@lading/api';
import { LIMITS } from '@lading/kernel';
import { scanJson } from '@lading/ledger';
import type { ImportSource, ImportUnit } from './source.js';

/** Room for the envelope of a capture around its document. */
const ENVELOPE_BYTES = 1024;

/** Units in groups, each as large as one signed transaction takes: the signature is then paid for once. */
export async function* partsOf(source: ImportSource, skip: number, most: number): AsyncGenerator<readonly ImportUnit[]> {
  const room = LIMITS.payloadBytes - ENVELOPE_BYTES - byteLength(source.head) - byteLength(source.tail);
  let part: ImportUnit[] = [];
  let [bytes, named, seen] = [0, 0, 0];
  for await (const read of source.units()) {
    seen += 1;
    if (seen <= skip) continue;
    const unit = limited(read, room);
    const size = byteLength(unit.text) + 1;
    const items = namedIn(unit.text);
    if (part.length > 0 && (part.length >= most || bytes + size > room || named + items > NAMED_ITEMS)) {
      yield part;
      part = [];
      [bytes, named] = [0, 0];
    }
    part.push(unit);
    bytes += size;
    named += items;
  }
  if (part.length > 0) yield part;
}

function limited(unit: ImportUnit, room: number): ImportUnit {
  if (byteLength(unit.text) <= room) return unit;
  return { ...unit, fault: `BODY_TOO_LARGE: with what stands around it an event has at most ${room} bytes` };
}

function namedIn(text: string): number {
  if (text === '') return 0;
  const scanned = scanJson(new TextEncoder().encode(text));
  return scanned.ok ? countNamedItems(scanned.value) : 0;
}

const byteLength = (text: string): number => Buffer.byteLength(text, 'utf8');
