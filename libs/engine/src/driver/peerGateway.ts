import { decodeMessage, encodeMessage, verifyMessage } from '@lading/consensus';
import type { Message } from '@lading/consensus';
import { toHex } from '@lading/kernel';
import type { Sha256, VerifySignature } from '@lading/kernel';
import type { EpochConfig } from '@lading/ledger';
import { BoundedMap } from '../boundedMap.js';
import type { BatchExchange } from '../lanes/batchExchange.js';
import { ENGINE_LIMITS } from '../limits.js';
import { CHANNEL } from '../ports.js';
import type { Channel, PeerTransport } from '../ports.js';

export interface PeerGatewayParts {
  readonly config: EpochConfig;
  readonly self: number;
  readonly verify: VerifySignature;
  readonly sha256: Sha256;
  readonly transport: PeerTransport;
  readonly exchange: BatchExchange;
  /** Decoded, in range, every signature in it valid. */
  readonly onMessage: (peer: number, message: Message) => void;
  readonly onInvalid: (peer: number, code: string) => void;
}

/**
 * The border between peers' bytes and the core: what passes has been decoded, range-checked and verified once. A
 * repeated frame costs one hash and no signature check; the core sees it again, because a message that came too early
 * the first time may be what it waits for now.
 */
export class PeerGateway {
  readonly #verified = new BoundedMap<string, true>(ENGINE_LIMITS.verifiedFrames);

  constructor(private readonly parts: PeerGatewayParts) {}

  receive(peer: number, channel: Channel, bytes: Uint8Array): void {
    switch (channel) {
      case CHANNEL.consensus:
        return this.#message(peer, bytes);
      case CHANNEL.batch:
      case CHANNEL.batches:
        return this.parts.exchange.receive(peer, bytes);
      case CHANNEL.fetchBatches:
        return this.parts.exchange.serve(peer, bytes);
      default:
        return this.parts.onInvalid(peer, 'CHANNEL_UNKNOWN');
    }
  }

  #message(peer: number, bytes: Uint8Array): void {
    const { config, verify, sha256, onMessage, onInvalid } = this.parts;
    const decoded = decodeMessage(bytes, config, sha256);
    if (!decoded.ok) return onInvalid(peer, decoded.code);
    const frame = toHex(sha256(bytes));
    if (!this.#verified.has(frame)) {
      if (!verifyMessage(decoded.value, config, verify, sha256)) return onInvalid(peer, 'MESSAGE_SIGNATURE');
      this.#verified.set(frame, true);
    }
    onMessage(peer, decoded.value);
  }

  send(to: number, message: Message): void {
    this.parts.transport.send(to, CHANNEL.consensus, encodeMessage(message));
  }

  /** One encoding for all peers. A full or missing connection loses the frame: STATUS brings it again (spec S2). */
  broadcast(message: Message): void {
    const { config, self, transport } = this.parts;
    const bytes = encodeMessage(message);
    for (let peer = 0; peer < config.organizations.length; peer++) {
      if (peer !== self) transport.send(peer, CHANNEL.consensus, bytes);
    }
  }
}
