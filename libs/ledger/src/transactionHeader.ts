import type { KeyId, OrganizationId, Rejection, Result } from '@lading/kernel';
import { asciiBytes, LIMITS, ok, reject } from '@lading/kernel';
import { OPERATION_PATTERN, ORGANIZATION_PATTERN, parseKeyId, type KeyIdParts } from './identifiers.js';
import type { TransactionFault, TransactionHeader } from './transaction.js';

export const JTI_LENGTH = 128;

/**
 * The spelling of each member's value (spec/ledger.md 3.3). Whatever passes is printable ASCII without escapes, so the text
 * between the quotation marks is the value, byte for byte. `lanes` is looked at item by item.
 */
const SPELLINGS: Readonly<Record<keyof TransactionHeader, RegExp>> = {
  alg: /^"Ed25519"$/,
  typ: /^"lading\+jws"$/,
  kid: /^"[ !#-[\]-~]{1,171}"$/,
  chain: /^"[A-Za-z0-9_-]{43}"$/,
  op: /^"[a-z0-9.]{1,64}"$/,
  jti: new RegExp(`^"[ !#-[\\]-~]{1,${JTI_LENGTH}}"$`),
  iat: /^(?:0|[1-9][0-9]{0,15})$/,
  exp: /^(?:0|[1-9][0-9]{0,15})$/,
  lanes: /^\[[^]*\]$/
};
const MEMBERS = Object.keys(SPELLINGS) as readonly (keyof TransactionHeader)[];

/** `{` and one member, with any value that has nothing nested but a list, and what follows it: white space is JSON's. */
const OPENING = /^[ \t\r\n]*\{/;
const MEMBER = /[ \t\r\n]*"([^"\\]*)"[ \t\r\n]*:[ \t\r\n]*("(?:[^"\\]|\\[^])*"|\[[^\]]*\]|[^ \t\r\n",[\]{}]+)[ \t\r\n]*([,}])/y;
const CLOSING = /[ \t\r\n]*$/y;
const LANE = /^[ \t\r\n]*"([^"]*)"[ \t\r\n]*$/;

/** A header, and the parts of its kid. */
export interface ReadHeader {
  readonly header: TransactionHeader;
  readonly parts: KeyIdParts;
}

type Members = ReadonlyMap<string, string>;

/** Header members in the order in which this project writes them; any order is accepted. */
export function encodeHeader(header: TransactionHeader): Uint8Array {
  return asciiBytes(JSON.stringify(Object.fromEntries(MEMBERS.map((name) => [name, header[name]]))));
}

const refuse = (detail: string, pointer = ''): Rejection<'TX_HEADER'> => reject('TX_HEADER', detail, pointer);

/** The values of an object's members as they are spelled: each once, names without escapes. */
function membersOf(text: string): Result<Members, 'TX_HEADER'> {
  const members = new Map<string, string>();
  let at = OPENING.exec(text)?.[0].length ?? -1;
  for (let next = ','; next === ','; ) {
    MEMBER.lastIndex = Math.max(at, 0);
    const [all = '', name = '', value = '', after = ''] = (at < 0 ? null : MEMBER.exec(text)) ?? [];
    if (all === '') return refuse('is not an object of plain members');
    const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!Object.hasOwn(SPELLINGS, name)) return refuse('is not a known member', pointer);
    if (members.has(name)) return refuse('occurs twice', pointer);
    members.set(name, value);
    at += all.length;
    next = after;
  }
  CLOSING.lastIndex = at;
  return CLOSING.test(text) ? ok(members) : refuse('is followed by something');
}

/** Decodes a protected header: exactly the members of spec/ledger.md §3, plain ASCII strings, plain integers. */
export function decodeHeader(bytes: Uint8Array): Result<ReadHeader, TransactionFault> {
  if (bytes.length > LIMITS.headerBytes) return reject('TX_TOO_LARGE', `header over ${LIMITS.headerBytes} bytes`);
  // Bytes above 127 become characters that no spelling has.
  const read = membersOf(String.fromCharCode.apply(null, bytes as unknown as number[]));
  if (!read.ok) return read;
  const members = read.value;
  const wrong = MEMBERS.find((name) => !SPELLINGS[name].test(members.get(name) ?? ''));
  if (wrong !== undefined) return refuse(members.has(wrong) ? `does not match ${SPELLINGS[wrong].source}` : 'is missing', `/${wrong}`);
  const inside = (name: string): string => members.get(name)?.slice(1, -1) ?? '';
  const seconds = (name: string): number => Number(members.get(name));
  const lanes = inside('lanes').split(',').map((item) => LANE.exec(item)?.[1] ?? '') as OrganizationId[];
  const header: TransactionHeader = {
    alg: 'Ed25519',
    typ: 'lading+jws',
    kid: inside('kid') as KeyId,
    chain: inside('chain'),
    op: inside('op'),
    jti: inside('jti'),
    iat: seconds('iat'),
    exp: seconds('exp'),
    lanes
  };
  const late = (['iat', 'exp'] as const).find((name) => !Number.isSafeInteger(header[name]));
  if (late !== undefined) return refuse('is above 2^53 − 1', `/${late}`);
  if (!OPERATION_PATTERN.test(header.op)) return refuse('is not lower-case words joined by dots', '/op');
  const parts = parseKeyId(header.kid);
  if (parts === null) return refuse('is not <org>/<member>#<base64url key>', '/kid');
  if (/^[ \t\r\n]*$/.test(inside('lanes'))) return refuse('is empty', '/lanes');
  const foreign = lanes.findIndex((lane) => !ORGANIZATION_PATTERN.test(lane));
  if (foreign >= 0) return refuse('is not an organization id', `/lanes/${foreign}`);
  if (lanes.length > LIMITS.validators) return refuse(`is more than ${LIMITS.validators}`, '/lanes');
  if (new Set(lanes).size !== lanes.length) return refuse('names an organization twice', '/lanes');
  return ok({ header, parts });
}
