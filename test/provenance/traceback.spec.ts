import {
  advanceTrace, canonicalUri, indexEvent, parseEpcisDocument, startTrace, traceEvent, type TraceEvent
} from '@lading/provenance';
import { describeWithData } from '../fixtures/data.js';
import { jsonOf, textOf } from './files.js';

interface Answer {
  readonly file: string;
  readonly epc: string;
  readonly expectedEventCount: number;
  readonly eventIDs: readonly string[];
}

/** Runs a trace over events in memory, a round at a time. */
function trace(events: readonly TraceEvent[], root: string) {
  const running = startTrace(root, 'back');
  for (let round = 0; round < 50; round++) {
    const wanted = new Set(running.wanted);
    const result = advanceTrace(running, events.filter((event) => event.items.some((item) => wanted.has(item.uri))));
    if (result !== null) return result;
  }
  throw new Error('the trace does not end');
}

describeWithData('trace back against the published answer key', () => {
  const { cases } = jsonOf('chains/expected-traceback.json') as { cases: readonly Answer[] };

  it.each(cases.map((answer) => [answer.file, answer] as const))('%s', (file, answer) => {
    // Its SSCCs have 15 digits instead of 18, which we refuse; the way between the events does not depend on that.
    const text = textOf(file).replaceAll('urn:epc:id:sscc:', 'urn:example:sscc:');
    const parsed = parseEpcisDocument(Buffer.from(text));
    if (!parsed.ok) throw new Error(`${parsed.code} ${parsed.pointer} ${parsed.detail}`);
    // Three of its eventIDs are used for eight events; the key counts an eventID once, as a ledger keeps only the
    // first.
    const byID = new Map<string, TraceEvent>();
    for (const [eventIndex, event] of parsed.value.events.entries()) {
      const origin = { height: 1, index: 0, eventIndex, organization: 'alpha', isDeclaredError: false };
      const indexed = traceEvent(indexEvent(event, 'alpha'), origin);
      byID.set(indexed.eventID + eventIndex, { ...indexed, ref: `1/0/${eventIndex}` });
    }
    const result = trace([...byID.values()], canonicalUri(answer.epc) ?? '');
    const found = new Set(result.events.map((event) => event.eventID));
    expect(result.isTruncated).toBe(false);
    expect([...found].sort()).toEqual([...answer.eventIDs].sort());
    expect(found.size).toBe(answer.expectedEventCount);
  });
});
