const [INT4, BYTEA] = [23, 17];
const HEAD = 20;

function head(out: Buffer, oid: number, count: number): void {
  out.writeInt32BE(1, 0);
  out.writeInt32BE(0, 4);
  out.writeInt32BE(oid, 8);
  out.writeInt32BE(count, 12);
  out.writeInt32BE(1, 16);
}

/** PostgreSQL's binary form of bytea[]: what costs least at both ends. */
export function byteaArray(values: readonly Uint8Array[]): Buffer {
  const out = Buffer.allocUnsafe(values.reduce((sum, value) => sum + 4 + value.length, HEAD));
  head(out, BYTEA, values.length);
  let at = HEAD;
  for (const value of values) {
    at = out.writeInt32BE(value.length, at);
    out.set(value, at);
    at += value.length;
  }
  return out;
}

export function int4Array(values: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(HEAD + 8 * values.length);
  head(out, INT4, values.length);
  let at = HEAD;
  for (const value of values) {
    at = out.writeInt32BE(4, at);
    at = out.writeInt32BE(value, at);
  }
  return out;
}
