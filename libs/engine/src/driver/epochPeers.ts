import { toHex } from '@lading/kernel';
import type { EpochConfig } from '@lading/ledger';
import type { Channel, PeerPin, PeerTransport } from '../ports.js';

/** What a frame's sender is in the current epoch. */
export type Sender =
  | { readonly role: 'validator'; readonly index: number }
  /** A validator of the epoch before, or an observer that this node's operator has approved: it may only ask. */
  | { readonly role: 'guest'; readonly handle: number };

/** Asking peers get answers addressed by numbers that no validator has. */
const GUEST_BASE = 1 << 16;

/**
 * Validator indexes over the transport's handles (consensus.md §2.8: removed nodes serve, and are served, for one more
 * epoch). An index is always one of the core's current epoch; a guest's number is its handle above GUEST_BASE, so an
 * answer to it takes the same way.
 */
export class EpochPeers {
  #byIndex: (number | null)[] = [];
  #byHandle = new Map<number, number>();

  /** Handles whose connection stood and is gone. */
  readonly #lost = new Set<number>();

  /** `onLink`: a validator of the epoch whose connection is gone, or stands again (spec T6). */
  constructor(
    private readonly transport: PeerTransport,
    private readonly observers: readonly PeerPin[],
    private readonly onLink: (index: number, up: boolean) => void = () => undefined
  ) {
    transport.onLink?.((handle, up) => this.#linked(handle, up));
  }

  /** The config in force, and the one before where there is one. Tells of the connections under their new indexes. */
  enter(config: EpochConfig, previous: EpochConfig | null): void {
    const pins: PeerPin[] = [];
    const seen = new Set<string>();
    const add = (pin: PeerPin): void => {
      const key = toHex(pin.tlsKeyHash);
      if (seen.has(key)) return;
      seen.add(key);
      pins.push(pin);
    };
    for (const { id, tlsKeyHash } of config.organizations) add({ organization: id, tlsKeyHash });
    for (const { id, tlsKeyHash } of previous?.organizations ?? []) add({ organization: id, tlsKeyHash });
    for (const observer of this.observers) add(observer);
    this.transport.admit(pins);
    this.#byIndex = config.organizations.map(({ id }) => this.transport.handleOf(id));
    this.#byHandle = new Map();
    for (const [index, handle] of this.#byIndex.entries()) if (handle !== null) this.#byHandle.set(handle, index);
    if (this.#lost.size > 0) for (const [handle, index] of this.#byHandle) this.onLink(index, !this.#lost.has(handle));
  }

  #linked(handle: number, up: boolean): void {
    if (up) this.#lost.delete(handle);
    else this.#lost.add(handle);
    const index = this.#byHandle.get(handle);
    if (index !== undefined) this.onLink(index, up);
  }

  /** Validators of the epoch. */
  get size(): number {
    return this.#byIndex.length;
  }

  senderOf(handle: number): Sender {
    const index = this.#byHandle.get(handle);
    return index === undefined ? { role: 'guest', handle } : { role: 'validator', index };
  }

  /** The number by which parts of this node answer a sender. */
  numberOf(sender: Sender): number {
    return sender.role === 'validator' ? sender.index : GUEST_BASE + sender.handle;
  }

  send(to: number, channel: Channel, bytes: Uint8Array): boolean {
    const handle = to >= GUEST_BASE ? to - GUEST_BASE : this.#byIndex[to];
    return handle !== null && handle !== undefined && this.transport.send(handle, channel, bytes);
  }

  /** Numbers of connected guests. */
  guests(): readonly number[] {
    return this.transport
      .connectedPeers()
      .filter((handle) => !this.#byHandle.has(handle))
      .map((handle) => GUEST_BASE + handle);
  }

  /** Indexes of validators of the current epoch. */
  connectedPeers(): readonly number[] {
    const indexes: number[] = [];
    for (const handle of this.transport.connectedPeers()) {
      const index = this.#byHandle.get(handle);
      if (index !== undefined) indexes.push(index);
    }
    return indexes.sort((a, b) => a - b);
  }
}
