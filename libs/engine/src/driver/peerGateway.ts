import {
  decodeMessage,
  encodeMessage,
  evidenceOfNewView,
  messageEpoch,
  verifyMessage
} from '@lading/consensus';
import type { CoreState, Message } from '@lading/consensus';
import type { Sha256, VerifySignature } from '@lading/kernel';
import type { EpochConfig } from '@lading/ledger';
import type { BatchExchange } from '../lanes/batchExchange.js';
import { ENGINE_LIMITS } from '../limits.js';
import { CHANNEL } from '../ports.js';
import type { Channel, Clock } from '../ports.js';
import { RecentHashes } from '../recentHashes.js';
import type { EpochPeers, Sender } from './epochPeers.js';
import { PeerPace, surplusUnits } from './peerPace.js';
import { isRelevant } from './relevance.js';
import { workOf } from './workOf.js';

export interface PeerGatewayParts {
  readonly core: CoreState;
  readonly peers: EpochPeers;
  readonly verify: VerifySignature;
  readonly sha256: Sha256;
  readonly clock: Clock;
  readonly exchange: BatchExchange;
  /** Decoded, in range, every signature in it valid; of the core's epoch, or a STATUS or question of any. */
  readonly onMessage: (peer: number, message: Message) => void;
  /** FETCH-BLOCKS of a node that is no validator of the epoch. */
  readonly onGuest: (guest: number, from: number, to: number) => void;
  /** A frame of CHANNEL.newest of a validator. */
  readonly onNewest: (peer: number, bytes: Uint8Array) => boolean;
  /** EVIDENCE of an epoch before the running one (spec E3); false when it proves nothing. */
  readonly onPastEvidence: (epoch: number, bytes: Uint8Array) => boolean;
  /** A frame of CHANNEL.fetchSnapshot: what it costs beside the frame; null when it is malformed. */
  readonly onSnapshot: (peer: number, bytes: Uint8Array) => number | null;
  /** A frame of CHANNEL.snapshot, by the handle of its sender: an answer, which may come too late. */
  readonly onSnapshotAnswer?: (handle: number, bytes: Uint8Array) => void;
  readonly onInvalid: (peer: number, code: string) => void;
}

/** Units that a frame costs its sender (driver/peerPace.ts). */
const FRAME = 1;

/**
 * The border between peers' bytes and the core: what passes has been decoded, range-checked and verified once. A
 * repeated frame costs one hash and no signature check; the core sees it again, because a message that came too early
 * the first time may be what it waits for now. Frames of the next epoch wait here until the core is in it.
 */
export class PeerGateway {
  readonly #verified = new RecentHashes(ENGINE_LIMITS.verifiedFrames);
  readonly #pace: PeerPace;
  /** By handle of the sender, whose index may be another one in the next epoch. */
  readonly #early = new Map<number, Uint8Array[]>();
  /** Of the peers' indexes. Behind the core's for as long as its outputs wait for the disk. */
  #epoch: number;

  constructor(private readonly parts: PeerGatewayParts) {
    this.#pace = new PeerPace(parts.clock);
    this.#epoch = parts.core.epoch;
  }

  /** A promise says that the peer has used up what it may make this node work: it is read on when that ends. */
  receive(handle: number, channel: Channel, bytes: Uint8Array): Promise<void> | undefined {
    const sender = this.parts.peers.senderOf(handle);
    return this.#pace.charge(handle, this.#take(handle, sender, channel, bytes));
  }

  /** The core is in another epoch: what came too early for it is looked at now. */
  entered(): void {
    this.#epoch = this.parts.core.epoch;
    const early = [...this.#early];
    this.#early.clear();
    this.#verified.clear();
    for (const [handle, frames] of early) {
      const sender = this.parts.peers.senderOf(handle);
      for (const bytes of frames) this.#take(handle, sender, CHANNEL.consensus, bytes);
    }
  }

  /** Returns what the frame has cost. */
  #take(handle: number, sender: Sender, channel: Channel, bytes: Uint8Array): number {
    const { exchange, peers, onNewest, onInvalid } = this.parts;
    const number = peers.numberOf(sender);
    switch (channel) {
      case CHANNEL.consensus:
        return this.#message(handle, sender, number, bytes);
      case CHANNEL.fetchBatches:
        return FRAME + (exchange.serve(number, bytes) ? 0 : surplusUnits(bytes.length));
      case CHANNEL.batch:
      case CHANNEL.batches:
        if (sender.role === 'guest') return surplusUnits(bytes.length);
        return FRAME + (exchange.receive(number, bytes) ? 0 : surplusUnits(bytes.length));
      case CHANNEL.newest:
        if (sender.role === 'guest') return surplusUnits(bytes.length);
        if (this.#epoch !== this.parts.core.epoch) return FRAME;
        return FRAME + (onNewest(number, bytes) ? 0 : surplusUnits(bytes.length));
      case CHANNEL.fetchSnapshot: {
        const units = this.parts.onSnapshot(number, bytes);
        if (units !== null) return FRAME + units;
        onInvalid(number, 'SNAPSHOT_MALFORMED');
        return surplusUnits(bytes.length);
      }
      case CHANNEL.snapshot:
        this.parts.onSnapshotAnswer?.(handle, bytes);
        return FRAME;
      default:
        onInvalid(number, 'CHANNEL_UNKNOWN');
        return surplusUnits(bytes.length);
    }
  }

  #message(handle: number, sender: Sender, number: number, bytes: Uint8Array): number {
    const { core, sha256, onInvalid } = this.parts;
    const decoded = decodeMessage(bytes, core.config, sha256);
    const place = decoded.ok ? epochOf(decoded.value) : (messageEpoch(bytes)?.epoch ?? null);
    if (place !== null && place < this.#epoch && sender.role === 'validator' && messageEpoch(bytes)?.type === 'EVIDENCE') {
      if (this.parts.onPastEvidence(place, bytes)) return 2 * FRAME;
      onInvalid(number, 'MESSAGE_SIGNATURE');
      return surplusUnits(bytes.length);
    }
    // Between two epochs an index could be taken for another peer's.
    const between = this.#epoch !== core.epoch;
    const isStatus = decoded.ok && decoded.value.type === 'STATUS';
    if (between || (place !== null && place !== core.epoch && !isStatus)) return this.#otherEpoch(handle, place, bytes);
    if (!decoded.ok) {
      onInvalid(number, decoded.code);
      return surplusUnits(bytes.length);
    }
    const message = decoded.value;
    if (sender.role === 'guest') return this.#guest(number, message, bytes);
    if (!isRelevant(core, message)) return FRAME + 1;
    const work = workOf(message, core, number);
    const { passed, repeated } = this.#verify(message, bytes);
    if (passed === null) {
      this.#accuse(message);
      onInvalid(number, 'MESSAGE_SIGNATURE');
      return work + surplusUnits(bytes.length);
    }
    this.parts.onMessage(number, passed);
    // Blocks cost their hashing, too.
    return FRAME + (repeated && passed.type !== 'BLOCKS' ? 0 : work);
  }

  /** Early frames are kept, a bounded number of each peer; late ones are of no use to anybody. */
  #otherEpoch(handle: number, epoch: number | null, bytes: Uint8Array): number {
    if (epoch !== this.#epoch + 1) return FRAME + 1;
    const frames = this.#early.get(handle) ?? [];
    if (frames.length >= ENGINE_LIMITS.earlyFrames) return FRAME + 1;
    frames.push(bytes);
    this.#early.set(handle, frames);
    return FRAME;
  }

  #guest(number: number, message: Message, bytes: Uint8Array): number {
    if (message.type === 'FETCH-BLOCKS') this.parts.onGuest(number, message.from, message.to);
    else if (message.type !== 'STATUS') return surplusUnits(bytes.length);
    return FRAME;
  }

  /** The message with what can be verified of it, or null. `repeated`: this frame was verified before. */
  #verify(received: Message, bytes: Uint8Array): { readonly passed: Message | null; readonly repeated: boolean } {
    const { core, verify, sha256 } = this.parts;
    const message = received.type === 'BLOCKS' ? ofEpoch(received, core.config) : received;
    const frame = sha256(bytes);
    if (this.#verified.has(frame)) return { passed: message, repeated: true };
    if (!verifyMessage(message, core.config, verify, sha256)) return { passed: null, repeated: false };
    this.#verified.add(frame);
    return { passed: message, repeated: false };
  }

  /** E1: a signed NEW-VIEW whose content breaks the rules proves its signer wrong. */
  #accuse(message: Message): void {
    const { core, verify, sha256, onMessage } = this.parts;
    if (message.type !== 'NEW-VIEW') return;
    const evidence = evidenceOfNewView(message, core.config, verify, sha256);
    if (evidence !== null) onMessage(core.self, evidence);
  }

  send(to: number, message: Message): void {
    this.parts.peers.send(to, CHANNEL.consensus, encodeMessage(message));
  }

  /**
   * One encoding for all peers. A full or missing connection loses the frame: STATUS brings it again (spec S2). Guests
   * hear STATUS, by which they know what to ask for.
   */
  broadcast(message: Message): void {
    const { peers } = this.parts;
    const bytes = encodeMessage(message);
    // The own organization has no connection.
    for (let peer = 0; peer < peers.size; peer++) peers.send(peer, CHANNEL.consensus, bytes);
    if (message.type !== 'STATUS') return;
    for (const guest of peers.guests()) peers.send(guest, CHANNEL.consensus, bytes);
  }
}

const epochOf = (message: Message): number | null => ('epoch' in message ? message.epoch : null);

/** Blocks and checkpoint that this epoch's keys can have signed: others cannot be verified yet, or no more. */
function ofEpoch(message: Extract<Message, { type: 'BLOCKS' }>, { epoch }: EpochConfig): Message {
  const { blocks, checkpoint } = message;
  const own = blocks.filter(({ block, proof }) => block.header.epoch === epoch && proof.certificate.epoch === epoch);
  return { ...message, blocks: own, checkpoint: checkpoint?.epoch === epoch ? checkpoint : null };
}
