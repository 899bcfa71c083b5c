import { asHash } from '@lading/kernel';
import type { BatchRef } from '@lading/ledger';
import { CHANNEL } from '../ports.js';
import type { EpochPeers } from '../driver/epochPeers.js';
import type { Clock } from '../ports.js';
import { PayloadFetcher } from './payloadFetcher.js';

const ref = (id: number): BatchRef => ({ lane: 0, seq: id, batchHash: asHash(new Uint8Array(32).fill(id)) });

/** Records requests; time is moved by hand. */
function setup(connected: number[]) {
  const asked: string[] = [];
  let timer: (() => void) | null = null;
  const clock: Clock = {
    nowMs: () => 0,
    at: (_atMs, run) => {
      timer = run;
      return () => (timer = null);
    },
    soon: (run) => run()
  };
  const transport: Pick<EpochPeers, 'send' | 'connectedPeers'> = {
    connectedPeers: () => connected,
    send: (to, channel, bytes) => {
      expect(channel).toBe(CHANNEL.fetchBatches);
      asked.push(`${to}: ${bytes.length / 32}`);
      return true;
    }
  };
  const fire = (): void => {
    const run = timer;
    timer = null;
    run?.();
  };
  return { fetcher: new PayloadFetcher(transport, clock), asked, fire, waits: () => timer !== null };
}

describe('PayloadFetcher', () => {
  it('asks the named peers in turn, then everybody, until the batch is there', () => {
    const { fetcher, asked, fire, waits } = setup([1, 2, 3]);
    fetcher.fetch([ref(1)], [2, 3]);
    for (let i = 0; i < 4; i++) fire();
    expect(asked.slice(0, 2)).toEqual(['2: 1', '3: 1']);
    expect(new Set(asked.slice(2))).toEqual(new Set(['3: 1', '1: 1', '2: 1']));
    fetcher.have(ref(1).batchHash);
    expect([waits(), fetcher.count]).toEqual([false, 0]);
  });

  it('asks for many batches in one frame, and never twice at once for the same one', () => {
    const { fetcher, asked } = setup([1]);
    fetcher.fetch([ref(1), ref(2), ref(3)], [1]);
    fetcher.fetch([ref(2), ref(3)], [1]);
    expect(asked).toEqual(['1: 3']);
    expect([fetcher.wants(ref(2).batchHash), fetcher.wants(ref(9).batchHash)]).toEqual([true, false]);
  });

  it('skips peers that are not connected, and waits when nobody is', () => {
    const { fetcher, asked, fire } = setup([]);
    fetcher.fetch([ref(1)], [0]);
    fire();
    expect(asked).toEqual([]);
    const other = setup([3]);
    other.fetcher.fetch([ref(1)], [0, 3]);
    expect(other.asked).toEqual(['3: 1']);
  });
});
