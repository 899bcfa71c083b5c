import { assert, decodeUtf8, LIMITS, ok } from '@lading/kernel';
import type { HeaderReader } from './transactionCodec.js';
import { decodeHeader, JTI_LENGTH, type ReadHeader } from './transactionHeader.js';

/** Where the value of a member lies among the bytes: of `jti` without its quotation marks. */
interface ValuePlace {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The members that differ between two transactions of one key and operation. */
const VARYING = ['jti', 'iat', 'exp'] as const;
/** spec/ledger.md 3.3: digits of a number. */
const DIGITS = 16;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Memory for forms: their bytes, and what else each takes. */
const FORMS_BYTES = 2 << 20;
const FORM_BYTES = 512;
/** Forms of one key: its operations, and lanes. */
const FORMS_OF_KEY = 4;

/** Where the jti that begins at `start` ends: before the first byte that it cannot hold. */
function endOfJti(bytes: Uint8Array, start: number): number {
  let at = start;
  for (; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x20 || byte > 0x7e || byte === QUOTE || byte === BACKSLASH) break;
  }
  return at;
}

function endOfDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
  return at;
}

/** A number as the header spells it, `0|[1-9][0-9]{0,15}`, or −1. */
function uintAt(bytes: Uint8Array, start: number, end: number): number {
  const size = end - start;
  if (size === 0 || size > DIGITS || (size > 1 && bytes[start] === 0x30)) return -1;
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + (bytes[i] as number) - 0x30;
  return Number.isSafeInteger(value) ? value : -1;
}

/** Places of the varying members in a header that was read, in the order of its text. */
function placesOf(bytes: Uint8Array): readonly ValuePlace[] {
  const text = decodeUtf8(bytes);
  assert(text !== null, 'placesOf: a header is ASCII');
  const places = VARYING.map((name): ValuePlace => {
    // Strings hold no quotation marks, and no value is followed by a colon: this is the member.
    const member = new RegExp(`"${name}"[ \\t\\r\\n]*:[ \\t\\r\\n]*"?`).exec(text);
    assert(member !== null, 'placesOf: a header has each member');
    const start = member.index + member[0].length;
    return { name, start, end: name === 'jti' ? endOfJti(bytes, start) : endOfDigits(bytes, start) };
  });
  return places.sort((a, b) => a.start - b.start);
}

/** A header that was read, and what it has in common with others: all bytes but those at its places. */
class HeaderForm {
  constructor(
    readonly bytes: Uint8Array,
    private readonly places: readonly ValuePlace[],
    private readonly read: ReadHeader
  ) {}

  /** The header when it differs at the places only, and what stands there is well spelled; else null. */
  reread(bytes: Uint8Array): ReadHeader | null {
    const form = this.bytes;
    const { header, parts } = this.read;
    let [jti, iat, exp] = [header.jti, header.iat, header.exp];
    let [at, known] = [0, 0];
    for (let i = 0; i < this.places.length; i++) {
      const { name, start, end } = this.places[i] as ValuePlace;
      while (known < start) if (bytes[at++] !== form[known++]) return null;
      const from = at;
      if (name === 'jti') {
        at = endOfJti(bytes, from);
        if (at === from || at - from > JTI_LENGTH) return null;
        jti = decodeUtf8(bytes, from, at) ?? '';
      } else {
        at = endOfDigits(bytes, from);
        const value = uintAt(bytes, from, at);
        if (value < 0) return null;
        if (name === 'iat') iat = value;
        else exp = value;
      }
      known = end;
    }
    if (bytes.length - at !== form.length - known) return null;
    while (known < form.length) if (bytes[at++] !== form[known++]) return null;
    const { alg, typ, kid, chain, op, lanes } = header;
    return { header: { alg, typ, kid, chain, op, jti, iat, exp, lanes }, parts };
  }
}

/** Headers that were read strictly, by their key. */
class HeaderForms {
  readonly #ofKey = new Map<number, HeaderForm[]>();
  #size = 0;

  find(bytes: Uint8Array): ReadHeader | null {
    const forms = this.#ofKey.get(markOf(bytes));
    if (forms === undefined) return null;
    for (let i = 0; i < forms.length; i++) {
      const read = (forms[i] as HeaderForm).reread(bytes);
      if (read !== null) return read;
    }
    return null;
  }

  remember(bytes: Uint8Array, read: ReadHeader): void {
    const size = bytes.length + FORM_BYTES;
    if (this.#size + size > FORMS_BYTES) this.#forget();
    const mark = markOf(bytes);
    const forms = this.#ofKey.get(mark) ?? [];
    if (forms.length >= FORMS_OF_KEY) this.#size -= (forms.shift()?.bytes.length ?? 0) + FORM_BYTES;
    // A copy: the bytes are a piece of a batch, which would stay in memory with them.
    forms.push(new HeaderForm(bytes.slice(), placesOf(bytes), read));
    this.#ofKey.set(mark, forms);
    this.#size += size;
  }

  #forget(): void {
    this.#ofKey.clear();
    this.#size = 0;
  }
}

/** Five characters of the key, which tell most signers apart: those after the first "#". */
function markOf(bytes: Uint8Array): number {
  const at = bytes.indexOf(0x23);
  let mark = 0;
  for (let i = at + 1; i <= at + 5 && i < bytes.length; i++) mark = (mark << 6) ^ (bytes[i] as number);
  return mark;
}

const FORMS = new HeaderForms();

/**
 * {@link decodeHeader} for who reads many. Transactions of one key differ in three values, so most headers need not be taken
 * apart again: where every other byte is that of a header that was read, and the three are spelled as they must be, the
 * header says what that one says. Answers hang on the bytes alone, never on what is remembered.
 */
export const rereadHeader: HeaderReader = (bytes) => {
  const known = bytes.length > LIMITS.headerBytes ? null : FORMS.find(bytes);
  if (known !== null) return ok(known);
  const read = decodeHeader(bytes);
  if (read.ok) FORMS.remember(bytes, read.value);
  return read;
};
