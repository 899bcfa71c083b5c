import { asciiBytes, toBase64Url, type OrganizationId } from '@lading/kernel';
import { signTransaction, testNetwork } from '../../../test/fixtures/testNetwork.js';
import { encodeCbor } from './codec/encodeCbor.js';
import { verifyC1Noble } from './crypto/ruleC1.js';
import { parseKeyId } from './identifiers.js';
import { toPlainJson } from './json/node.js';
import { scanJson } from './json/scanJson.js';
import {
  buildTransaction,
  checkTransaction,
  decodeCompactJws,
  decodeDetachedJws,
  decodeTransaction,
  signingInput,
  toCompactJws,
  verifyTransaction
} from './index.js';
import { decodeHeader, encodeHeader } from './transactionHeader.js';

const network = testNetwork();
const anna = network.organization(0).memberKey('anna');
const tx = signTransaction(network, anna, { op: 'epcis.capture', payload: { n: 1 }, jti: 'order 7' });
const headerText = Buffer.from(tx.protectedBytes).toString();

/** The header text with one replacement. */
function header(from: string | RegExp, to: string): Uint8Array {
  const changed = headerText.replace(from, to);
  expect(changed).not.toBe(headerText);
  return Buffer.from(changed);
}

describe('a transaction', () => {
  it('is the same from CBOR, from a compact JWS and from a detached one', () => {
    const compact = toCompactJws(tx);
    const [head, , signature] = compact.split('.');
    expect(decodeTransaction(tx.encoded)).toEqual({ ok: true, value: tx });
    expect(decodeCompactJws(compact)).toEqual({ ok: true, value: tx });
    expect(decodeCompactJws(asciiBytes(compact))).toEqual({ ok: true, value: tx });
    expect(decodeTransaction(encodeCbor([tx.protectedBytes, tx.payload, tx.signature]))).toEqual({ ok: true, value: tx });
    expect(decodeDetachedJws(`${head}..${signature}`, tx.payload)).toEqual({ ok: true, value: tx });
  });

  it('is signed over the JWS signing input, as any JOSE library does it', () => {
    for (let size = 0; size < 8; size++) {
      const payload = new Uint8Array(size).fill(255);
      const expected = `${Buffer.from(tx.protectedBytes).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
      expect(Buffer.from(signingInput(tx.protectedBytes, payload)).toString()).toBe(expected);
    }
    expect(verifyTransaction(tx, verifyC1Noble)).toBe(true);
    expect(verifyTransaction({ ...tx, payload: asciiBytes('{"n":2}') }, verifyC1Noble)).toBe(false);
  });

  it("keeps the bytes it was sent: member order and white space of the header are the client's", () => {
    const { alg, ...rest } = tx.header;
    const bytes = asciiBytes(` ${JSON.stringify({ ...rest, alg }, null, 1)}\n`);
    const built = decodeTransaction(encodeCbor([bytes, tx.payload, tx.signature]));
    expect(built).toMatchObject({ ok: true, value: { header: tx.header, protectedBytes: bytes } });
  });

  it('has an id that does not depend on the signature', () => {
    const other = decodeTransaction(encodeCbor([tx.protectedBytes, tx.payload, new Uint8Array(64)]));
    expect(other.ok && other.value.txId).toEqual(tx.txId);
    expect(other.ok && other.value.encoded).not.toEqual(tx.encoded);
  });

  it.each([
    ['trailing segment', (jws: string) => `${jws}.`],
    ['padding', (jws: string) => `${jws}=`],
    ['white space', (jws: string) => ` ${jws}`],
    ['other alphabet', (jws: string) => jws.replace(/[-_]/, '+')],
    [
      'second text of the last character',
      (jws: string) =>
        `${jws.slice(0, -1)}${jws.endsWith('A') ? 'B' : String.fromCharCode(jws.charCodeAt(jws.length - 1) + 1)}`
    ],
    ['two segments', (jws: string) => jws.slice(0, jws.lastIndexOf('.'))]
  ])('is refused as a JWS with %s', (_, edit) => {
    const jws = edit(toCompactJws(tx));
    expect(jws).not.toBe(toCompactJws(tx));
    expect(decodeCompactJws(jws)).toMatchObject({ ok: false, code: 'TX_MALFORMED' });
    expect(decodeCompactJws(asciiBytes(jws))).toEqual(decodeCompactJws(jws));
  });

  it('is refused over its limits', () => {
    const big = encodeCbor([tx.protectedBytes, new Uint8Array((1 << 20) + 1), tx.signature]);
    expect(decodeTransaction(big)).toMatchObject({ ok: false, code: 'TX_MALFORMED' });
    expect(decodeTransaction(new Uint8Array(2 << 20))).toMatchObject({ ok: false, code: 'TX_TOO_LARGE' });
    expect(decodeDetachedJws('a..b', new Uint8Array((1 << 20) + 1))).toMatchObject({ ok: false, code: 'TX_TOO_LARGE' });
    expect(decodeHeader(new Uint8Array(2049))).toMatchObject({ ok: false, code: 'TX_TOO_LARGE' });
    const full = buildTransaction(tx.header, new Uint8Array(1 << 20), () => new Uint8Array(64));
    expect(decodeTransaction(full.encoded).ok).toBe(true);
    expect(decodeCompactJws(toCompactJws(full)).ok).toBe(true);
  });
});

describe('a protected header', () => {
  it.each([
    ['an unknown member', header('{', '{"crit":["b64"],'), '/crit'],
    ['a missing member', header(/"jti":"[^"]*",/, ''), '/jti'],
    ['a member twice', header('{', '{"typ":"lading+jws",'), '/typ'],
    ['another algorithm', header('Ed25519', 'EdDSA'), '/alg'],
    ['another type', header('lading+jws', 'JWT'), '/typ'],
    ['an escape in a string', header('order 7', 'order\\u00207'), '/jti'],
    ['a character that is not ASCII', header('order 7', 'ordré 7'), '/jti'],
    ['an empty jti', header('order 7', ''), '/jti'],
    ['a long jti', header('order 7', 'x'.repeat(129)), '/jti'],
    ['a number with an exponent', header(/"iat":\d+/, '"iat":1e9'), '/iat'],
    ['a negative number', header(/"iat":\d+/, '"iat":-1'), '/iat'],
    ['a number beyond the safe integers', header(/"exp":\d+/, '"exp":9007199254740993'), '/exp'],
    ['a number as text', header(/"exp":\d+/, '"exp":"1"'), '/exp'],
    ['a name with an escape', header('"iat"', '"i\\u0061t"'), ''],
    ['a member that holds an object', header('{', '{"iss":{},'), ''],
    ['a comma too many', header(/\}$/, ',}'), ''],
    ['a control character in a string', header('order 7', 'order\n7'), '/jti'],
    ['a quotation mark with an escape', header('order 7', 'order \\" 7'), '/jti'],
    ['a number with a leading zero', header(/"iat":/, '"iat":0'), '/iat'],
    ['true for a number', header(/"iat":\d+/, '"iat":true'), '/iat'],
    ['a list with a comma too many', header(/"lanes":\["/, '"lanes":[,"'), '/lanes/0'],
    ['a number among the lanes', header(/"lanes":\["/, '"lanes":[1,"'), '/lanes/0'],
    ['a lane that holds a bracket', header(/"lanes":\["/, '"lanes":["]'), ''],
    ['32 lanes', header(/"lanes":\[[^\]]*\]/, `"lanes":[${Array.from({ length: 32 }, (_, i) => `"a${i}"`).join()}]`), '/lanes'],
    ['no lanes', header(/"lanes":\[[^\]]*\]/, '"lanes":[]'), '/lanes'],
    ['a lane twice', header(/"lanes":\[[^\]]*\]/, '"lanes":["a","a"]'), '/lanes'],
    ['a lane that is no id', header(/"lanes":\[[^\]]*\]/, '"lanes":["A"]'), '/lanes/0'],
    ['an operation without a dot', header('epcis.capture', 'capture'), '/op'],
    ['an operation of 65 characters', header('epcis.capture', `epcis.${'a'.repeat(29)}.${'b'.repeat(29)}`), '/op'],
    ['a key id with a short key', header('#', '#AA#'), '/kid'],
    ['a key id with an upper-case organization', header('finca-alta/', 'Finca/'), '/kid'],
    ['a chain that is no hash', header(/"chain":"[^"]*"/, '"chain":"x"'), '/chain']
  ])('with %s is refused, and the place is named', (_, bytes, pointer) => {
    expect(decodeHeader(bytes)).toMatchObject({ ok: false, code: 'TX_HEADER', pointer });
  });

  it('that is not an object is refused', () => {
    const cut = [headerText.slice(1), headerText.slice(0, -1)];
    const ends = [`${headerText}x`, `\u00a0${headerText}`, `${headerText}\v`, `\ufeff${headerText}`, ...cut];
    for (const text of ['', '[]', 'null', '{}', '{}x', '\ufeff{}', ...ends]) {
      expect(decodeHeader(Buffer.from(text))).toMatchObject({ ok: false, code: 'TX_HEADER' });
    }
  });

  it('is what the strict scanner reads, with any white space of JSON in any place', () => {
    const spaced = headerText.replace(/("[^"]*"|[^"\[\]{},:]+)|([\[\]{},:])/g, ' \t$&\r\n');
    expect(decodeHeader(Buffer.from(spaced))).toMatchObject({ ok: true, value: { header: tx.header } });
    const scanned = scanJson(Buffer.from(spaced));
    expect(scanned.ok && toPlainJson(scanned.value)).toEqual(tx.header);
  });

  it('round-trips', () => {
    expect(decodeHeader(encodeHeader(tx.header))).toMatchObject({ ok: true, value: { header: tx.header } });
  });
});

describe('checkTransaction', () => {
  const { iat } = tx.header;
  const at = (changes: object) => buildTransaction({ ...tx.header, ...changes }, tx.payload, anna.sign);

  it.each([
    ['another chain', { chain: toBase64Url(new Uint8Array(32)) }, 'TX_WRONG_CHAIN'],
    ['an end before the start', { exp: iat - 1 }, 'TX_LIFETIME'],
    ['a life over 24 hours', { exp: iat + 86_401 }, 'TX_LIFETIME'],
    ['more than f+1 lanes', { lanes: ['a', 'b', 'c'] as OrganizationId[] }, 'TX_LANE']
  ])('refuses %s', (_, changes, code) => {
    expect(checkTransaction(at(changes), network.chainId, network.config)).toMatchObject({ ok: false, code });
  });

  it('accepts the bounds', () => {
    for (const changes of [{ exp: iat }, { exp: iat + 86_400 }, { lanes: ['a', 'b'] as OrganizationId[] }]) {
      expect(checkTransaction(at(changes), network.chainId, network.config).ok).toBe(true);
    }
  });
});

describe('ids in text', () => {
  it('key ids have one form', () => {
    expect(parseKeyId(anna.kid)).toEqual({ organization: 'finca-alta', member: 'anna', publicKey: anna.publicKey });
    for (const bad of [
      '',
      'a',
      'a/b',
      'a#b/c',
      `a/b#${'A'.repeat(42)}B`,
      `a/b#${'A'.repeat(44)}`,
      `-a/b#${'A'.repeat(43)}`
    ]) {
      expect(parseKeyId(bad)).toBeNull();
    }
  });
});
