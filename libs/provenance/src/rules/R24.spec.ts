import { commission, observe, serial, TestLedger } from '../capture/testLedger.test-kit.js';

const ID = 'urn:uuid:22222222-2222-4222-8222-222222222222';

describe('R24: an eventID stands for one event', () => {
  it('the same event again succeeds, changes nothing and names the first', () => {
    const ledger = new TestLedger();
    const event = commission([serial(1)], { eventID: ID });
    ledger.capture('alpha', event);
    const before = new Map(ledger.state);
    const spelledOtherwise = {
      recordTime: '2026-01-01T00:00:01Z',
      ...event,
      eventTime: '2026-01-01T01:00:00.000+01:00'
    };
    expect(ledger.capture('alpha', spelledOtherwise)).toEqual({
      status: 'APPLIED', code: '', detail: [[0, 'DUPLICATE_EVENT', 1, 0, 0]]
    });
    expect(new Map(ledger.state)).toEqual(before);
  });

  it.each([
    ['another serial', { epcList: [serial(2)] }],
    ['another text that would be the same number', { 'example:lot': '00123' }],
    ['another certificate', { certificationInfo: 'urn:example:certificate:2' }]
  ])('other content is a conflict: %s', (_, change) => {
    const ledger = new TestLedger();
    const event = commission([serial(1)], { eventID: ID, 'example:lot': '123' });
    ledger.capture('alpha', event);
    const outcome = ledger.capture('alpha', { ...event, ...change });
    expect(outcome).toEqual(
      { status: 'REJECTED', code: 'EVENT_ID_CONFLICT', detail: [[0, 'EVENT_ID_CONFLICT', 1, 0, 0]] }
    );
  });

  it('a conflict is refused in profile open, too, and within one transaction', () => {
    const ledger = new TestLedger('open');
    const outcome = ledger.capture(
      'alpha',
      observe('storing', [serial(1)], { eventID: ID }),
      observe('storing', [serial(2)], { eventID: ID })
    );
    expect(outcome).toMatchObject({ status: 'REJECTED', code: 'EVENT_ID_CONFLICT' });
  });

  it('nobody can take another organization’s eventID', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)], { eventID: ID }));
    expect(ledger.capture('beta', commission([serial(2, 'beta')], { eventID: ID })).status).toBe('APPLIED');
  });

  it('an event without eventID is identified by its hash', () => {
    const ledger = new TestLedger();
    const event = { ...commission([serial(1)]), eventID: undefined };
    ledger.capture('alpha', event);
    expect(ledger.capture('alpha', event).detail).toEqual([[0, 'DUPLICATE_EVENT', 1, 0, 0]]);
  });
});
