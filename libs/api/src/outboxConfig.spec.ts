import { outboxConfigSchema, withOutboxFiles } from './index.js';

const nats = { kind: 'nats', servers: ['nats.example:4222'] };

describe('outbox in node.json', () => {
  it('has TLS, the stream LADING and the beginning of the ledger unless it says otherwise', () => {
    expect(outboxConfigSchema.parse(nats)).toEqual({
      ...nats,
      ...{ stream: 'LADING', createStream: true, replicas: 1, duplicateWindowSeconds: 600 },
      ...{ from: 'beginning', skipMissing: false, tls: {} }
    });
    expect(outboxConfigSchema.parse({ kind: 'kafka', servers: ['k:9092'] })).toMatchObject({ topic: 'lading', tls: {} });
  });

  it.each([
    ['another kind', { kind: 'amqp' }],
    ['no server', { servers: [] }],
    ['a server without a port', { servers: ['nats.example'] }],
    ['a stream name with a dot', { stream: 'a.b' }],
    ['a password instead of its file', { login: { user: 'x', password: 'y' } }],
    ['tls as true', { tls: true }],
    ['a member that nobody knows', { topic: 'x' }]
  ])('refuses %s', (_, change) => {
    expect(outboxConfigSchema.safeParse({ ...nats, ...change }).success).toBe(false);
  });

  it('has its files where node.json is, or where the environment says', () => {
    const config = outboxConfigSchema.parse({ ...nats, tls: { caFile: 'ca.pem' }, login: { credentialsFile: 'nats.creds' } });
    const seen: string[] = [];
    const resolved = withOutboxFiles(config, (name, path) => {
      seen.push(name);
      return `/etc/${path}`;
    });
    expect(resolved).toMatchObject({ ...nats, tls: { caFile: '/etc/ca.pem' }, login: { credentialsFile: '/etc/nats.creds' } });
    expect(seen.sort()).toEqual(['caFile', 'credentialsFile']);
  });
});
