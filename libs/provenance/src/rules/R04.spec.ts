import { checkDigit } from '../identifiers/checkDigit.js';
import { asset, commission, remove, serial, TestLedger, transform } from '../capture/testLedger.test-kit.js';

describe('R4: assets go round', () => {
  const GRAI = `https://crates.example/8003/0952100100017${checkDigit('0952100100017')}X9`;

  it('are commissioned once and are never consumed', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([asset('CRATE'), serial(1)]));
    expect(ledger.capture('alpha', commission([asset('CRATE')])).code).toBe('DOUBLE_COMMISSION');
    const used = transform({ inputEPCList: [serial(1), asset('CRATE')], outputEPCList: [serial(2)] });
    expect(ledger.capture('alpha', used)).toMatchObject({ code: 'ASSET_CONSUMED', detail: [[0, 'ASSET_CONSUMED', asset('CRATE')]] });
    expect(ledger.item(serial(1))?.status).toBe('ACTIVE');
  });

  it('may end, and then they do not come back under the same number', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([asset('CRATE')]), remove('decommissioning', [asset('CRATE')]));
    expect(ledger.capture('alpha', commission([asset('CRATE')])).code).toBe('DOUBLE_COMMISSION');
  });

  it('a GRAI with a serial is one, in whatever spelling', () => {
    const ledger = new TestLedger();
    const used = transform({ inputEPCList: [GRAI], outputEPCList: [serial(2)] });
    expect(ledger.capture('alpha', used).code).toBe('ASSET_CONSUMED');
  });
});
