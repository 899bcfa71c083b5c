import { LIMITS } from '@lading/kernel';
import fc from 'fast-check';
import { signTransaction, testNetwork } from '../../../test/fixtures/testNetwork.js';
import { OPERATION_PATTERN, ORGANIZATION_PATTERN, parseKeyId } from './identifiers.js';
import { JsonFields } from './jsonFields.js';
import { rereadHeader } from './headerForms.js';
import { decodeHeader } from './transactionHeader.js';

const network = testNetwork();
const anna = network.organization(0).memberKey('anna');
const { protectedBytes, header } = signTransaction(network, anna, { op: 'epcis.capture', payload: 1, jti: "a 'b' ~/ [1,{}]" });

/** spec/ledger.md 3.3 on top of the scanner for all JSON (spec/encoding.md §3), as the second opinion. */
function scanned(bytes: Uint8Array): unknown {
  const fields = JsonFields.scan(bytes, ['alg', 'typ', 'kid', 'chain', 'op', 'jti', 'iat', 'exp', 'lanes']);
  const read = {
    alg: fields.plain('alg', 7, /^Ed25519$/),
    typ: fields.plain('typ', 10, /^lading\+jws$/),
    kid: fields.plain('kid', 171),
    chain: fields.plain('chain', 43, /^[A-Za-z0-9_-]{43}$/),
    op: fields.plain('op', 64, OPERATION_PATTERN),
    jti: fields.plain('jti', 128, /./),
    iat: fields.uint('iat'),
    exp: fields.uint('exp'),
    lanes: fields.plainList('lanes', LIMITS.validators, ORGANIZATION_PATTERN)
  };
  const { lanes, kid } = read;
  const fits = parseKeyId(kid) !== null && lanes.length > 0 && new Set(lanes).size === lanes.length;
  return fields.fault === null && fits ? read : null;
}

/** Bytes that mean something in JSON, and some that mean nothing anywhere. */
const MARKS = [...Buffer.from('{}[]",:\\ \t\r\n09-.eEaZ/~\u0000\u0001\u007f'), 0x80, 0xc2, 0xef, 0xff];

const LOOSE = Buffer.from(JSON.stringify(header, null, 1));
/** What to do at which part of the length. */
const PART = fc.double({ min: 0, max: 1, noNaN: true });
const EDIT = fc.record({ at: PART, mark: fc.constantFrom(...MARKS), kind: fc.nat(3), size: fc.nat(40) });
type Edit = { readonly at: number; readonly mark: number; readonly kind: number; readonly size: number };

function edited(text: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const bytes = [...text];
  for (const { at: part, mark, kind, size } of edits) {
    const at = Math.floor(part * (bytes.length - 1));
    if (kind === 0) bytes.splice(at, 1);
    else if (kind === 1) bytes.splice(at, 0, mark);
    else if (kind === 2) bytes[at] = mark;
    else bytes.splice(at, 0, ...bytes.slice(at, at + size));
  }
  return Uint8Array.from(bytes);
}

describe('a protected header', () => {
  it('is read as the scanner for all JSON reads it, whatever is changed in it', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(protectedBytes, LOOSE), fc.array(EDIT, { minLength: 1, maxLength: 2 }), (text, edits) => {
        const bytes = edited(text, edits);
        const read = decodeHeader(bytes);
        expect(rereadHeader(bytes)).toEqual(read);
        if (read.ok) accepted += 1;
        expect(JSON.stringify(read.ok ? read.value.header : null)).toBe(JSON.stringify(scanned(bytes)));
      }),
      { seed: 11, numRuns: 20_000 }
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it('of a form that was read before is read like any other, in whatever order its members stand', () => {
    const members = Object.entries(header);
    const printable = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 9 }), fc.nat({ max: 130 }).map((size) => 'j'.repeat(size)));
    const odd = ['0', '01', '', '-1', '1e3', '9007199254740991', '9007199254740992', '12345678901234567'];
    const number = fc.oneof(fc.nat().map(String), fc.constantFrom(...odd));
    const values = fc.record({ jti: printable, iat: number, exp: number });
    let accepted = 0;
    const forms = [fc.shuffledSubarray(members, { minLength: 9 }), fc.constantFrom('', ' ', '\n')] as const;
    fc.assert(
      fc.property(...forms, fc.array(values, { minLength: 2 }), (order, gap, all) => {
        for (const varying of all) {
          const text = order.map(([name, value]) => {
            if (name === 'jti') return `"jti"${gap}:"${varying.jti}"`;
            return `"${name}":${gap}${name === 'iat' || name === 'exp' ? varying[name] : JSON.stringify(value)}${gap}`;
          });
          const bytes = Buffer.from(`{${text.join()}}`);
          const read = rereadHeader(bytes);
          if (read.ok) accepted += 1;
          expect(JSON.stringify(read.ok ? read.value.header : null)).toBe(JSON.stringify(scanned(bytes)));
          expect(read.ok ? read.value.parts : null).toEqual(read.ok ? parseKeyId(header.kid) : null);
        }
      }),
      { seed: 12, numRuns: 1000 }
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it('keeps its key where another signer has the same form', () => {
    const headers = [0, 1, 2, 3].flatMap((organization) =>
      ['anna', 'bert'].map((member) => {
        const signer = network.organization(organization).memberKey(member);
        return signTransaction(network, signer, { op: 'epcis.capture', payload: 1, jti: 'same' });
      })
    );
    for (const tx of [...headers, ...headers]) {
      const read = rereadHeader(tx.protectedBytes);
      expect(read.ok && read.value).toEqual({ header: tx.header, parts: parseKeyId(tx.header.kid) });
    }
  });
});
