import { LIMITS } from '@lading/kernel';
import type { Channel, PeerPin, PeerTransport } from '@lading/engine';
import type { World } from './world.js';

type Handler = (peer: number, channel: Channel, bytes: Uint8Array) => unknown;

/** Wires between all nodes: bounded queues, a delay that varies, links that can be cut. Nothing is delivered twice. */
export class MemoryNetwork {
  readonly #nodes = new Map<number, MemoryTransport>();
  readonly #cut = new Set<string>();
  readonly #lastArrival = new Map<string, number>();
  readonly queued = new Map<string, number>();
  frames = 0;
  /** The cluster's own look at all frames. */
  watch: ((channel: Channel, bytes: Uint8Array) => void) | null = null;
  /** Sees every frame at the moment its sender lets go of it. */
  tap: ((from: number, to: number, channel: Channel, bytes: Uint8Array) => void) | null = null;

  /** What arrives instead of a frame. */
  forge: ((from: number, to: number, channel: Channel, bytes: Uint8Array) => Uint8Array) | null = null;

  constructor(
    readonly world: World,
    /** Handle → organization, the same for all nodes. */
    readonly names: string[],
    private readonly delayMs = 1,
    private readonly jitterMs = 2
  ) {}

  transport(index: number, alive: () => boolean): MemoryTransport {
    return new MemoryTransport(this, index, alive);
  }

  join(transport: MemoryTransport): void {
    this.#nodes.set(transport.index, transport);
  }

  leave(transport: MemoryTransport): void {
    if (this.#nodes.get(transport.index) === transport) this.#nodes.delete(transport.index);
  }

  cut(a: number, b: number, isCut: boolean): void {
    const link = a < b ? `${a}-${b}` : `${b}-${a}`;
    if (isCut) this.#cut.add(link);
    else this.#cut.delete(link);
  }

  peersOf(index: number): number[] {
    return [...this.#nodes.keys()].filter((other) => other !== index && this.#open(index, other)).sort((a, b) => a - b);
  }

  #open(a: number, b: number): boolean {
    const [one, other] = [this.#nodes.get(a), this.#nodes.get(b)];
    const live = one?.alive() === true && other?.alive() === true && one.admits(b) && other.admits(a);
    return live && !this.#cut.has(a < b ? `${a}-${b}` : `${b}-${a}`);
  }

  send(from: number, to: number, channel: Channel, bytes: Uint8Array): boolean {
    const link = `${from}>${to}`;
    const queued = this.queued.get(link) ?? 0;
    if (!this.#open(from, to) || queued >= LIMITS.peerQueueFrames) return false;
    const copy = this.forge?.(from, to, channel, bytes.slice()) ?? bytes.slice();
    const target = this.#nodes.get(to);
    // One connection keeps its order.
    const wished = this.world.nowMs + this.delayMs + this.world.random(this.jitterMs + 1);
    const atMs = Math.max(wished, this.#lastArrival.get(link) ?? 0);
    this.#lastArrival.set(link, atMs);
    this.queued.set(link, queued + 1);
    this.frames += 1;
    this.tap?.(from, to, channel, copy);
    this.watch?.(channel, copy);
    this.world.at(atMs, () => {
      this.queued.set(link, (this.queued.get(link) ?? 1) - 1);
      if (this.#open(from, to) && this.#nodes.get(to) === target) target?.deliver(from, channel, copy);
    });
    return true;
  }
}

export class MemoryTransport implements PeerTransport {
  #handler: Handler | null = null;
  #pinned: ReadonlySet<string> | null = null;

  constructor(
    private readonly network: MemoryNetwork,
    readonly index: number,
    readonly alive: () => boolean
  ) {}

  start(): Promise<void> {
    this.network.join(this);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.network.leave(this);
    return Promise.resolve();
  }

  send(to: number, channel: Channel, bytes: Uint8Array): boolean {
    return this.alive() && this.network.send(this.index, to, channel, bytes);
  }

  onFrame(handler: Handler): void {
    this.#handler = handler;
  }

  deliver(peer: number, channel: Channel, bytes: Uint8Array): void {
    this.#handler?.(peer, channel, bytes);
  }

  connectedPeers(): readonly number[] {
    return this.network.peersOf(this.index);
  }

  admit(pins: readonly PeerPin[]): void {
    this.#pinned = new Set(pins.map(({ organization }) => organization));
    for (const name of this.#pinned) if (!this.network.names.includes(name)) this.network.names.push(name);
  }

  admits(handle: number): boolean {
    return this.#pinned === null || this.#pinned.has(this.network.names[handle] ?? '');
  }

  handleOf(organization: string): number | null {
    const handle = this.network.names.indexOf(organization);
    return handle < 0 ? null : handle;
  }
}
