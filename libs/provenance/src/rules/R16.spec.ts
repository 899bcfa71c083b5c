import { commission, serial, TestLedger, transform } from '../capture/testLedger.test-kit.js';

describe('R16: outputs are created', () => {
  it('outputs are the signer’s', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]));
    ledger.capture('alpha', transform({ inputEPCList: [serial(1)], outputEPCList: [serial(2), serial(3)] }));
    expect(ledger.item(serial(3))).toMatchObject({ status: 'ACTIVE', custodian: 'alpha', owner: 'alpha' });
  });

  it('nothing is input and output at once', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]));
    const same = transform({ inputEPCList: [serial(1)], outputEPCList: [serial(1)] });
    expect(ledger.capture('alpha', same).code).toBe('INPUT_IS_OUTPUT');
  });

  it('events of one transformationID share the chain of their group, apart for each organization', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]));
    ledger.capture('beta', commission([serial(9, 'beta')]));
    const id = 'urn:example:batch:1';
    ledger.capture('alpha', transform({ transformationID: id, inputEPCList: [serial(1)] }));
    ledger.capture('alpha', transform({ transformationID: id, outputEPCList: [serial(2)] }));
    ledger.capture('beta', transform({ transformationID: id, inputEPCList: [serial(9, 'beta')] }));
    expect(ledger.item(`tgroup/alpha/${id}`)).toMatchObject({ kind: 'group', count: 2 });
    expect(ledger.item(`tgroup/beta/${id}`)?.count).toBe(1);
  });
});
