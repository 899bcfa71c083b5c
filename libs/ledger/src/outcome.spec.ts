import { toHex, type Height } from '@lading/kernel';
import { encodeCbor, type CborValue } from './codec/encodeCbor.js';
import { decodeCbor } from './codec/decodeCbor.js';
import { type OutcomeRecord } from './outcomeRecord.js';
import { keyHash } from './stateHashes.js';
import {
  clipText,
  decodeOutcome,
  outcomeLeaf,
  outcomeRoot,
  outcomesLogLeaf,
  outcomeVerdict,
  readableOutcome
} from './index.js';
import { decodeLinks, eventLeaf, extendHead, linksHash } from './itemChain.js';
import { EMPTY_HEAD, encodeLinks, hashEventBytes } from './itemChainWriting.js';

const record: OutcomeRecord = {
  height: 7 as Height,
  index: 3,
  txId: keyHash('tx'),
  status: 'REJECTED',
  code: 'NOT_HOLDER',
  detail: [[0, 'NOT_HOLDER'], 'x', 9]
};

describe('outcome leaves', () => {
  it('round-trip with status and code in one element', () => {
    for (const outcome of [
      record,
      { ...record, status: 'APPLIED', code: '', detail: [] },
      { ...record, status: 'RECORDED', code: 'AFTER_FINAL' }
    ] as const) {
      expect(decodeOutcome(outcomeLeaf(outcome))).toEqual({ ok: true, value: outcome });
    }
    expect(outcomeVerdict('REJECTED', 'NOT_HOLDER')).toBe('REJECTED/NOT_HOLDER');
    expect(() => outcomeVerdict('APPLIED', 'X')).toThrow('APPLIED has no code');
    expect(() => outcomeVerdict('REJECTED', '')).toThrow('APPLIED has no code');
    expect(() => outcomeVerdict('REJECTED', 'prose here')).toThrow('APPLIED has no code');
  });

  it('are refused with any element of another kind', () => {
    const decoded = decodeCbor(outcomeLeaf(record));
    const parts = decoded.ok ? (decoded.value as readonly CborValue[]) : [];
    const bad: [number, CborValue][] = [
      [0, 'lading/outcome/2'],
      [1, 'x'],
      [2, null],
      [3, new Uint8Array(31)],
      [4, 'REJECTED'],
      [4, 'APPLIED/X'],
      [4, 'REJECTED/x'],
      [5, 'text'],
      [5, [null]],
      [5, [true]]
    ];
    for (const [at, value] of bad)
      expect(decodeOutcome(encodeCbor(parts.with(at, value)))).toMatchObject({ ok: false, code: 'OUTCOME_MALFORMED' });
  });

  it('lose a detail that no decoder would read again, and only such a one', () => {
    const { status, code } = record;
    const small = { status, code, detail: record.detail };
    expect(readableOutcome(small)).toBe(small);
    for (const detail of [['x'.repeat(4097)], [Array.from({ length: 4097 }, () => 1)], Array(300).fill('x'.repeat(999))])
      expect(readableOutcome({ status, code, detail })).toEqual({ status, code, detail: [] });
  });

  it('take texts of any length from payloads cut, never inside a surrogate pair', () => {
    expect(clipText('x'.repeat(1024))).toHaveLength(1024);
    expect(clipText('x'.repeat(5000))).toHaveLength(1024);
    expect(clipText(`${'x'.repeat(1023)}\u{1f600}`)).toBe('x'.repeat(1023));
    expect(clipText(`${'x'.repeat(1022)}\u{1f600}y`)).toBe(`${'x'.repeat(1022)}\u{1f600}`);
  });

  it('have a root that depends on their order, and log leaves on every part', () => {
    const other = { ...record, index: 4 };
    expect(toHex(outcomeRoot([record, other]))).not.toBe(toHex(outcomeRoot([other, record])));
    const [a, b] = [keyHash('a'), keyHash('b')];
    const leaves = [
      outcomesLogLeaf(1, a, 2, a),
      outcomesLogLeaf(2, a, 2, a),
      outcomesLogLeaf(1, b, 2, a),
      outcomesLogLeaf(1, a, 3, a),
      outcomesLogLeaf(1, a, 2, b)
    ];
    expect(new Set(leaves.map(toHex)).size).toBe(5);
  });
});

describe('item chains', () => {
  const links = {
    type: 'ObjectEvent',
    action: 'ADD',
    bizStep: 'commissioning',
    links: [
      { role: 'epc', itemKey: 'b' },
      { role: 'childEPC', itemKey: 'z' },
      { role: 'epc', itemKey: 'a' },
      { role: 'epc', itemKey: 'b' }
    ]
  };

  it('encode links sorted by role, then key, each once', () => {
    const decoded = decodeLinks(encodeLinks(links));
    expect(decoded.ok && decoded.value.links.map(({ role, itemKey }) => `${role} ${itemKey}`)).toEqual([
      'childEPC z',
      'epc a',
      'epc b'
    ]);
    expect(encodeLinks({ ...links, links: [...links.links].reverse() })).toEqual(encodeLinks(links));
  });

  it('sort by UTF-8 bytes, not by UTF-16 units', () => {
    const pair = [
      { role: 'epc', itemKey: '\u{1f600}' },
      { role: 'epc', itemKey: '\uff5e' }
    ];
    const decoded = decodeLinks(encodeLinks({ ...links, links: pair }));
    expect(decoded.ok && decoded.value.links.map(({ itemKey }) => itemKey)).toEqual(['\uff5e', '\u{1f600}']);
  });

  it('refuse links that are out of order or doubled', () => {
    for (const list of [
      [
        ['epc', 'b'],
        ['epc', 'a']
      ],
      [
        ['epc', 'a'],
        ['epc', 'a']
      ]
    ]) {
      expect(decodeLinks(encodeCbor(['ObjectEvent', '', '', list]))).toMatchObject({
        ok: false,
        code: 'LINKS_MALFORMED'
      });
    }
  });

  it('extend a head by every part of the event, in order', () => {
    const parts = {
      height: 1,
      timestampMs: 2,
      txId: keyHash('t'),
      eventIndex: 0,
      eventBytesHash: hashEventBytes(Buffer.from('{}')),
      linksHash: linksHash(encodeLinks(links))
    };
    const leaf = eventLeaf(parts);
    const others = [
      { height: 2 },
      { timestampMs: 3 },
      { txId: keyHash('u') },
      { eventIndex: 1 },
      { eventBytesHash: keyHash('e') },
      { linksHash: keyHash('l') }
    ];
    expect(new Set([leaf, ...others.map((change) => eventLeaf({ ...parts, ...change }))].map(toHex)).size).toBe(7);
    const second = eventLeaf({ ...parts, height: 9 });
    expect(toHex(extendHead(extendHead(EMPTY_HEAD, leaf), second))).not.toBe(
      toHex(extendHead(extendHead(EMPTY_HEAD, second), leaf))
    );
    expect(toHex(hashEventBytes(Buffer.from('{}')))).toBe(
      '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
    );
  });
});
