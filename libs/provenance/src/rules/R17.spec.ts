import { decodeTransformation, transformationKey } from '../state/transformationRecord.js';
import { amount, commission, createLot, lot, serial, TestLedger, transform } from '../capture/testLedger.test-kit.js';

const ID = { transformationID: 'urn:x:batch' };
const recordOf = (ledger: TestLedger, name: string) => decodeTransformation(ledger.state.get(transformationKey(name)) ?? null);

describe('R17: transformations', () => {
  const started = (): TestLedger => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1), serial(2)]), createLot([amount(lot('A'), 5)]));
    return ledger;
  };

  it('one event is one transformation, named by its place', () => {
    const ledger = started();
    const event = transform({ inputEPCList: [serial(2), serial(1)], outputQuantityList: [amount(lot('B'), 3)] });
    ledger.capture('alpha', event);
    expect(recordOf(ledger, '2/0/0')).toEqual({ inputs: [serial(1), serial(2)], outputs: [lot('B')] });
  });

  it('events of one id are one, whatever comes first', () => {
    const ledger = started();
    ledger.capture('alpha', transform({ ...ID, outputQuantityList: [amount(lot('B'), 3)] }));
    ledger.capture('alpha', transform({ ...ID, inputEPCList: [serial(2)] }), transform({ ...ID, inputEPCList: [serial(1)] }));
    expect(recordOf(ledger, 'tgroup/alpha/urn:x:batch')).toEqual({ inputs: [serial(1), serial(2)], outputs: [lot('B')] });
  });

  it('is closed by its organization, which is the only one that it knows', () => {
    const ledger = started();
    ledger.capture('alpha', transform({ ...ID, inputEPCList: [serial(1)] }));
    expect(ledger.operate('beta', 'transformation.close', ID).code).toBe('GROUP_UNKNOWN');
    expect(ledger.operate('alpha', 'transformation.close', ID)).toEqual({ status: 'APPLIED', code: '', detail: [] });
    const late = transform({ ...ID, inputEPCList: [serial(2)] });
    expect(ledger.capture('alpha', late).code).toBe('GROUP_CLOSED');
    expect(ledger.item(serial(2))?.status).toBe('ACTIVE');
  });

  it('a refused event leaves no record', () => {
    const ledger = started();
    const events = [transform({ inputEPCList: [serial(1)], outputEPCList: [serial(2)] }), commission([serial(3)])];
    ledger.captureWith('alpha', { captureErrorBehaviour: 'proceed' }, events);
    expect(ledger.state.has(transformationKey('2/0/0'))).toBe(false);
    expect(ledger.item(serial(1))?.status).toBe('ACTIVE');
  });

  it('a group has a limit: its record is written with every event of it', () => {
    const ledger = new TestLedger();
    const outputs = (from: number) => Array.from({ length: 1001 }, (_, i) => `urn:x:${from + i}`);
    expect(ledger.capture('alpha', transform({ ...ID, outputEPCList: outputs(0) })).status).toBe('APPLIED');
    expect(ledger.capture('alpha', transform({ ...ID, outputEPCList: outputs(5000) })).code).toBe('LIST_TRANSFORMATION');
  });
});
