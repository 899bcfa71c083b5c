import {
  ApiFault,
  codeEntry,
  CODES,
  LineCutter,
  openApiSchemas,
  parseNodeConfig,
  preferredWaitSeconds,
  problemOf
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

  const lines = (chunks: readonly string[], maxBytes = 100): (string | null)[] => {
    const cutter = new LineCutter(maxBytes);
    const found = [...chunks.flatMap((chunk) => cutter.push(Buffer.from(chunk))), ...cutter.end()];
    return found.map((line) => (line === null ? null : Buffer.from(line).toString()));
  };

  it('cuts lines without empty ones and without carriage returns', () => {
    expect(lines(['a\r\n\nb\n\r\nc'])).toEqual(['a', 'b', 'c']);
    expect(lines([])).toEqual([]);
  });

  it('cuts the same lines wherever chunks end', () => {
    const text = 'first\r\nsecond line\n\nthird\r\n\r\nlast';
    const whole = lines([text]);
    expect(whole).toEqual(['first', 'second line', 'third', 'last']);
    for (let at = 0; at <= text.length; at++) expect(lines([text.slice(0, at), text.slice(at)])).toEqual(whole);
    expect(lines([...text])).toEqual(whole);
  });

  it('holds no line that is too long, says so in its place, and reads on', () => {
    for (const chunks of [['12345\n123456\n12\n'], [...'12345\n123456\n12\n'], ['12345\r\n123456\r\n12']])
      expect(lines(chunks, 5)).toEqual(['12345', null, '12']);
    expect(lines(['x'.repeat(50), 'x'.repeat(50), '\nok'], 5)).toEqual([null, 'ok']);
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
