import { toBase64Url } from '@lading/kernel';
import { bytes, CONTEXT, lot, objectEvent, pallet, serial, type Event } from './sampleEvents.js';
import { ORGANIZATION, SingleNode, type Answer } from './singleNode.js';

const EVENTS = '/epcis/v2/events';
const hour = (n: number): string => `2026-05-01T${String(n).padStart(2, '0')}:00:00.000Z`;
const common = { '@context': CONTEXT, eventTimeZoneOffset: '+00:00' };

interface TraceAnswer {
  readonly item: string;
  readonly truncated: boolean;
  readonly items: readonly { item: string; depth: number; kind: string }[];
  readonly edges: readonly { kind: string; from: string; to: string; event: number; until: string | null }[];
  readonly events: readonly { eventID: string; organization: string; txId: string }[];
  readonly errorDeclared: readonly { eventID: string }[];
}

const trace = (answer: Answer): TraceAnswer => answer.json as unknown as TraceAnswer;

describe('trace, items, proofs and blocks', () => {
  let node: SingleNode;
  const ids: string[] = [];
  let count = 0;
  const id = (): string => `urn:uuid:00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`;

  async function capture(event: Event): Promise<Answer> {
    const eventID = id();
    ids.push(eventID);
    const answer = await node.postEpcis(EVENTS, bytes({ ...common, eventID, ...event }));
    expect([answer.status, answer.json['eventID']]).toEqual([201, eventID]);
    return answer;
  }

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    const green = [{ epcClass: lot('GREEN'), quantity: 100, uom: 'KGM' }];
    await capture(
      objectEvent({ bizStep: 'creating_class_instance', eventTime: hour(1), epcList: [], quantityList: green })
    );
    await capture({
      type: 'TransformationEvent',
      eventTime: hour(2),
      inputQuantityList: green,
      outputEPCList: [serial('BAG-1'), serial('BAG-2')]
    });
    await capture({
      type: 'AggregationEvent',
      action: 'ADD',
      bizStep: 'packing',
      eventTime: hour(3),
      parentID: pallet(7),
      childEPCs: [serial('BAG-1')]
    });
    await capture(
      objectEvent({ action: 'OBSERVE', bizStep: 'storing', eventTime: hour(4), epcList: [serial('BAG-2')] })
    );
  }, 120_000);

  afterAll(() => node.stop(), 60_000);

  it('leads back from a bag to the lot it was made of, asked for by serial, URN or Digital Link', async () => {
    const spellings = ['BAG-1', serial('BAG-1'), 'https://example.org/01/04012345111118/21/BAG-1'];
    const answers = await Promise.all(spellings.map((text) => node.get(`/v1/trace/${encodeURIComponent(text)}`)));
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('lading-height')).toBe(String(node.height));
      const { item, items, events, edges, truncated } = trace(answer);
      expect([item, truncated]).toEqual(['https://id.gs1.org/01/04012345111118/21/BAG-1', false]);
      expect(items.map((one) => one.item).some((uri) => uri.endsWith('/10/GREEN'))).toBe(true);
      expect(events.map(({ eventID }) => eventID)).toEqual(ids.slice(0, 3));
      expect(edges.map(({ kind }) => kind).sort()).toEqual(['containment', 'transformation', 'transformation']);
      expect(edges.find(({ kind }) => kind === 'containment')?.until).toBeNull();
    }
  });

  it('leads forward from the lot to everything made of it', async () => {
    const { items } = trace(await node.get('/v1/trace/GREEN?direction=forward'));
    expect(items.map(({ item }) => item.split('/').at(-1))).toEqual(
      expect.arrayContaining(['GREEN', 'BAG-1', 'BAG-2'])
    );
    const refused = await node.get('/v1/trace/GREEN?direction=sideways');
    expect([refused.status, refused.json['code']]).toEqual([400, 'PARAMETER_INVALID']);
  });

  it('lists the candidates when a lot or serial means several things', async () => {
    await capture(
      objectEvent({
        bizStep: 'creating_class_instance',
        eventTime: hour(5),
        epcList: [],
        quantityList: [{ epcClass: 'urn:epc:class:lgtin:4012345.033333.GREEN', quantity: 1, uom: 'KGM' }]
      })
    );
    const answer = await node.get('/v1/trace/GREEN');
    expect([answer.status, answer.json['code']]).toEqual([409, 'AMBIGUOUS_ITEM']);
    expect((answer.json['data'] as unknown as string[]).every((uri) => uri.endsWith('/10/GREEN'))).toBe(true);
    expect(answer.json['data']).toHaveLength(2);
  });

  it('shows an item with its state and its story', async () => {
    const answer = await node.get('/v1/items/BAG-1');
    expect(answer.json).toMatchObject({
      kind: 'instance',
      status: 'IN_PARENT',
      custodian: ORGANIZATION,
      eventCount: 2
    });
    expect((answer.json['events'] as unknown as { eventID: string }[]).map(({ eventID }) => eventID)).toEqual([
      ids[1],
      ids[2]
    ]);
    const pack = await node.get(`/v1/items/${encodeURIComponent(pallet(7))}`);
    expect(pack.json['state']).toMatchObject({ children: ['https://id.gs1.org/01/04012345111118/21/BAG-1'] });
  });

  it('keeps events that were declared wrong out of the trace and lists them apart', async () => {
    const wrong = objectEvent({
      action: 'OBSERVE',
      bizStep: 'storing',
      eventTime: hour(6),
      epcList: [serial('BAG-1')],
      eventID: id()
    });
    await node.postEpcis(EVENTS, bytes(wrong));
    const declared = { ...wrong, errorDeclaration: { declarationTime: hour(7), reason: 'did_not_occur' } };
    expect((await node.postEpcis(EVENTS, bytes(declared))).status).toBe(201);
    const { events, errorDeclared } = trace(await node.get('/v1/trace/BAG-1'));
    expect(events.map(({ eventID }) => eventID)).not.toContain(wrong['eventID']);
    expect(errorDeclared.map(({ eventID }) => eventID)).toEqual([wrong['eventID'], wrong['eventID']]);
  });

  it('gives a receipt by transaction id and by event id once the block is certified', async () => {
    const byEvent = await certified(`/v1/proofs/receipt/${encodeURIComponent(ids[0] ?? '')}`);
    expect(byEvent.headers.get('content-type')).toBe('application/vnd.lading.receipt+json');
    const { events } = trace(await node.get('/v1/items/BAG-2'));
    const byTransaction = await certified(`/v1/proofs/receipt/${events[0]?.txId ?? ''}`);
    expect(JSON.parse(byTransaction.text)).toHaveProperty('transaction');
  });

  /** Certification follows the last block after 100 ms; until then the answer says so. */
  async function certified(path: string): Promise<Answer> {
    for (;;) {
      const answer = await node.get(path);
      if (answer.status === 200) return answer;
      expect([answer.status, answer.json['code'], answer.headers.get('retry-after')]).toEqual([
        409,
        'NOT_CERTIFIED_YET',
        '1'
      ]);
    }
  }

  it('shows blocks, the latest one and genesis', async () => {
    const latest = await node.get('/v1/blocks/latest');
    expect(latest.json).toMatchObject({
      height: node.height,
      txCount: 1,
      proposer: ORGANIZATION,
      signers: [ORGANIZATION]
    });
    const genesis = await node.get('/v1/blocks/0');
    expect(genesis.json).toMatchObject({ height: 0, txCount: 0, transactions: [] });
    const first = await node.get('/v1/blocks/1');
    expect(first.json['parentHash']).toBe(genesis.json['blockHash']);
    expect(first.headers.get('cache-control')).toMatch(/immutable/);
  });

  it('shows who is in the network, and what the node thinks of itself', async () => {
    const members = await node.get('/v1/members');
    expect(members.json).toMatchObject({
      organizations: [
        {
          id: ORGANIZATION,
          members: expect.arrayContaining([
            expect.objectContaining({ id: `${ORGANIZATION}/clerk`, roles: ['capture', 'query'] })
          ]),
          keys: expect.arrayContaining([expect.objectContaining({ purpose: 'token', status: 'active' })])
        }
      ]
    });
    const status = await node.call('/status');
    expect(status.json).toMatchObject({
      height: node.height,
      quorum: 1,
      reason: null,
      ready: true,
      projectionHeight: node.height
    });
    expect(status.json['chainId']).toBe(toBase64Url(node.genesis.chainId));
    expect((await node.call('/metrics')).text).toMatch(new RegExp(`^lading_consensus_height ${node.height}$`, 'm'));
  });

  it('fills emptied query tables from the ledger with the same content, while it runs and after a restart', async () => {
    const paths = ['/v1/trace/BAG-1', '/v1/items/BAG-2', `${EVENTS}?perPage=200`, '/epcis/v2/capture?perPage=200'];
    // What may differ: when it was asked, and the height of the block that the rebuild itself adds.
    const moments = /"(creationDate|createdAt)":"[^"]*",|"height":\d+,(?="(truncated|status)")/g;
    const ask = async (): Promise<readonly string[]> =>
      Promise.all(paths.map(async (path) => (await node.get(path)).text.replaceAll(moments, '')));
    const before = await ask();
    await node.rebuildProjection();
    expect(await ask()).toEqual(before);
    await node.restart();
    expect(await ask()).toEqual(before);
  });
});
