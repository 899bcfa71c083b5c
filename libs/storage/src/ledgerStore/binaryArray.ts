/**
 * PostgreSQL's binary form of one-dimensional arrays (src/backend/utils/adt/arrayfuncs.c, array_recv):
 * i32 dimensions, i32 has-nulls, u32 element type, then i32 count and i32 lower bound, then per element i32 size and
 * its bytes. One such parameter a column is several times cheaper than text arrays or many parameters. All big-endian.
 */
const OID = { bool: 16, bytea: 17, int8: 20, int4: 23, text: 25, uuid: 2950 } as const;

/** Size of an element that is null; the flag before the element type tells that there may be one. */
const NULL_SIZE = -1;

const HEADER_BYTES = 20;

export function byteaArray(values: readonly (Uint8Array | null)[]): Buffer {
  return variable(OID.bytea, values);
}

/** Each of 16 bytes. */
export function uuidArray(values: readonly (Uint8Array | null)[]): Buffer {
  return variable(OID.uuid, values);
}

export function textArray(values: readonly (string | null)[]): Buffer {
  let size = 0;
  for (const value of values) size += 4 + (value === null ? 0 : Buffer.byteLength(value, 'utf8'));
  const out = start(OID.text, values.length, size, values.includes(null));
  let at = HEADER_BYTES;
  for (const value of values) {
    const from = at + 4;
    const written = value === null ? NULL_SIZE : out.write(value, from, 'utf8');
    at = out.writeInt32BE(written, at) + Math.max(0, written);
  }
  return out;
}

export function boolArray(values: readonly boolean[]): Buffer {
  const out = start(OID.bool, values.length, values.length * 5);
  let at = HEADER_BYTES;
  for (const value of values) at = out.writeUInt8(value ? 1 : 0, out.writeInt32BE(1, at));
  return out;
}

export function int4Array(values: readonly (number | null)[]): Buffer {
  let nulls = 0;
  for (const value of values) if (value === null) nulls += 1;
  const out = start(OID.int4, values.length, values.length * 8 - nulls * 4, nulls > 0);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = out.writeInt32BE(value === null ? NULL_SIZE : 4, at);
    if (value !== null) at = out.writeInt32BE(value, at);
  }
  return out;
}

/** Safe integers. */
export function int8Array(values: readonly number[]): Buffer {
  const out = start(OID.int8, values.length, values.length * 12);
  let at = HEADER_BYTES;
  for (const value of values) at = out.writeBigInt64BE(BigInt(value), out.writeInt32BE(8, at));
  return out;
}

function variable(oid: number, values: readonly (Uint8Array | null)[]): Buffer {
  let size = 0;
  for (const value of values) size += 4 + (value?.length ?? 0);
  const out = start(oid, values.length, size, values.includes(null));
  let at = HEADER_BYTES;
  for (const value of values) {
    at = out.writeInt32BE(value?.length ?? NULL_SIZE, at);
    if (value === null) continue;
    out.set(value, at);
    at += value.length;
  }
  return out;
}

function start(oid: number, count: number, elementBytes: number, hasNull = false): Buffer {
  // An empty array has no dimension, so no count either.
  const out = Buffer.allocUnsafe(count === 0 ? 12 : HEADER_BYTES + elementBytes);
  out.writeInt32BE(count === 0 ? 0 : 1, 0);
  out.writeInt32BE(hasNull ? 1 : 0, 4);
  out.writeUInt32BE(oid, 8);
  if (count === 0) return out;
  out.writeInt32BE(count, 12);
  out.writeInt32BE(1, 16);
  return out;
}
