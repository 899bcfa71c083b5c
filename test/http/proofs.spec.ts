import { verifyProof, type ProofReport } from '@lading/verifier';
import { bytes, document, objectEvent, pallet, serial, type Event } from './sampleEvents.js';
import { SingleNode, type Answer } from './singleNode.js';

describe('proofs over HTTP', () => {
  let node: SingleNode;
  let genesis: Uint8Array;
  const item = (uri: string): string => `/v1/items/${encodeURIComponent(uri)}/proof`;
  const judge = (answer: Answer): ProofReport => {
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
    return verifyProof(answer.text, genesis);
  };
  /** Asks again while the network has not certified what was just captured. */
  const certified = async (path: string): Promise<Answer> => {
    for (;;) {
      const answer = await node.get(path);
      if (answer.json['code'] !== 'NOT_CERTIFIED_YET') return answer;
    }
  };

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'custody' });
    genesis = Buffer.from((await node.call('/v1/genesis')).text);
    const aggregation = (event: object): Event => objectEvent({ ...event, type: 'AggregationEvent', epcList: undefined });
    const packing = aggregation({ bizStep: 'packing', parentID: pallet(7), childEPCs: [serial('P1'), serial('P2')] });
    const unpacking = aggregation({ action: 'DELETE', bizStep: 'unpacking', parentID: pallet(7) });
    const events = [
      objectEvent({ epcList: [serial('P1'), serial('P2')] }),
      packing,
      unpacking,
      objectEvent({ action: 'OBSERVE', bizStep: 'inspecting', epcList: [serial('P1')] })
    ];
    events.push(objectEvent({ eventID: 'urn:x:again', epcList: [serial('P1')] }));
    for (const event of events) await node.job(await node.postEpcis('/epcis/v2/capture', bytes(document([event]))));
    while (node.node.status().certifiedHeight < node.height) await node.get('/v1/status');
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  it('hold the story of an item, with events that do not name it and attempts that were refused', async () => {
    const answer = await certified(item(serial('P1')));
    const { kind, report } = judge(answer);
    if (kind !== 'provenance') throw new Error(kind);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(answer.headers.get('content-type')).toBe('application/vnd.lading.provenance+json');
    expect(report.facts?.items[0]).toMatchObject({ relations: ['subject'], count: 4, shown: 4 });
    const steps = ['commissioning', 'packing', 'unpacking', 'inspecting', 'commissioning'];
    expect(report.facts?.events.map(({ bizStep }) => bizStep)).toEqual(steps);
    expect(report.facts?.anomalies.map(({ kind: code }) => code)).toEqual(['DOUBLE_COMMISSION']);
    expect(report.facts?.inactiveKeys).toEqual([]);
    const item1 = await certified(`/v1/items/P1?include=proof`);
    const { proof } = item1.json as unknown as { proof: unknown };
    expect(verifyProof(JSON.stringify(proof), genesis).report.verdict).toBe('VERIFIED');
    const wide = judge(await certified(`${item('P1')}?scope=conditions`));
    expect(wide.report.verdict).toBe('VERIFIED');
    expect((await node.get(`${item('P1')}?scope=all`)).json['code']).toBe('PARAMETER_INVALID');
    expect((await node.get(item(serial('NEVER')))).json['code']).toBe('ITEM_UNKNOWN');
  });

  it('say what one key of the state holds, or that it holds nothing', async () => {
    const key = 'provenance/item/https://id.gs1.org/01/04012345111118/21/P1';
    for (const [asked, media] of [[key, 'presence'], [`${key}X`, 'absence']] as const) {
      const answer = await certified(`/v1/state/${encodeURIComponent(asked)}/proof`);
      expect(answer.headers.get('content-type')).toBe(`application/vnd.lading.${media}+json`);
      const { kind, report } = judge(answer);
      if (kind !== 'state') throw new Error(kind);
      expect(report).toMatchObject({ verdict: 'VERIFIED', facts: { key: asked } });
    }
  });

  it('show that the history goes on, between heights that the node has certified', async () => {
    const first = judge(await certified(item('P1')));
    const from = first.kind === 'provenance' ? (first.report.facts?.checkpointHeight ?? 0) : 0;
    await node.operate('member.add', { member: 'witness', name: 'somebody', roles: ['query'] });
    while (node.node.status().certifiedHeight === from) await node.get('/v1/status');
    const { kind, report } = judge(await node.get(`/v1/proofs/consistency?from=${from}`));
    if (kind !== 'consistency') throw new Error(kind);
    expect(report).toMatchObject({ verdict: 'VERIFIED', facts: { from: { height: from } } });
    expect(report.facts?.to.height).toBeGreaterThan(from);
    expect((await node.get('/v1/proofs/consistency?from=0')).json['code']).toBe('PARAMETER_INVALID');
    expect((await node.get('/v1/proofs/consistency?from=1&to=999999')).json['code']).toBe('CHECKPOINT_UNKNOWN');
  });

  it('of what was captured are there again after a restart, once the network has certified where it stands', async () => {
    await node.restart();
    await node.operate('member.add', { member: 'second', name: 'somebody', roles: ['query'] });
    const { report } = judge(await certified(item('P1')));
    expect(report.verdict).toBe('VERIFIED');
  });
});
