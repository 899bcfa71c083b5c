import {
  ApiFault,
  codeEntry,
  CODES,
  openApiSchemas,
  parseNodeConfig,
  preferredWaitSeconds,
  problemOf,
  splitLines
} from './index.js';

describe('the registry of codes', () => {
  it('gives every code a status of its class, and a wait to those worth repeating', () => {
    for (const [code, { status, retryable, retryAfterSeconds }] of Object.entries(CODES)) {
      expect([code, status >= 400 && status < 600]).toEqual([code, true]);
      expect([code, retryable]).toEqual([code, retryAfterSeconds !== undefined]);
    }
  });

  it('answers families and unknown refusals of contracts, never a prototype’s member', () => {
    expect(codeEntry('JSON_DEPTH').status).toBe(400);
    expect(codeEntry('SOME_RULE_OF_A_CONTRACT')).toMatchObject({ status: 409, retryable: false });
    expect(codeEntry('constructor').status).toBe(409);
  });
});

describe('problem documents', () => {
  const fault = new ApiFault('PARAMETER_UNKNOWN', 'what and what to do', {
    errors: [{ pointer: '/a', code: 'X', detail: 'y' }]
  });

  it('point to the code’s page, and under /epcis name the standard’s exception', () => {
    const context = { path: '/v1/items/1', requestId: 'r' };
    expect(problemOf(fault, context)).toEqual({
      type: '/errors/PARAMETER_UNKNOWN',
      title: 'Unknown parameter',
      status: 400,
      detail: 'what and what to do',
      instance: '/v1/items/1',
      code: 'PARAMETER_UNKNOWN',
      requestId: 'r',
      retryable: false,
      errors: [{ pointer: '/a', code: 'X', detail: 'y' }]
    });
    expect(problemOf(fault, { ...context, path: '/epcis/v2/events' })).toMatchObject({
      type: 'epcisException:QueryParameterException',
      instance: 'urn:lading:request:r'
    });
    expect(problemOf(fault, { ...context, path: '/epcisx' }).type).toBe('/errors/PARAMETER_UNKNOWN');
  });
});

describe('headers and bodies', () => {
  it('reads Prefer: wait among other preferences', () => {
    expect(preferredWaitSeconds('respond-async, wait=10')).toBe(10);
    expect(preferredWaitSeconds('wait = 5')).toBe(5);
    for (const header of [undefined, '', 'wait', 'wait=-1', 'wait=1.5', 'await=3', 'wait=99999']) {
      expect([header, preferredWaitSeconds(header)]).toEqual([header, null]);
    }
  });

  it('splits lines without empty ones and without carriage returns', () => {
    const lines = splitLines(Buffer.from('a\r\n\nb\n\r\nc'));
    expect(lines.map((line) => Buffer.from(line).toString())).toEqual(['a', 'b', 'c']);
    expect(splitLines(new Uint8Array())).toEqual([]);
  });
});

describe('node.json', () => {
  const good = {
    organization: 'finca-alta',
    genesis: 'genesis.json',
    dataDirectory: 'data',
    http: { host: '127.0.0.1', port: 4101 },
    peer: { host: '127.0.0.1', port: 4201 },
    peers: { 'port-logistics': '127.0.0.1:4202' },
    database: { urlFile: 'database.url' },
    keys: { validator: 'v.json', tlsKey: 'k.pem', tlsCertificate: 'c.pem' }
  };

  it('is taken with its defaults', () => {
    expect(parseNodeConfig(good)).toMatchObject({ ok: true, value: { log: 'human' } });
  });

  it('is refused with one line for every fault, unknown fields among them', () => {
    const bad = { ...good, http: { host: '127.0.0.1', port: 70_000 }, peers: { a: 'nowhere' }, colour: 'red' };
    const parsed = parseNodeConfig(bad);
    expect(parsed.ok ? [] : parsed.faults).toHaveLength(3);
    expect(parsed.ok ? '' : parsed.faults.join()).toMatch(/http\.port: .*peers\.a: .*colour/);
  });
});

describe('schemas of answers', () => {
  it('are plain JSON Schemas that OpenAPI can hold', () => {
    const schemas = openApiSchemas();
    expect(schemas.Problem).toMatchObject({ type: 'object', required: expect.arrayContaining(['code', 'requestId']) });
    for (const schema of Object.values(schemas)) expect(schema).not.toHaveProperty('$schema');
  });
});
