import {
  commission,
  documentOf,
  observe,
  PREFIXES,
  serial,
  ship,
  TestLedger,
  TEST_TIME_MS,
  remove
} from './testLedger.test-kit.js';
import { eventOutcomes } from './eventOutcomes.js';

describe('epcis.capture', () => {
  const bad = ship('beta', [serial(404)]);

  it('rollback: the first failing event refuses all', () => {
    const ledger = new TestLedger();
    const outcome = ledger.capture('alpha', commission([serial(1)]), bad, commission([serial(2)]));
    expect(outcome).toEqual({ status: 'REJECTED', code: 'NOT_HOLDER', detail: [[1, 'NOT_HOLDER', serial(404), '']] });
    expect(ledger.state.size).toBe(0);
    expect(eventOutcomes(outcome, 3).map((event) => event.status)).toEqual(['refused', 'refused', 'refused']);
  });

  it('proceed: events stand on their own, in order', () => {
    const ledger = new TestLedger();
    const events = [commission([serial(1)]), bad, commission([serial(1)]), commission([serial(2)])];
    const outcome = ledger.captureWith('alpha', { captureErrorBehaviour: 'proceed' }, events);
    expect(outcome).toEqual({
      status: 'APPLIED',
      code: '',
      detail: [[1, 'NOT_HOLDER', serial(404), ''], [2, 'DOUBLE_COMMISSION', serial(1)]]
    });
    expect(ledger.item(serial(2))?.status).toBe('ACTIVE');
    expect(ledger.anomalies(serial(1))).toBe(1);
    expect(
      eventOutcomes(outcome, 4).map((event) => event.status)
    ).toEqual(['applied', 'refused', 'refused', 'applied']);
  });

  it('proceed with nothing applied is refused, or recorded when there is evidence', () => {
    const ledger = new TestLedger();
    const proceed = { captureErrorBehaviour: 'proceed' };
    expect(ledger.captureWith('alpha', proceed, [bad, bad])).toMatchObject({ status: 'REJECTED', code: 'NOT_HOLDER' });
    ledger.capture('alpha', commission([serial(1)]));
    const again = ledger.captureWith('alpha', proceed, [bad, commission([serial(1)])]);
    expect(again).toMatchObject({ status: 'RECORDED', code: 'NOT_HOLDER' });
    expect(ledger.anomalies(serial(1))).toBe(1);
  });

  it('profile open: what breaks a rule is on the chains and changes nothing else', () => {
    const ledger = new TestLedger('open');
    ledger.capture('alpha', commission([serial(1)]));
    const outcome = ledger.capture('beta', remove('destroying', [serial(1)]), commission([serial(1)]));
    expect(outcome).toEqual({
      status: 'APPLIED',
      code: '',
      detail: [[0, 'HISTORY_ONLY', 'NOT_HOLDER', serial(1)], [1, 'HISTORY_ONLY', 'DOUBLE_COMMISSION', serial(1)]]
    });
    expect(ledger.item(serial(1))).toMatchObject({ status: 'ACTIVE', custodian: 'alpha', count: 3 });
  });

  it('profile open: an event that breaks a rule at its second item leaves the first as it was', () => {
    const ledger = new TestLedger('open');
    ledger.capture('alpha', commission([serial(1)]));
    ledger.capture('alpha', ship('beta', [serial(1), serial(2)]));
    expect(ledger.item(serial(1))).toMatchObject({ status: 'ACTIVE', transfer: null, count: 2 });
    expect(ledger.item(serial(2))).toMatchObject({ status: 'UNKNOWN', count: 1 });
  });

  it('an event from the future is refused beyond the tolerance', () => {
    const at = (ms: number) => ({ eventTime: new Date(ms).toISOString() });
    const ledger = new TestLedger();
    expect(ledger.capture('alpha', commission([serial(1)], at(TEST_TIME_MS + 300_000))).status).toBe('APPLIED');
    expect(ledger.capture('alpha', commission([serial(2)], at(TEST_TIME_MS + 400_000))).code).toBe('EVENT_TIME_FUTURE');
  });
});

describe('who may sign a capture', () => {
  const events = [observe('storing', [serial(1)])];

  it('the role capture is needed', () => {
    const ledger = new TestLedger();
    expect(ledger.captureWith('alpha', {}, events, { roles: ['query'] }).code).toBe('ROLE_MISSING');
    expect(ledger.captureWith('alpha', {}, events, { purpose: 'token' }).code).toBe('KEY_PURPOSE');
  });

  it('a service key speaks for a member of its own organization, in custody mode only', () => {
    const ledger = new TestLedger();
    const service = { purpose: 'service' } as const;
    expect(ledger.captureWith('alpha', { onBehalfOf: 'alpha/ana' }, events, service).code).toBe('CUSTODY_MODE_OFF');
    expect(ledger.captureWith('beta', {}, events, service).code).toBe('ON_BEHALF_OF');
    expect(ledger.captureWith('beta', { onBehalfOf: 'alpha/ana' }, events, service).code).toBe('ON_BEHALF_OF');
    expect(ledger.captureWith('beta', { onBehalfOf: 'beta/bo' }, events, service).status).toBe('APPLIED');
    expect(ledger.captureWith('beta', { onBehalfOf: 'beta/bo' }, events).code).toBe('ON_BEHALF_OF');
  });
});

describe('the payload', () => {
  it.each([
    [{ more: 1 }, '/more'],
    [{ captureErrorBehaviour: 'ignore' }, '/captureErrorBehaviour'],
    [{ captureID: '' }, '/captureID'],
    [{ onBehalfOf: 'nobody' }, '/onBehalfOf']
  ])('an envelope with %j is refused', (envelope, pointer) => {
    const outcome = new TestLedger().captureWith('alpha', envelope, [observe('storing', [serial(1)])]);
    expect(outcome).toMatchObject({ code: 'ENVELOPE_MALFORMED', detail: [pointer] });
  });

  it('pointers go through the envelope to the fault', () => {
    const outcome = new TestLedger().captureWith('alpha', {}, [observe('sailing', [serial(1)])]);
    expect(outcome).toMatchObject({ code: 'FIELD_VALUE', detail: ['/document/epcisBody/eventList/0/bizStep'] });
  });

  it('a document without events, and one with too many, is refused', () => {
    const ledger = new TestLedger();
    expect(ledger.payload('alpha', documentOf([])).code).toBe('LIST_LENGTH');
    const many = Array.from({ length: 1001 }, () => observe('storing', [`urn:x:${PREFIXES.alpha}`]));
    expect(ledger.capture('alpha', ...many).code).toBe('EVENT_LIMIT');
  });
});
