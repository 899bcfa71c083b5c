import { toPlainJson } from '@lading/ledger';
import { parseEpcisDocument } from '@lading/provenance';
import { TestLedger } from '../../libs/provenance/src/capture/testLedger.test-kit.js';
import { describeWithData } from '../fixtures/data.js';
import { bytesOf, documentsIn } from './files.js';

describeWithData('the official examples on a fresh ledger of profile open', () => {
  const names = documentsIn('events/gs1');

  /** Documents that were refused, with their codes. */
  const captureAll = (order: readonly string[]): readonly (readonly [string, string])[] => {
    const ledger = new TestLedger('open');
    return order.flatMap((name) => {
      const outcome = ledger.bytes('alpha', bytesOf(name));
      return outcome.status === 'APPLIED' ? [] : [[name, outcome.code] as const];
    });
  };

  it('applies them all, but for the second of a pair that re-uses an eventID with other content', () => {
    expect(captureAll(names)).toEqual(EXPECTED_FORWARD);
    expect(captureAll([...names].reverse())).toEqual(EXPECTED_BACKWARD);
  });

  it('keeps the bytes of every event as submitted', () => {
    for (const name of names) {
      const bytes = bytesOf(name);
      const parsed = parseEpcisDocument(bytes);
      if (!parsed.ok) throw new Error(name);
      for (const event of parsed.value.events) {
        expect(bytes.includes(Buffer.from(event.bytes))).toBe(true);
        expect(JSON.parse(Buffer.from(event.bytes).toString())).toEqual(
          JSON.parse(JSON.stringify(toPlainJson(event.node)))
        );
      }
    }
  });
});

const EXPECTED_FORWARD: readonly (readonly [string, string])[] = [
  ['events/gs1/Example-Type-sourceOrDestination,measurement,bizTransaction.jsonld', 'EVENT_ID_CONFLICT']
];
const EXPECTED_BACKWARD: readonly (readonly [string, string])[] = [
  ['events/gs1/AssociationEvent-f.jsonld', 'EVENT_ID_CONFLICT']
];
