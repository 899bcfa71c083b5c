import { join } from 'node:path';
import { DATA_FOLDER, describeWithData } from '../fixtures/data.js';
import { figure } from '../e2e/figures.js';
import { bytes, document, objectEvent } from '../http/sampleEvents.js';
import { SingleNode, type Answer } from '../http/singleNode.js';
import { readCollection, readRequest, type BrunoRequest } from './bruno.js';
import { failures } from './brunoCheck.js';
import { showTable } from './table.js';

const FOLDER = join(DATA_FOLDER, 'epcis/rest-requests/fastnt-bruno');
const PLACE = 'urn:epc:id:sgln:0012345.11111.400';

/** Failures that are the collection's own: what it asks, how that is answered, and why. Any other status is a failure of ours. */
const EXPLAINED: readonly (readonly [file: RegExp, status: number, failure: RegExp, why: string])[] = [
  [/(EPCs|EventType|BizStep)_SubResources/, 200, /res\.body\.members/, 'the standard calls the list `member`, not `members`'],
  [/(ReadPoint|BizLocation|Dispositions)_SubResources/, 400, /./, 'the id in the request is no URI and no word of the standard'],
  [/Capture_Event_Sync/, 400, /./, 'its event is not valid; its check expects the 202 of /capture'],
  [/Capture_Request_Async/, 400, /./, 'its event is not valid, which is told at once'],
  [/Get_Individual_Event/, 404, /./, 'the event id of the OpenAPI’s example, which no event has'],
  [/Get_Capture_Job_Details\./, 404, /./, 'a job that this node never had'],
  [/List_events_for_a_Query/, 404, /./, 'nobody creates the query MyQuery'],
  [/Create_A_New_Query/, 201, /to\.equals\("queries/, 'it wants one relative Location; the standard allows absolute and relative ones'],
  [/Retrieve_Query_Definition/, 404, /./, 'sent to /epcis/queries below the base address, where the standard has nothing'],
  [/Subscribe_to_query|Unsubscribe/, 404, /./, 'both delete a subscription that this node never had']
];

const explanation = (file: string, status: number, failure: string): string | null =>
  EXPLAINED.find(([files, known, failures]) => files.test(file) && known === status && failures.test(failure))?.[3] ?? null;

describe('the reader of Bruno files', () => {
  it('reads requests with their checks, and leaves out what is switched off', () => {
    const text =
      'meta {\n  name: One\n  seq: 2\n}\n\npost {\n  url: {{baseUrl}}/x\n  body: json\n}\n\nheaders {\n  A: b\n  ~C: d\n}\n\n' +
      'body:json {\n  {\n    "a": {\n    }\n  }\n}\n\nassert {\n  res.status: eq 201\n  res.headers.location: isDefined\n}\n\n' +
      'tests {\n  test("T", function() {\n    expect(res.body.type).to.equals("X");\n  });\n}\n';
    expect(readRequest('one.bru', text)).toEqual({
      ...{ file: 'one.bru', name: 'One', method: 'POST', url: '{{baseUrl}}/x', headers: { A: 'b' }, variables: {} },
      body: '  {\n    "a": {\n    }\n  }\n',
      asserts: [
        { subject: 'res.status', operator: 'eq', value: '201' },
        { subject: 'res.headers.location', operator: 'isDefined', value: '' }
      ],
      tests: [{ name: 'T', expectations: ['expect(res.body.type).to.equals("X");'] }]
    });
    expect(readRequest('environment.bru', 'vars {\n  a: b\n}\n')).toBeNull();
  });
});

describeWithData('requests of another EPCIS project’s collection', () => {
  let node: SingleNode;

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    const events = [
      objectEvent({ bizStep: 'receiving', disposition: 'in_progress', readPoint: { id: PLACE }, bizLocation: { id: PLACE } }),
      objectEvent({ action: 'OBSERVE', bizStep: 'shipping', epcList: ['urn:epc:id:sgtin:0614141.107346.2018'] })
    ];
    expect((await node.job(await node.postEpcis('/epcis/v2/capture', bytes(document(events))))).json).toMatchObject({ success: true });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  function send(request: BrunoRequest): Promise<Answer> {
    const environment = { baseUrl: '/epcis/v2', perPage: '15', nextPageToken: '', captureId: 'none' };
    const variables: Record<string, string> = { ...environment, ...request.variables };
    const filled = request.url.replace(/\{\{(\w+)\}\}/g, (_, name: string) =>
      name === 'baseUrl' ? '/epcis/v2/' : encodeURIComponent(variables[name] ?? '').replaceAll('%3A', ':')
    );
    // Some of its addresses have a slash after the base and some have none.
    const path = filled.replaceAll(/\/{2,}/g, '/').replace(/^https:\/.*/, '/experiences');
    const type: Record<string, string> = request.body === null ? {} : { 'content-type': 'application/json' };
    return node.call(path, {
      method: request.method,
      headers: { authorization: `Bearer ${node.clerk.token()}`, ...type, ...request.headers },
      ...(request.body === null ? {} : { body: request.body })
    });
  }

  it('are answered as they expect, or it is known why not', async () => {
    const rows: string[][] = [];
    for (const request of readCollection(FOLDER)) {
      const answer = await send(request);
      const failed = failures(request, answer);
      const reasons = failed.map((failure) => explanation(request.file, answer.status, failure) ?? `UNEXPLAINED: ${failure}`);
      const checks = request.asserts.length + request.tests.length;
      const outcome = checks === 0 ? 'nothing is checked' : failed.length === 0 ? 'green' : [...new Set(reasons)].join('; ');
      rows.push([request.file, request.method, String(answer.status), outcome]);
      if (outcome.includes('not valid')) expect([request.file, answer.json['code']]).toEqual([request.file, 'EPCIS_INVALID']);
    }
    showTable('FasTnT’s Bruno collection', ['request', 'method', 'answered', 'outcome'], rows);
    const green = rows.filter(([, , , outcome]) => outcome === 'green').length;
    const unexplained = rows.filter(([, , , outcome]) => outcome?.includes('UNEXPLAINED'));
    figure('requests of the collection', rows.length, 'requests', { atLeast: 36 });
    figure('requests answered as expected', green, 'requests', { atLeast: 20 });
    figure('failures without explanation', unexplained.length, 'requests', { exactly: 0 });
    expect(unexplained).toEqual([]);
    expect(green).toBeGreaterThanOrEqual(20);
  }, 60_000);
});
