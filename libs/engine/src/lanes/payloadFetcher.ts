import { concatBytes, toHex } from '@lading/kernel';
import type { BatchRef } from '@lading/ledger';
import { ENGINE_LIMITS } from '../limits.js';
import { CHANNEL } from '../ports.js';
import type { Clock } from '../ports.js';
import type { EpochPeers } from '../driver/epochPeers.js';

interface Wanted {
  readonly hash: Uint8Array;
  readonly peers: readonly number[];
  attempt: number;
}

/**
 * Asks peers for batches that a block orders and this node lacks: first the peers the core named, in its order, then
 * again in rotation until `have` is called. One timer serves all; a request frame is the bare hashes.
 */
export class PayloadFetcher {
  readonly #wanted = new Map<string, Wanted>();
  #cancelTimer: (() => void) | null = null;

  constructor(
    private readonly peers: Pick<EpochPeers, 'send' | 'connectedPeers'>,
    private readonly clock: Clock
  ) {}

  /** Whether an answer with this batch was asked for. */
  wants(hash: Uint8Array): boolean {
    return this.#wanted.has(toHex(hash));
  }

  get count(): number {
    return this.#wanted.size;
  }

  fetch(refs: readonly BatchRef[], peers: readonly number[]): void {
    const fresh: Wanted[] = [];
    for (const { batchHash } of refs) {
      const key = toHex(batchHash);
      if (this.#wanted.has(key)) continue;
      const wanted = { hash: batchHash, peers, attempt: 0 };
      this.#wanted.set(key, wanted);
      fresh.push(wanted);
    }
    if (fresh.length > 0) this.#ask(fresh);
    this.#schedule();
  }

  have(hash: Uint8Array): void {
    this.#wanted.delete(toHex(hash));
    if (this.#wanted.size === 0) this.stop();
  }

  /** Another epoch: the core asks again for what it still needs. */
  clear(): void {
    this.#wanted.clear();
    this.stop();
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #schedule(): void {
    if (this.#cancelTimer !== null || this.#wanted.size === 0) return;
    this.#cancelTimer = this.clock.at(this.clock.nowMs() + ENGINE_LIMITS.fetchRetryMs, () => {
      this.#cancelTimer = null;
      this.#ask([...this.#wanted.values()]);
      this.#schedule();
    });
  }

  /** Groups the hashes by the peer whose turn it is. A peer that is not connected costs one attempt, no waiting. */
  #ask(wanted: readonly Wanted[]): void {
    const connected = this.peers.connectedPeers();
    const byPeer = new Map<number, Uint8Array[]>();
    for (const entry of wanted) {
      const named = entry.peers.filter((peer) => connected.includes(peer));
      const candidates = entry.attempt < entry.peers.length && named.length > 0 ? named : connected;
      const peer = candidates[entry.attempt % Math.max(1, candidates.length)];
      if (peer === undefined) continue;
      entry.attempt += 1;
      const hashes = byPeer.get(peer) ?? [];
      hashes.push(entry.hash);
      byPeer.set(peer, hashes);
    }
    for (const [peer, hashes] of byPeer) {
      for (let at = 0; at < hashes.length; at += ENGINE_LIMITS.fetchHashes) {
        const frame = concatBytes(...hashes.slice(at, at + ENGINE_LIMITS.fetchHashes));
        this.peers.send(peer, CHANNEL.fetchBatches, frame);
      }
    }
  }
}
