import type { TLSSocket } from 'node:tls';
import { assert, concatBytes } from '@lading/kernel';
import { CONTROL_CHANNEL, frameHead } from './framing.js';
import type { Frame } from './framing.js';
import { checkGreeting, decodeGreeting, encodeGreeting, GREETING_BYTES } from './greeting.js';
import type { Greeting } from './greeting.js';
import { Inbox } from './inbox.js';
import type { MeshLimits } from './meshLimits.js';
import { Outbox } from './outbox.js';
import { PeerFault } from './peerFault.js';
import type { Identified } from './pins.js';

/** How long a refused connection may take to deliver our greeting. */
const LINGER_MS = 500;

/** A peer whose key has been checked, and the number under which the node above knows it. */
export interface PeerOfMesh extends Identified {
  readonly handle: number;
}

export interface ConnectionEvents {
  /** The peer has greeted rightly: frames may be sent. */
  ready(connection: PeerConnection): void;
  /** Returns a promise while the frame is being worked on; a rejection or exception closes this connection. */
  frame(handle: number, frame: Frame): unknown;
  /** Once, whoever closed. */
  closed(connection: PeerConnection, fault: PeerFault): void;
}

/**
 * A TLS connection to a peer whose key has been checked. Invariants:
 * 1. No frame is taken or sent before the peer's greeting has passed; only our own greeting leaves before.
 * 2. Any fault ends this connection and nothing else.
 */
export class PeerConnection {
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #timers: NodeJS.Timeout[] = [];
  #greeted = false;
  #fault: PeerFault | null = null;
  #silentPings = 0;

  constructor(
    private readonly socket: TLSSocket,
    readonly peer: PeerOfMesh,
    private readonly own: Greeting,
    private readonly limits: MeshLimits,
    private readonly events: ConnectionEvents
  ) {
    this.#outbox = new Outbox(socket, limits);
    const fail = (error: unknown): void => this.close(faultOf(error));
    this.#inbox = new Inbox(socket, limits, GREETING_BYTES, (frame) => this.#take(frame), fail);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 10_000);
    socket.on('data', (chunk: Uint8Array) => {
      this.#silentPings = 0;
      this.#inbox.append(chunk);
    });
    socket.on('error', (error: Error) => this.close(new PeerFault('PEER_CLOSED', error.message)));
    socket.on('close', () => this.close(new PeerFault('PEER_CLOSED', 'the peer closed the connection')));
    this.#timers.push(setTimeout(() => this.#requireGreeting(), limits.handshakeMs));
    this.#timers.push(setInterval(() => this.#ping(), limits.pingMs));
    // Written at once and not queued: a peer that we refuse learns from it why (another network, another version).
    socket.write(concatBytes(frameHead(CONTROL_CHANNEL, GREETING_BYTES), encodeGreeting(own)));
  }

  get address(): string {
    return `${this.socket.remoteAddress ?? '?'}:${this.socket.remotePort ?? '?'}`;
  }

  send(channel: number, bytes: Uint8Array): boolean {
    assert(bytes.length <= this.limits.frameBytes, 'send: the frame is larger than peers accept');
    return this.#greeted && this.#outbox.push(channel, bytes);
  }

  close(fault: PeerFault): void {
    if (this.#fault !== null) return;
    this.#fault = fault;
    for (const timer of this.#timers) clearInterval(timer);
    this.#outbox.close();
    this.#inbox.stop();
    // A greeting that explains the refusal may still be on its way; a peer that does not read it is not waited for.
    if (this.#greeted || this.socket.destroyed) this.socket.destroy();
    else this.socket.setTimeout(LINGER_MS, () => this.socket.destroy()).destroySoon();
    this.events.closed(this, fault);
  }

  #take(frame: Frame): unknown {
    if (!this.#greeted) {
      if (frame.channel !== CONTROL_CHANNEL) throw new PeerFault('PEER_FRAME_MALFORMED', 'a frame before the greeting');
      checkGreeting(decodeGreeting(frame.bytes), this.own);
      this.#greeted = true;
      this.#inbox.allow(this.limits.frameBytes);
      this.events.ready(this);
      return undefined;
    }
    if (frame.channel !== CONTROL_CHANNEL) return this.events.frame(this.peer.handle, frame);
    if (frame.bytes.length > 0) throw new PeerFault('PEER_FRAME_MALFORMED', 'a second greeting');
    return undefined;
  }

  #requireGreeting(): void {
    if (!this.#greeted) this.close(new PeerFault('PEER_HANDSHAKE_TIMEOUT', 'no greeting in time'));
  }

  /** Counts intervals instead of reading a clock: a process that slept does not blame its peers for it. */
  #ping(): void {
    if (!this.#inbox.paused) this.#silentPings++;
    if (this.#silentPings > this.limits.silentPings)
      return this.close(new PeerFault('PEER_SILENT', `nothing heard in ${this.limits.silentPings} intervals`));
    if (this.#greeted && this.#outbox.idle) this.#outbox.push(CONTROL_CHANNEL, new Uint8Array(0));
  }
}

/** Whatever a handler throws is that handler's trouble with this peer's frame. */
function faultOf(error: unknown): PeerFault {
  if (error instanceof PeerFault) return error;
  return new PeerFault('PEER_HANDLER', error instanceof Error ? error.message : 'a handler failed', { cause: error });
}
