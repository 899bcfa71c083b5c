import { encodeProof, PRESENCE_FORMAT, ABSENCE_FORMAT, STATE_PROOF, stateEntryProof } from '@lading/ledger';
import type { CertifiedStateView } from '@lading/engine';
import { verifyState } from '@lading/verifier';
import { Cluster } from './fakes/cluster.js';
import { toyKey } from './fakes/toyContract.js';

async function viewOf(cluster: Cluster, index: number): Promise<CertifiedStateView> {
  const view = await cluster.world.wait(cluster.at(index).node.certifiedState());
  if (!view.ok) throw new Error(view.code);
  return view.value;
}

async function judged(cluster: Cluster, view: CertifiedStateView, name: string): Promise<string> {
  const key = toyKey(name);
  const proven = (await cluster.world.wait(view.prove([key]))).get(key);
  if (proven === undefined) throw new Error('not answered');
  const format = proven.value === null ? ABSENCE_FORMAT : PRESENCE_FORMAT;
  const text = encodeProof(format, STATE_PROOF, { state: stateEntryProof(key, proven.value, proven.proof), ...view.anchor });
  const { verdict, facts } = verifyState(text, cluster.network.genesisBytes, key);
  return `${verdict} ${facts?.value === null ? 'absent' : String.fromCharCode(...(facts?.value ?? []))}`;
}

const settled = (cluster: Cluster, height: number) =>
  cluster.world.until(() => cluster.at(0).node.status().certifiedHeight >= height, 3000);

describe('the state at the newest checkpoint', () => {
  it('is proven offline, what it holds and what it does not', async () => {
    const cluster = await Cluster.started();
    const { height } = await cluster.put(0, 'here', 'yes');
    expect(await settled(cluster, height)).toBe(true);
    const view = await viewOf(cluster, 0);
    expect(await judged(cluster, view, 'here')).toBe('VERIFIED yes');
    expect(await judged(cluster, view, 'nowhere')).toBe('VERIFIED absent');
    view.close();
  });

  it('stays as it was while blocks change, add and remove beside it, in the same buckets too', async () => {
    const cluster = await Cluster.started({ parameters: { stateDepth: 1 } });
    const { height } = await cluster.put(0, 'first', 'old');
    expect(await settled(cluster, height)).toBe(true);
    const view = await viewOf(cluster, 0);
    for (let i = 0; i < 12; i++) await cluster.put(i % 4, i % 3 === 0 ? 'first' : `more-${i}`, `new-${i}`);
    expect(cluster.at(0).node.status().height).toBeGreaterThan(view.height);
    expect(await judged(cluster, view, 'first')).toBe('VERIFIED old');
    expect(await judged(cluster, view, 'more-1')).toBe('VERIFIED absent');
    view.close();
    expect(await settled(cluster, cluster.at(0).node.status().height)).toBe(true);
    const later = await viewOf(cluster, 0);
    expect(await judged(cluster, later, 'first')).toBe('VERIFIED new-9');
    expect(await judged(cluster, later, 'more-1')).toBe('VERIFIED new-1');
    later.close();
  });
});
