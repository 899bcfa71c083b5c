import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithData, DATA_FOLDER } from '../fixtures/data.js';
import { SingleNode } from './singleNode.js';

type Json = Readonly<Record<string, unknown>>;

const GS1 = 'epcis/events/gs1';
const INVALID = 'epcis/invalid/openepcis/json/Capture';

function documents(folder: string): readonly (readonly [name: string, bytes: Buffer])[] {
  const path = join(DATA_FOLDER, folder);
  return readdirSync(path)
    .sort()
    .map((name) => [name, readFileSync(join(path, name))] as const);
}

function eventsOf(document: Json): readonly Json[] {
  const body = document['epcisBody'] as { eventList?: Json[]; queryResults?: { resultsBody: { eventList: Json[] } } };
  return body.eventList ?? body.queryResults?.resultsBody.eventList ?? [];
}

/** Prefixes of a @context: what makes an extension's name readable. */
function prefixesOf(document: Json): Json {
  const context = document['@context'];
  const entries = Array.isArray(context) ? context : [context];
  return Object.assign({}, ...entries.filter((entry) => typeof entry === 'object')) as Json;
}

const without = (event: Json, ...names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(event).filter(([name]) => !names.includes(name)));

describeWithData('the public EPCIS documents over HTTP, profile open', () => {
  let node: SingleNode;
  const conflicts: string[] = [];

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
  }, 120_000);

  afterAll(() => node.stop(), 60_000);

  /** Events of one id, or all when the sender gave none, with the prefixes in force. */
  async function readBack(sent: Json): Promise<{ readonly events: readonly Json[]; readonly prefixes: Json }> {
    const id = sent['eventID'];
    const which = id === undefined ? '?perPage=200' : `/${encodeURIComponent(String(id))}`;
    const { json } = await node.get(`/epcis/v2/events${which}`, node.clerk, { 'gs1-epc-format': 'Never_Translates' });
    return { events: eventsOf(json), prefixes: prefixesOf(json) };
  }

  it('reads all of GS1’s examples back equal in content; the second content of one id is a conflict', async () => {
    for (const [name, bytes] of documents(GS1)) {
      const before = node.height;
      const answer = await node.postEpcis('/epcis/v2/capture', bytes);
      if (answer.status === 409) {
        conflicts.push(name);
        expect([name, answer.json['code'], node.height]).toEqual([name, 'EVENT_ID_CONFLICT', before]);
        continue;
      }
      expect([name, answer.status, answer.text]).toEqual([name, 202, '']);
      expect([name, (await node.job(answer)).json]).toMatchObject([name, { running: false, success: true, errors: [] }]);
      const document = JSON.parse(bytes.toString('utf8')) as Json;
      for (const event of eventsOf(document)) {
        const { events, prefixes } = await readBack(event);
        const added = ['recordTime', ...['eventID', '@context'].filter((field) => !(field in event))];
        expect(events.map((read) => without(read, ...added))).toContainEqual(without(event, 'recordTime'));
        for (const read of events)
          expect([typeof read['recordTime'], typeof read['eventID']]).toEqual(['string', 'string']);
        const inForce = events.map((read) => ({ ...prefixes, ...prefixesOf(read) }));
        expect(inForce).toContainEqual(expect.objectContaining({ ...prefixesOf(document), ...prefixesOf(event) }));
      }
    }
    expect(documents(GS1)).toHaveLength(26);
    expect(conflicts).toHaveLength(1);
  });

  it('answers 409 on POST /events for the second content of one id, and orders nothing', async () => {
    const before = node.height;
    const [name = ''] = conflicts;
    const document = JSON.parse(readFileSync(join(DATA_FOLDER, GS1, name), 'utf8')) as Json;
    const [event = {}] = eventsOf(document);
    const answer = await node.postEpcis(
      '/epcis/v2/events',
      Buffer.from(JSON.stringify({ ...event, '@context': document['@context'] }))
    );
    expect([answer.status, answer.json['code'], answer.json['type'], node.height]).toEqual([
      409,
      'EVENT_ID_CONFLICT',
      'epcisException:ResourceAlreadyExistsException',
      before
    ]);
  });

  it('refuses every invalid capture document with 400 and a pointer, and orders nothing', async () => {
    const before = node.height;
    for (const [name, bytes] of documents(INVALID)) {
      const document = JSON.parse(bytes.toString('utf8')) as Json;
      for (const signed of [undefined, null]) {
        const answer = await node.postEpcis('/epcis/v2/capture', bytes, signed === undefined ? {} : { signed });
        expect([name, answer.status, answer.json['type']]).toEqual([name, 400, 'epcisException:ValidationException']);
        const errors = answer.json['errors'] as unknown as { pointer: string }[];
        expect([name, errors.length > 0]).toEqual([name, true]);
        for (const { pointer } of errors)
          expect([name, pointer, reaches(document, pointer)]).toEqual([name, pointer, true]);
      }
    }
    expect(node.height).toBe(before);
  });
});

/** Whether a pointer names something in the document, or a member that is missing from something in it. */
function reaches(document: unknown, pointer: string): boolean {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let at: unknown = document;
  for (const [i, step] of steps.entries()) {
    if (typeof at !== 'object' || at === null) return false;
    if (!(step in at)) return i === steps.length - 1;
    at = (at as Record<string, unknown>)[step];
  }
  return true;
}
