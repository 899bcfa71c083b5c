import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FOLDER, describeWithData } from '../fixtures/data.js';
import { figure } from './figures.js';
import { bearer, call, eventually, statusOf } from './http.js';
import { type RunningNetwork, startNetwork } from './network.js';

type Json = Readonly<Record<string, unknown>>;
const GS1 = join(DATA_FOLDER, 'epcis/events/gs1');
const INVALID = join(DATA_FOLDER, 'epcis/invalid/openepcis/json/Capture');

const eventsOf = (document: Json): Json[] => {
  const body = document['epcisBody'] as
    { eventList?: Json[]; queryResults?: { resultsBody: { eventList: Json[] } } } | undefined;
  return body === undefined ? [document] : (body.eventList ?? body.queryResults?.resultsBody.eventList ?? []);
};

/** What the ledger adds is not content: recordTime always, eventID where the member sent none. */
function content(event: Json, sent: Json): Json {
  const { recordTime: _recordTime, '@context': _context, ...rest } = event;
  const { eventID: _eventID, ...unnamed } = rest;
  return 'eventID' in sent ? rest : unnamed;
}

describeWithData('documents of the public suites against four real processes with the open profile', () => {
  let running: RunningNetwork;
  beforeAll(async () => {
    running = await startNetwork('open');
  }, 120_000);
  afterAll(() => running.stop(), 60_000);

  async function capture(body: Uint8Array): Promise<{ status: number; job: Json; text: string }> {
    const [clerk] = running.clerks;
    if (clerk === undefined) throw new Error('no clerk');
    const tx = clerk.sign('epcis.capture', body);
    const headers = {
      ...bearer(clerk),
      'content-type': 'application/json',
      'lading-signature': clerk.detachedSignature(tx)
    };
    const answer = await call(`${clerk.node.url}/epcis/v2/capture`, { method: 'POST', headers, body });
    if (answer.status !== 202) return { status: answer.status, job: answer.json, text: answer.text };
    const location = new URL(answer.headers.get('location') ?? '', clerk.node.url).href;
    let job: Json = {};
    await eventually(`the end of ${location}`, 20_000, async () => {
      job = (await call(location, { headers: bearer(clerk) })).json;
      return job['running'] === false;
    });
    return { status: 202, job, text: answer.text };
  }

  async function readBack(eventID: string, url: string): Promise<Json[]> {
    const [clerk] = running.clerks;
    if (clerk === undefined) throw new Error('no clerk');
    const query = `${url}/epcis/v2/events?perPage=200&EQ_eventID=${encodeURIComponent(eventID)}`;
    // As it was sent: by default the answer would spell identifiers as Digital Links.
    const headers = { ...bearer(clerk), 'gs1-epc-format': 'Never_Translates' };
    return eventsOf((await call(query, { headers })).json);
  }

  it('all 26 GS1 examples are captured and read back equal in content; an id used again with other content answers 409', async () => {
    const files = readdirSync(GS1).sort();
    expect(files).toHaveLength(26);
    const seen = new Map<string, string>();
    let captured = 0;
    const conflicts: string[] = [];
    for (const file of files) {
      const bytes = readFileSync(join(GS1, file));
      const document = JSON.parse(bytes.toString('utf8')) as Json;
      const reused = eventsOf(document).some((event) => {
        const before = seen.get(String(event['eventID']));
        return before !== undefined && before !== JSON.stringify(content(event, event));
      });
      const { status, job, text } = await capture(bytes);
      if (reused) {
        conflicts.push(file);
        expect({ file, status, code: job['code'] }).toEqual({ file, status: 409, code: 'EVENT_ID_CONFLICT' });
        continue;
      }
      expect({ file, status, success: job['success'], text: status === 202 ? '' : text }).toEqual({
        file,
        status: 202,
        success: true,
        text: ''
      });
      captured += 1;
      for (const event of eventsOf(document)) {
        if (event['eventID'] === undefined) continue;
        seen.set(String(event['eventID']), JSON.stringify(content(event, event)));
        const found = await readBack(String(event['eventID']), running.network.layout.nodes[0]?.url ?? '');
        expect(found.map((one) => content(one, event))).toContainEqual(content(event, event));
      }
    }
    figure('GS1 example documents captured and read back', captured + conflicts.length, 'documents', { exactly: 26 });
    expect(conflicts.length).toBeLessThanOrEqual(1);
  }, 120_000);

  it('the second of a pair that re-uses an event id with other content answers 409 on the synchronous route', async () => {
    const [clerk] = running.clerks;
    if (clerk === undefined) throw new Error('no clerk');
    const pair = ['AssociationEvent-f.jsonld', 'Example-Type-sourceOrDestination,measurement,bizTransaction.jsonld'];
    const answers: number[] = [];
    for (const file of pair) {
      const document = JSON.parse(readFileSync(join(GS1, file), 'utf8')) as Json;
      const body = new TextEncoder().encode(
        JSON.stringify({ '@context': document['@context'], ...eventsOf(document)[0] })
      );
      const tx = clerk.sign('epcis.capture', body);
      const answer = await call(`${clerk.node.url}/epcis/v2/events`, {
        method: 'POST',
        headers: {
          ...bearer(clerk),
          'content-type': 'application/json',
          'lading-signature': clerk.detachedSignature(tx)
        },
        body
      });
      answers.push(answer.status);
    }
    expect(answers).toEqual([201, 409]);
    figure('answer to an event id used again with other content', answers[1] ?? 0, '(HTTP)', { exactly: 409 });
  }, 30_000);

  it('every invalid document is refused with 400 and a JSON pointer, and nothing of it reaches a block', async () => {
    const url = running.network.layout.nodes[0]?.url ?? '';
    const before = (await statusOf(url)).height;
    const files = readdirSync(INVALID).filter((file) => file.endsWith('.json'));
    for (const file of files) {
      const { status, job, text } = await capture(readFileSync(join(INVALID, file)));
      const [fault] = (job['errors'] ?? []) as { pointer?: string }[];
      expect({ file, status, text: status === 400 ? '' : text }).toEqual({ file, status: 400, text: '' });
      expect({ file, pointer: fault?.pointer }).toEqual({ file, pointer: expect.stringMatching(/^\//) });
    }
    expect((await statusOf(url)).height).toBe(before);
    figure('invalid documents refused with a pointer', files.length, 'documents', { atLeast: 9 });
  }, 60_000);
});
