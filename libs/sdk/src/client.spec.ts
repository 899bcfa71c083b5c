import { toBase64Url } from '@lading/kernel';
import {
  configHash,
  configToJson,
  decodeCompactJws,
  decodeDetachedJws,
  encodeConfig,
  faults,
  toCompactJws,
  verifyC1Noble,
  verifyTransaction,
  type EpochConfig
} from '@lading/ledger';
import { newOrganization } from '../../../test/fixtures/testConfigChange.js';
import { testNetwork } from '../../../test/fixtures/testNetwork.js';
import { LadingClient, LadingError, signTransaction, chooseLanes, type ClientOptions } from './index.js';
import {
  json,
  problem,
  testServer,
  type Received,
  type Reply,
  type TestServer
} from '../../../test/cli/testServer.js';

const network = testNetwork();
const org = network.organization(0);
const signer = { ...org.memberKey('anna'), sign: (message: Uint8Array) => org.memberKey('anna').sign(message) };
const TX_ID = 'A'.repeat(43);
const COMMITTED = { txId: TX_ID, state: 'committed', height: 7, index: 0, status: 'APPLIED', code: '', detail: [] };

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(answer: (request: Received, n: number) => Reply | null): Promise<TestServer> {
  const server = await testServer(answer);
  open.push(server);
  return server;
}

function clientOf(urls: readonly string[], options: Partial<ClientOptions> = {}): LadingClient {
  return new LadingClient({
    urls,
    token: () => 'token-1',
    genesis: network.genesis,
    delay: () => Promise.resolve(),
    random: () => 0.5,
    ...options
  });
}

const sign = () =>
  signTransaction(
    {
      chainId: network.chainId,
      op: 'member.add',
      payload: new TextEncoder().encode('{}'),
      lanes: chooseLanes(network.config, org.id),
      nowMs: network.genesis.timeMs
    },
    signer
  );

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason
  );
  return error instanceof LadingError ? error.code : `not a LadingError: ${String(error)}`;
};

describe('a submission', () => {
  it('repeats the very same transaction while that can help, and returns the first outcome', async () => {
    const server = await serve((_, n) =>
      n === 0
        ? problem(429, 'MEMPOOL_FULL', true)
        : n === 1
          ? problem(504, 'COMMIT_TIMEOUT', true)
          : json(COMMITTED, 201)
    );
    const tx = await sign();
    const answer = await clientOf([server.url]).submitTransaction(tx);
    expect(answer).toMatchObject({ state: 'committed', height: 7 });
    expect(server.received.map(({ body }) => body)).toEqual([1, 2, 3].map(() => toCompactJws(tx)));
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      path: '/v1/transactions',
      headers: { 'content-type': 'application/jose' }
    });
  });

  it('does not repeat a refusal, and tells code, request id and pointers', async () => {
    const errors = [{ pointer: '/lanes', code: 'TX_LANE', detail: 'too many' }];
    const server = await serve(() => problem(400, 'TX_LANE', false, { errors }));
    const failure = await clientOf([server.url])
      .submitTransaction(await sign())
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'TX_LANE',
      status: 400,
      requestId: 'r-1',
      retryable: false,
      errors,
      detail: 'told: TX_LANE'
    });
    expect(server.received).toHaveLength(1);
  });

  it('that is only accepted is followed until it is committed', async () => {
    const view = { ...COMMITTED, timestampMs: 1, organization: 'a', member: 'b', operation: 'member.add', jws: null };
    const server = await serve(({ method }, n) =>
      method === 'POST'
        ? json({ ...COMMITTED, state: 'pending', height: null, index: null, status: null }, 202)
        : json({ ...view, state: n < 3 ? 'pending' : 'committed' })
    );
    expect(await clientOf([server.url]).submitTransaction(await sign())).toMatchObject({
      state: 'committed',
      height: 7
    });
    expect(server.received.at(-1)?.path).toBe(`/v1/transactions/${TX_ID}`);
  });

  it('goes to no node that its lanes do not list, even when that one answers', async () => {
    const listed = await serve(() => json(COMMITTED, 201));
    const other = await serve(() => json(COMMITTED, 201));
    await clientOf([other.url, listed.url], { writeUrls: [listed.url] }).submitTransaction(await sign());
    expect([listed.received.length, other.received.length]).toEqual([1, 0]);
  });
});

describe('reading', () => {
  it('asks the next node when one refuses connections', async () => {
    const gone = await testServer(() => null);
    await gone.close();
    const server = await serve(() => json([]));
    const exchanges: (number | string)[] = [];
    const client = clientOf([gone.url, server.url], { onExchange: ({ outcome }) => exchanges.push(outcome) });
    await codeOf(client.members());
    expect(server.received[0]?.headers.authorization).toBe('Bearer token-1');
    expect(exchanges).toEqual(['unreachable', 200]);
    await codeOf(client.members());
    expect(exchanges).toEqual(['unreachable', 200, 200]);
  });

  it('says NODE_UNREACHABLE after a few tries, and why', async () => {
    const gone = await testServer(() => null);
    await gone.close();
    const failure = await clientOf([gone.url])
      .status()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NODE_UNREACHABLE', status: null });
    expect(String(failure)).toContain('ECONNREFUSED');
  });

  it('ends with NODE_TIMEOUT when a node never answers, because the outcome is then unknown', async () => {
    const server = await serve(() => null);
    expect(await codeOf(clientOf([server.url], { timeoutMs: 60 }).members())).toBe('NODE_TIMEOUT');
  });

  it('stops at once when the caller aborts, with the reason of the caller', async () => {
    const controller = new AbortController();
    const server = await serve(() => {
      controller.abort(new Error('changed my mind'));
      return null;
    });
    await expect(clientOf([server.url]).members({ signal: controller.signal })).rejects.toThrow('changed my mind');
  });

  it('does not follow redirects, which would hand the token to another server', async () => {
    const thief = await serve(() => json([]));
    const server = await serve(() => ({ status: 302, headers: { location: `${thief.url}/v1/members` } }));
    expect(await codeOf(clientOf([server.url]).members())).toBe('NODE_UNREACHABLE');
    expect(thief.received).toEqual([]);
  });

  it('sends no token where none is needed', async () => {
    const server = await serve(() => json({}));
    await codeOf(clientOf([server.url]).status());
    expect(server.received[0]?.headers.authorization).toBeUndefined();
  });

  it('refuses an answer of another form instead of handing it on', async () => {
    const server = await serve(() => json({ organizations: 'none' }));
    expect(await codeOf(clientOf([server.url]).members())).toBe('ANSWER_INVALID');
  });

  it('passes on the failure of the token source: it is not a fault of the node', async () => {
    const server = await serve(() => json({}));
    const token = (): never => {
      throw new Error('KEY_FILE_MISSING');
    };
    await expect(clientOf([server.url], { token }).members()).rejects.toThrow('KEY_FILE_MISSING');
  });

  it('waits for a receipt that is not certified yet', async () => {
    const server = await serve((_, n) =>
      n < 2 ? problem(409, 'NOT_CERTIFIED_YET', true) : { status: 200, body: '{"format"' }
    );
    expect(await clientOf([server.url]).receipt(TX_ID)).toEqual({ text: '{"format"' });
  });
});

describe('queries', () => {
  const page = (ids: readonly string[], link?: string): Reply =>
    json(
      { epcisBody: { queryResults: { resultsBody: { eventList: ids.map((eventID) => ({ eventID })) } } } },
      200,
      link === undefined ? {} : { link: `<${link}>; rel="next"` }
    );

  it('walk through the pages as the loop consumes them', async () => {
    const server = await serve((_, n) =>
      n === 0 ? page(['a', 'b'], '/epcis/v2/events?nextPageToken=2&EQ_bizStep=shipping') : page(['c'])
    );
    const ids: unknown[] = [];
    for await (const event of clientOf([server.url]).events({ EQ_bizStep: ['shipping', 'receiving'], perPage: 2 })) {
      if (ids.length === 0) expect(server.received).toHaveLength(1);
      ids.push(event['eventID']);
    }
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(server.received.map(({ path }) => path)).toEqual([
      '/epcis/v2/events?EQ_bizStep=shipping%7Creceiving&perPage=2',
      '/epcis/v2/events?nextPageToken=2&EQ_bizStep=shipping'
    ]);
  });

  it('do not follow a next page on another server', async () => {
    const server = await serve(() => page(['a'], 'http://127.0.0.2:1/epcis/v2/events'));
    const all = async (): Promise<void> => {
      for await (const event of clientOf([server.url]).events()) expect(event['eventID']).toBe('a');
    };
    expect(await codeOf(all())).toBe('ANSWER_INVALID');
  });
});

describe('a capture', () => {
  it('of one event is signed over the exact body and names the event', async () => {
    const server = await serve(() => ({ status: 201, headers: { location: '/epcis/v2/events/urn%3Auuid%3A1' } }));
    const event = '{ "type": "ObjectEvent",  "eventID": "urn:uuid:1" }';
    const result = await clientOf([server.url]).capture(`\ufeff${event}`, signer);
    expect(result).toMatchObject({ eventId: 'urn:uuid:1', replayed: false, job: null });
    const [request] = server.received;
    expect([request?.path, request?.body]).toEqual(['/epcis/v2/events', event]);
    const tx = decodeDetachedJws(String(request?.headers['lading-signature']), new TextEncoder().encode(request?.body));
    expect(tx.ok && verifyTransaction(tx.value, verifyC1Noble)).toBe(true);
    expect(tx.ok && tx.value.header).toMatchObject({
      op: 'epcis.capture',
      lanes: chooseLanes(network.config, org.id)
    });
  });

  it('of a document returns the finished job', async () => {
    const job = {
      captureID: 'c',
      createdAt: '',
      running: true,
      success: false,
      captureErrorBehaviour: 'rollback',
      errors: [],
      parts: []
    };
    const part = { txId: TX_ID, state: 'committed', height: 3, index: 0, code: '' };
    const server = await serve(({ method }, n) =>
      method === 'POST'
        ? { status: 202, headers: { location: '/epcis/v2/capture/c' } }
        : json(n < 3 ? job : { ...job, running: false, success: true, parts: [part] })
    );
    const document = { type: 'EPCISDocument', epcisBody: { eventList: [{}] } };
    const result = await clientOf([server.url]).capture(document, signer);
    expect(result.job).toMatchObject({ running: false, success: true });
    expect(server.received.map(({ path }) => path).slice(-1)).toEqual(['/epcis/v2/capture/c']);
  });

  it('of a file that is no JSON is refused here with the place, before anything is sent', async () => {
    const server = await serve(() => json({}));
    const failure = await clientOf([server.url])
      .capture('{"a":1,"a":2}', signer)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'JSON_DUPLICATE_KEY', errors: [{ pointer: '/a' }] });
    expect(server.received).toEqual([]);
  });
});

it('lanes are the own organization and f more, whatever its place in the list', () => {
  for (const { id } of network.organizations) {
    const lanes = chooseLanes(network.config, id);
    expect(lanes[0]).toBe(id);
    expect(new Set(lanes).size).toBe(faults(4) + 1);
  }
});

describe('lanes after a change of the network', () => {
  const joiner = newOrganization('zucker-ag', 'sdk joiner');
  const present: EpochConfig = {
    ...network.config,
    epoch: 3,
    organizations: [...network.config.organizations.slice(1), joiner.config]
  };
  const view = json({
    ...configToJson(present),
    ...{ chainId: toBase64Url(network.chainId), name: 'n', epoch: 3, startHeight: 9, height: 9, quorum: 3, faults: 1, epochs: [] },
    configHash: toBase64Url(configHash(present)),
    config: toBase64Url(encodeConfig(present))
  });
  const operation = { op: 'member.add', payload: new TextEncoder().encode('{}') };
  const lanesOf = (request: Received | undefined): readonly string[] => {
    const tx = decodeCompactJws(request?.body ?? '');
    return tx.ok ? tx.value.header.lanes : [];
  };

  it('are those of genesis without asking, as long as nobody objects', async () => {
    const { url, received } = await serve(() => json(COMMITTED, 201));
    await clientOf([url]).perform(operation, signer);
    expect(received.map(({ path }) => path)).toEqual(['/v1/transactions']);
  });

  it('are those in force for an organization that genesis does not know', async () => {
    const { url, received } = await serve(({ path }) => (path === '/v1/network' ? view : json(COMMITTED, 201)));
    const client = clientOf([url]);
    await client.perform(operation, joiner.admin);
    await client.perform(operation, joiner.admin);
    expect(received.map(({ path }) => path)).toEqual(['/v1/network', '/v1/transactions', '/v1/transactions']);
    expect(lanesOf(received[1])).toEqual(['zucker-ag', 'food-authority']);
  });

  it('are asked for again once when a node refuses them, and signed anew', async () => {
    const { url, received } = await serve(({ path }, n) =>
      path === '/v1/network' ? view : n === 0 ? problem(400, 'TX_LANE', false) : json(COMMITTED, 201)
    );
    const other = { ...network.organization(3).admin };
    await clientOf([url]).perform(operation, other);
    expect(received.map(({ path }) => path)).toEqual(['/v1/transactions', '/v1/network', '/v1/transactions']);
    expect(lanesOf(received[2])).toEqual(['port-logistics', 'zucker-ag']);
    const stubborn = await serve(({ path }) => (path === '/v1/network' ? view : problem(400, 'TX_LANE', false)));
    expect(await codeOf(clientOf([stubborn.url]).perform(operation, other))).toBe('TX_LANE');
  });

  it('are refused from a node that shows the config of another network', async () => {
    const foreign = testNetwork({ seed: 'elsewhere' });
    const config = toBase64Url(encodeConfig(foreign.config));
    const { url } = await serve(() => json({ ...(JSON.parse(view.body ?? '') as object), config }));
    expect(await codeOf(clientOf([url]).perform(operation, joiner.admin))).toBe('ANSWER_INVALID');
  });
});
