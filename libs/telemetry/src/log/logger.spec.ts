import { createSecretKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import { Logger, NestLogger, redact, redactText } from '../index.js';
import type { LogFormat, LogLevel } from '../index.js';

const NOW = Date.UTC(2026, 10, 2, 12, 34, 56, 789);

function logger(format: LogFormat, level: LogLevel = 'info'): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  return { log: new Logger({ format, level, write: (line) => lines.push(line), nowMs: () => NOW }), lines };
}

describe('log lines', () => {
  it('are one line for people', () => {
    const { log, lines } = logger('human');
    log
      .child('consensus', { height: 27 })
      .info('Block 27', { transactions: 41, leader: 'finca-alta', note: 'two words', tags: ['a'] });
    expect(lines).toEqual([
      '12:34:56.789 INFO  consensus Block 27 height=27 transactions=41 leader=finca-alta note="two words" tags=["a"]\n'
    ]);
  });

  it('are one JSON object a line, whose own members no field can replace', () => {
    const { log, lines } = logger('json');
    log.warn('Peer lost', { level: 'info', message: 'x', organization: 'bravo' });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { time: '2026-11-02T12:34:56.789Z', level: 'warn', name: 'node', message: 'Peer lost', organization: 'bravo' }
    ]);
  });

  it('stay one line whatever is in them: nobody writes a second entry or steers the terminal', () => {
    for (const format of ['human', 'json'] as const) {
      const { log, lines } = logger(format);
      log.info('first\nsecond \u001b[2J \u2028', { 'a\nb': 'c\r\nd', deep: { e: 'f\ng' } });
      expect(lines.length).toBe(1);
      const text = lines[0] as string;
      expect(text.slice(0, -1)).not.toMatch(/[\n\r\u001b]/);
      expect(text.endsWith('\n')).toBe(true);
    }
  });

  it('below the level are dropped', () => {
    const { log, lines } = logger('human', 'warn');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines.length).toBe(2);
  });

  it('of Nest come through the same door', () => {
    const { log, lines } = logger('json', 'debug');
    const nest = new NestLogger(log);
    nest.log('Mapped {/status, GET}', 'RouterExplorer');
    nest.error(new Error('seed=abcdef'), 'stack', 'ExceptionsHandler');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'debug', context: 'RouterExplorer' },
      { level: 'error', context: 'ExceptionsHandler', message: 'seed=[redacted]' }
    ]);
  });
});

describe('secrets in logs', () => {
  it('do not appear, whichever way they get in (canaries)', async () => {
    const seed = Uint8Array.from({ length: 32 }, (_, i) => 200 + (i % 50));
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const cryptoKey = await webcrypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']);
    const token = 'eyJhbGciOiJFZDI1NTE5In0.eyJpc3MiOiJjYW5hcnkifQ.Y2FuYXJ5LXNpZ25hdHVyZQ';
    const canaries = [
      'canary-',
      'Y2FuYXJ5',
      pem.split('\n')[1] as string,
      Buffer.from(seed).toString('hex'),
      Buffer.from(seed).toString('base64url'),
      [...seed.slice(0, 4)].join(',')
    ];
    const carriers: Record<string, unknown> = {
      bytes: seed,
      nested: { deep: [{ buffer: Buffer.from(seed) }, seed.buffer, new DataView(seed.buffer)] },
      keyObject: privateKey,
      secretKeyObject: createSecretKey(seed),
      cryptoKey,
      signer: { publicKey: 'x', sign: () => seed, hidden: 'canary-1' },
      passphrase: 'canary-2',
      tokenKey: { seed: 'canary-3' },
      databaseUrl: 'canary-4',
      keyPem: 'canary-5',
      headers: { authorization: 'Bearer canary-6', cookie: 'canary-7' },
      text: `could not read ${pem}`,
      header: 'Authorization: Bearer canary-8',
      url: 'postgres://node:canary-9@127.0.0.1:5432/lading',
      parsedUrl: new URL('postgres://node:canary-10@127.0.0.1/x'),
      json: '{"version":1,"seed":"canary-11"}',
      assignment: 'PASSPHRASE=canary-12',
      jwt: token,
      map: new Map([['secret', 'canary-13']]),
      error: new Error(`cannot open with password: canary-14 and ${token}`, { cause: new Error('seed: canary-15') })
    };
    for (const format of ['human', 'json'] as const) {
      const { log, lines } = logger(format);
      log.error(`token ${token} refused`, carriers);
      for (const [name, value] of Object.entries(carriers)) log.child('x', { [name]: value }).error(String(name));
      const all = lines.join('');
      for (const canary of canaries) expect(all).not.toContain(canary);
      expect(all).toContain('<32 bytes>');
    }
  });

  it('are looked for in bounded time, in texts and structures of any size', () => {
    const hostile = [
      'eyJ-'.repeat(50_000),
      '-----BEGIN PRIVATE KEY'.repeat(9000),
      'a://'.repeat(50_000),
      'seed'.repeat(50_000)
    ];
    for (const text of hostile) expect(redactText(text).length).toBeLessThan(2100);
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(JSON.stringify(redact(cycle))).toContain('…');
    expect((redact(Array.from({ length: 1000 }, (_, i) => i)) as unknown[]).length).toBe(51);
  });

  it('leave everything else readable', () => {
    expect(
      redact({ kid: 'finca-alta/ana#abc', publicKey: 'abc', height: 3, big: 10n, when: new Date(NOW), none: null })
    ).toEqual({
      kid: 'finca-alta/ana#abc',
      publicKey: 'abc',
      height: 3,
      big: '10',
      when: '2026-11-02T12:34:56.789Z',
      none: null
    });
    expect(redact(Object.assign(new Error('gone'), { code: 'ECONNRESET', request: 'big' }))).toMatchObject({
      code: 'ECONNRESET',
      message: 'gone'
    });
  });
});
