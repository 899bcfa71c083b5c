import { encodeUtf8 } from '@lading/kernel';
import { amount, documentOf, lot, pallet, party, serial, site } from '../capture/testLedger.test-kit.js';
import { indexEvent, parseEpcisDocument, traceEvent } from '../index.js';

describe('the index of an event', () => {
  const body = {
    type: 'AggregationEvent', action: 'ADD', bizStep: 'urn:epcglobal:cbv:bizstep:packing',
    eventTime: '2026-01-01T01:00:00+01:00',
    eventTimeZoneOffset: '+01:00', parentID: pallet(1), childEPCs: [serial(1)],
    childQuantityList: [amount(lot('A'), 2.5)],
    readPoint: { id: site('alpha', 1) }, destinationList: [{ type: 'possessing_party', destination: party('beta') }],
    bizTransactionList: [{ type: 'po', bizTransaction: 'urn:x:po' }]
  };
  const parsed = parseEpcisDocument(encodeUtf8(JSON.stringify(documentOf([body]))) ?? new Uint8Array(0));
  const event = parsed.ok ? parsed.value.events[0] : undefined;
  const indexed = event === undefined ? null : indexEvent(event, 'alpha');

  it('has a row for every item with its role, canonical URI and quantity', () => {
    expect(indexed?.items.map(({ role, uri, isClass, quantity, uom }) => [role, uri, isClass, quantity, uom])).toEqual([
      ['parentID', pallet(1), false, null, ''],
      ['childEPC', serial(1), false, null, ''],
      ['childEPCClass', lot('A'), true, '2.5', 'KGM'],
      ['readPoint', site('alpha', 1), false, null, '']
    ]);
  });

  it('has bare words, times in milliseconds, and the computed eventID', () => {
    expect(indexed).toMatchObject({
      bizStep: 'packing', eventTimeMs: Date.UTC(2026, 0, 1), hasOwnID: false,
      transactions: [{ type: 'po', id: 'urn:x:po' }],
      destinations: [{ type: 'possessing_party', uri: party('beta') }]
    });
    expect(indexed?.eventID).toMatch(/^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/);
  });

  it('is what tracing reads', () => {
    const origin = { height: 4, index: 1, eventIndex: 0, organization: 'alpha', isDeclaredError: false };
    expect(
      indexed === null ? null : traceEvent(indexed, origin)
    ).toMatchObject({ ref: '4/1/0', destination: party('beta') });
  });
});
