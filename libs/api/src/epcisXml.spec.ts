import { acceptWeights, ApiFault, captureJobXml, problemOf, problemXml, topLevelXml, wantsXmlProblem, type CaptureJob } from './index.js';

const context = { path: '/epcis/v2/events', requestId: 'r1' };
const body = (xml: string): string => xml.slice(xml.indexOf('\n') + 1);

describe('problems in XML', () => {
  it('have the name that the OpenAPI gives them, and every member of the JSON form', () => {
    const errors = [{ pointer: '/a', code: 'FIELD_TYPE', detail: 'x' }];
    const fault = new ApiFault('PARAMETER_INVALID', 'a < b & "c"', { errors, data: { n: 1 } });
    const xml = problemXml(problemOf(fault, context));
    expect(body(xml)).toMatch(/^<epcis:EPCISException xmlns:epcis="urn:epcglobal:epcis:xsd:2"><type>epcisException:\w+<\/type><title>/);
    expect(xml).toContain('<status>400</status><detail>a &lt; b &amp; &quot;c&quot;</detail><instance>urn:lading:request:r1</instance>');
    expect(xml).toContain('<code>PARAMETER_INVALID</code><requestId>r1</requestId><retryable>false</retryable>');
    expect(xml).toContain('<errors><pointer>/a</pointer><code>FIELD_TYPE</code><detail>x</detail></errors><data>{&quot;n&quot;:1}</data>');
  });

  it('stay XML when they quote what XML does not have', () => {
    const xml = problemXml(problemOf(new ApiFault('PARAMETER_INVALID', 'a\u0000b\uD800'), context));
    expect(xml).toContain('<detail>a\uFFFDb\uFFFD</detail>');
  });

  it.each([
    [undefined, false],
    ['*/*', false],
    ['application/json', false],
    ['application/problem+json', false],
    ['application/xml', true],
    ['text/xml;q=0.5, application/json;q=0.4', true],
    ['application/problem+xml', true],
    ['application/xml, application/json', false]
  ])('Accept: %s wants them so: %s', (accept, wanted) => {
    expect(wantsXmlProblem(accept)).toBe(wanted);
  });
});

describe('jobs and resources in XML', () => {
  const job: CaptureJob = {
    ...{ captureID: 'a"b', createdAt: '2026-01-01T00:00:00Z', running: false, success: false, captureErrorBehaviour: 'proceed' },
    errors: [
      { type: 'epcisException:ValidationException', title: 't', status: 400, detail: 'd', code: 'NOT_HOLDER', txId: null, eventIndex: 2 }
    ],
    parts: [{ txId: 'x', state: 'committed', height: 4, index: 0, code: '' }]
  };

  it('a job says what it is in attributes, and each error as a problem', () => {
    expect(body(captureJobXml(job))).toBe(
      '<epcis:EPCISCaptureJob xmlns:epcis="urn:epcglobal:epcis:xsd:2" captureID="a&quot;b" running="false" success="false">' +
        '<createdAt>2026-01-01T00:00:00Z</createdAt><captureErrorBehaviour>proceed</captureErrorBehaviour>' +
        '<epcis:EPCISException><type>epcisException:ValidationException</type><title>t</title><status>400</status><detail>d</detail>' +
        '<code>NOT_HOLDER</code><eventIndex>2</eventIndex></epcis:EPCISException>' +
        '<parts><txId>x</txId><state>committed</state><height>4</height><index>0</index><code></code></parts></epcis:EPCISCaptureJob>\n'
    );
  });

  it('resources are members of one list', () => {
    expect(body(topLevelXml(['events', 'epcs']))).toBe(
      '<TopLevelResourceCollection><type>Collection</type><member>events</member><member>epcs</member></TopLevelResourceCollection>\n'
    );
  });

  it('weights are those of the header, and JSON without one', () => {
    expect(acceptWeights(undefined)).toEqual({ json: 1, xml: 0 });
    expect(acceptWeights('text/xml;q=0.3, application/*;q=0.2')).toEqual({ json: 0.2, xml: 0.3 });
    expect(acceptWeights('text/csv')).toEqual({ json: 0, xml: 0 });
  });
});
