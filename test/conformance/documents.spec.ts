import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FOLDER, describeWithData } from '../fixtures/data.js';
import { figure } from '../e2e/figures.js';
import { SingleNode } from '../http/singleNode.js';
import { captureFile, documentFiles, explained, type Outcome } from './documents.js';
import { showTable } from './table.js';

function words({ status, events, captured, codes, pointer }: Outcome): string {
  const list = [...codes].map(([code, count]) => (count === 1 ? code : `${code} ×${count}`)).join(', ');
  if (status !== 201 && status !== 202) return `refused ${status}: ${list} at ${pointer === '' ? 'the document' : pointer}`;
  return list === '' ? `captured, ${events} of ${events}` : `captured ${captured} of ${events}: ${list}`;
}

/** The fault itself where the document was refused at the gate, else what the pages of the codes say. */
function reasons(...outcomes: readonly Outcome[]): string {
  const sentences = outcomes.flatMap(({ codes, detail }) =>
    detail === '' ? [...codes.keys()].map((code) => `${code}: ${explained(code)}`) : [detail]
  );
  return [...new Set(sentences)].join(' ');
}

describeWithData('every public document, captured over HTTP', () => {
  const outcomes = new Map<string, { open: Outcome; custody: Outcome }>();

  beforeAll(async () => {
    const [open, custody] = await Promise.all([
      SingleNode.start({ profile: 'open' }),
      SingleNode.start({ profile: 'custody' })
    ]);
    try {
      for (const file of documentFiles()) {
        const [first, second] = await Promise.all([captureFile(open, file), captureFile(custody, file)]);
        outcomes.set(file, { open: first, custody: second });
      }
      expect([...open.log, ...custody.log].filter((line) => /request failed|FATAL/.test(line))).toEqual([]);
    } finally {
      await Promise.all([open.stop(), custody.stop()]);
    }
  }, 600_000);

  it('comes to an end that its code explains', () => {
    const rows = [...outcomes].map(([file, { open, custody }]) => [
      file,
      words(open),
      words(custody) === words(open) ? 'the same' : words(custody),
      reasons(open, custody)
    ]);
    showTable('Public documents', ['file', 'profile open', 'profile custody', 'why'], rows);
    const count = (test: (outcome: Outcome) => boolean): number => [...outcomes.values()].filter(({ open }) => test(open)).length;
    figure('documents', rows.length, 'documents', { atLeast: 250 });
    figure('captured whole in profile open', count(({ codes }) => codes.size === 0), 'documents', { atLeast: 100 });
    figure('refused with a pointer', count(({ status, pointer }) => status === 400 && pointer !== ''), 'documents', { atLeast: 20 });
    figure('answered 5xx', count(({ status }) => status >= 500), 'documents', { exactly: 0 });
    for (const [file, { open, custody }] of outcomes) {
      for (const { status, pointer } of [open, custody]) {
        expect([file, [201, 202, 400, 403, 409].includes(status)]).toEqual([file, true]);
        // '' points at the whole document: a list, where an object is expected.
        expect([file, status, typeof pointer]).toEqual([file, status, 'string']);
      }
    }
  });

  it('is refused when it is one of the invalid ones, and captured when it is one of GS1’s own', () => {
    for (const [file, { open }] of outcomes) {
      if (/^invalid\/openepcis\/.*\/Capture\//.test(file)) expect([file, open.status]).toEqual([file, 400]);
      const others = [...open.codes.keys()].filter((code) => code !== 'EVENT_ID_CONFLICT');
      if (file.startsWith('events/gs1/')) expect([file, open.status, others]).toEqual([file, 202, []]);
    }
  });
});

describeWithData('the published answer key of a trace back', () => {
  interface Case {
    readonly file: string;
    readonly epc: string;
    readonly eventIDs: readonly string[];
  }
  const wanted = /^urn:epc:id:sscc:/;

  it('is met over HTTP, with a document that uses three event ids for eight events: the first of each wins', async () => {
    const key = JSON.parse(readFileSync(join(DATA_FOLDER, 'epcis/chains/expected-traceback.json'), 'utf8')) as { cases: Case[] };
    const node = await SingleNode.start({ profile: 'open' });
    try {
      for (const { file, epc, eventIDs } of key.cases) {
        // Its SSCCs have 15 digits instead of 17, which is refused; the way between the events does not depend on that.
        const sent = readFileSync(join(DATA_FOLDER, 'epcis', file), 'utf8').replaceAll('urn:epc:id:sscc:', 'urn:example:sscc:');
        const headers = { 'gs1-capture-error-behaviour': 'proceed' };
        const answer = await node.postEpcis('/epcis/v2/capture', Buffer.from(sent), { signed: null, headers });
        const job = (await node.job(answer)).json as unknown as { errors: { code: string }[] };
        expect(new Set(job.errors.map(({ code }) => code))).toEqual(new Set(['EVENT_ID_CONFLICT']));
        const trace = await node.get(`/v1/trace/${encodeURIComponent(epc.replace(wanted, 'urn:example:sscc:'))}?direction=back`);
        const { events } = trace.json as unknown as { events: { eventID: string }[] };
        expect(events.map(({ eventID }) => eventID).sort()).toEqual([...eventIDs].sort());
        figure(`events traced back in ${file}`, events.length, 'events', { exactly: eventIDs.length });
      }
    } finally {
      await node.stop();
    }
  }, 120_000);
});
