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

/** Failures that are the collection's own: what it asks, and why no server that follows the standard answers so. */
const EXPLAINED: readonly (readonly [file: RegExp, failure: RegExp, why: string])[] = [
  [/SubResources_List/, /res\.body\.members/, 'the standard calls the list `member`, as the collection’s own server does'],
  [/Get_(ReadPoint|BizLocation|Disposition)s?_SubResources/, /./, 'the id in the request is no URI and no word: 400'],
  [/Capture_Event_Sync/, /./, 'its event is not valid (words instead of URIs), and it expects the 202 of /capture'],
  [/Capture_Request_Async/, /./, 'its event is not valid: 400 with pointers, where its own server looks later'],
  [/Get_Individual_Event/, /./, 'the event id of the OpenAPI’s example, which no event has: 404'],
  [/Get_Capture_Job_Details\./, /./, 'a job number of somebody’s own server: 404'],
  [/List_events_for_a_Query/, /./, 'nobody creates the query MyQuery: 404'],
  [/Create_A_New_Query/, /to\.equals\("queries/, 'Location is an absolute path; the standard allows absolute and relative'],
  [/Retrieve_Query_Definition/, /./, 'sent to /epcis/queries under the base address, with version 1.2.0: 404'],
  [/Subscribe_to_query|Unsubscribe/, /./, 'both delete a subscription of somebody’s own server: 404'],
  [/Experiences/, /./, 'not a request to an EPCIS server']
];

const explanation = (file: string, failure: string): string | null =>
  EXPLAINED.find(([files, failures]) => files.test(file) && failures.test(failure))?.[2] ?? null;

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
      const reasons = failed.map((failure) => explanation(request.file, failure) ?? `UNEXPLAINED: ${failure}`);
      rows.push([request.file, request.method, String(answer.status), failed.length === 0 ? 'green' : [...new Set(reasons)].join('; ')]);
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
