import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NETWORK_FILES } from '@lading/identity';
import { examineBroker } from './broker.js';

const BASE = {
  organization: 'finca-alta',
  genesis: 'genesis.json',
  dataDirectory: 'data',
  http: { host: '127.0.0.1', port: 1 },
  peer: { host: '127.0.0.1', port: 2 },
  peers: {},
  database: { urlFile: 'database.url' },
  keys: { validator: 'v', tlsKey: 'k', tlsCertificate: 'c' }
};

describe('lading doctor, of the broker of an outbox', () => {
  let folder: string;
  let server: Server;
  let greeting = '';
  const configure = (more: object): void => writeFileSync(join(folder, NETWORK_FILES.node), JSON.stringify({ ...BASE, ...more }));
  const examine = async (): Promise<readonly string[]> =>
    (await examineBroker('finca-alta', folder, null)).map(({ state, what, cause }) => `${state} ${what} ${cause}`.trim());
  const address = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lading-broker-'));
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (greeting === '') socket.end();
      else socket.write(greeting);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await new Promise((resolve) => server.close(resolve));
  });

  it('says nothing where there is none, or no node.json', async () => {
    expect(await examine()).toEqual([]);
    configure({});
    expect(await examine()).toEqual([]);
  });

  it('tells a server with JetStream from one without, and from one that says nothing', async () => {
    configure({ outbox: { kind: 'nats', servers: [address()] } });
    greeting = 'INFO {"server_id":"x","jetstream":true,"tls_required":true} \r\n';
    expect(await examine()).toEqual([expect.stringMatching(/^good finca-alta: the NATS server .* answers, with JetStream$/)]);
    greeting = 'INFO {"server_id":"x"} \r\n';
    expect(await examine()).toEqual([expect.stringMatching(/^bad .* has no JetStream it was started without it$/)]);
    greeting = '';
    expect(await examine()).toEqual([expect.stringMatching(/^unknown /)]);
  });

  it('tells which of several servers does not answer', async () => {
    greeting = 'INFO {"jetstream":true} \r\n';
    configure({ outbox: { kind: 'nats', servers: [address(), '127.0.0.1:1'] } });
    expect(await examine()).toEqual([expect.stringMatching(/^good /), expect.stringMatching(/^bad .*127\.0\.0\.1:1 does not answer/)]);
    configure({ outbox: { kind: 'kafka', servers: [address()] } });
    expect(await examine()).toEqual([expect.stringMatching(/^good finca-alta: the Kafka broker .* takes connections$/)]);
  });
});
