/** Just enough of the WebAssembly binary format (Core Specification 2.0 §5) to write functions of straight code. */
export class WasmCode {
  readonly #bytes: number[] = [];

  get bytes(): readonly number[] {
    return this.#bytes;
  }

  raw(...bytes: readonly number[]): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  get(local: number): this {
    return this.raw(0x20, ...unsigned(local));
  }

  set(local: number): this {
    return this.raw(0x21, ...unsigned(local));
  }

  tee(local: number): this {
    return this.raw(0x22, ...unsigned(local));
  }

  /** i32.const */
  int(value: number): this {
    return this.raw(0x41, ...signed(value | 0));
  }

  /** An instruction of the vector set, 0xfd and its number. */
  vector(number: number, ...immediates: readonly number[]): this {
    return this.raw(0xfd, ...unsigned(number), ...immediates);
  }
}

export const I32 = 0x7f;
export const V128 = 0x7b;

/** Instructions on i32. */
export const OP = {
  ...{ load: 0x28, load8U: 0x2d, store: 0x36, add: 0x6a, sub: 0x6b },
  ...{ and: 0x71, or: 0x72, xor: 0x73, shl: 0x74, shrU: 0x76, rotl: 0x77, rotr: 0x78 }
} as const;
/** Instructions on v128, after 0xfd. */
export const VEC = {
  ...{ load: 0, store: 11, shuffle: 13, splat: 17, replaceLane: 28 },
  ...{ and: 78, or: 80, xor: 81, shl: 171, shrU: 173, add: 174 }
} as const;

export function unsigned(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    out.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return out;
}

function signed(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const isLast = (rest >> 6 === 0 || rest >> 6 === -1);
    out.push((rest & 127) | (isLast ? 0 : 128));
    if (isLast) return out;
  }
}

export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** Locals beside the parameters, all of one type. */
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly code: WasmCode;
}

const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const list = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)];
const ascii = (text: string): number[] => [...text].map((char) => char.charCodeAt(0));

/** A module of functions of i32 parameters without result, and one exported memory. */
export function wasmModule(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, ...list(Array.from({ length: parameters }, () => [I32])), 0]);
  const exported = functions.map(({ name }, i) => [...sized(ascii(name)), 0, ...unsigned(i)]);
  const bodies = functions.map(({ locals, code }) => {
    const body = sized([...list(locals.map(([count, type]) => [...unsigned(count), type])), ...code.bytes, 0x0b]);
    return body;
  });
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(5, list([[0, ...unsigned(pages)]])),
    ...section(7, list([[...sized(ascii('memory')), 2, 0], ...exported])),
    ...section(10, list(bodies))
  ]);
}
