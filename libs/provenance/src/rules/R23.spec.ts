import { commission, serial, TestLedger } from '../capture/testLedger.test-kit.js';

const ID = 'urn:uuid:11111111-1111-4111-8111-111111111111';
const declared = (reason: string, more: object = {}) => ({
  errorDeclaration: { declarationTime: '2026-02-01T00:00:00Z', reason, ...more }
});

describe('R23: error declarations', () => {
  it('the same event with a declaration is the only legal second use of its eventID', () => {
    const ledger = new TestLedger();
    const event = commission([serial(1)], { eventID: ID });
    ledger.capture('alpha', event);
    expect(ledger.capture('alpha', { ...event, ...declared('incorrect_data') }).status).toBe('APPLIED');
    expect(ledger.item(serial(1))).toMatchObject({ status: 'UNKNOWN', count: 2 });
  });

  it('the same declaration again is the same event again', () => {
    const ledger = new TestLedger();
    const event = { ...commission([serial(1)], { eventID: ID }) };
    ledger.capture('alpha', event);
    ledger.capture('alpha', { ...event, ...declared('incorrect_data') });
    const outcome = ledger.capture('alpha', { ...event, ...declared('incorrect_data') });
    expect(outcome).toMatchObject({ status: 'APPLIED', detail: [[0, 'DUPLICATE_EVENT', 1, 0, 0]] });
    expect(ledger.item(serial(1))?.count).toBe(2);
  });

  it('it must repeat the event: any other field makes it a conflict', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)], { eventID: ID }));
    const other = { ...commission([serial(2)], { eventID: ID }), ...declared('incorrect_data') };
    expect(ledger.capture('alpha', other).code).toBe('EVENT_ID_CONFLICT');
  });

  it('only the organization that captured an event can declare it', () => {
    const ledger = new TestLedger();
    const event = commission([serial(1)], { eventID: ID });
    ledger.capture('alpha', event);
    expect(ledger.capture('beta', { ...event, ...declared('incorrect_data') }).code).toBe('DECLARES_UNKNOWN_EVENT');
  });

  it('did_not_occur has no corrective events', () => {
    const ledger = new TestLedger();
    const wrong = {
      ...commission([serial(1)], { eventID: ID }),
      ...declared('did_not_occur', { correctiveEventIDs: ['urn:x:y'] })
    };
    expect(ledger.capture('alpha', wrong)).toMatchObject({
      code: 'TEXT_RULE', detail: ['/epcisBody/eventList/0/errorDeclaration/correctiveEventIDs']
    });
  });
});
