import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeMessage, messageVoteBytes, withSignature } from '@lading/consensus';
import type { UnsignedMessage } from '@lading/consensus';
import { CHANNEL } from '@lading/engine';
import type { Channel } from '@lading/engine';
import { FileSigner, NETWORK_FILES } from '@lading/identity';
import { asHash } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { buildBatch, sha256Noble } from '@lading/ledger';
import { PeerMesh } from '@lading/transport';
import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import type { DemoNetwork } from '../../apps/node/src/dev/demoNetwork.js';

/** Frames offered to one peer in one turn of the event loop. */
const BURST = 64;
const BATCH_TRANSACTIONS = 20;
const KINDS = 8;
const KIND_MS = 500;

/**
 * One validator's real keys in the hands of somebody who floods: signed votes of future views and heights, certificates'
 * worth of suspicion, batches that nobody can order, bytes that are nothing. What the others' queues do not take is lost.
 */
export class ByzantinePeer {
  readonly #mesh: PeerMesh;
  #running = true;
  #work: Promise<void> = Promise.resolve();
  #count = 0;
  sent = 0;

  private constructor(
    mesh: PeerMesh,
    private readonly network: DemoNetwork,
    private readonly index: number,
    private readonly signer: FileSigner,
    private readonly member: DemoMember
  ) {
    this.#mesh = mesh;
  }

  /** `node`: position in the layout; its own process must not run. `member` signs the transactions in its batches. */
  static async open(network: DemoNetwork, node: number, member: DemoMember): Promise<ByzantinePeer> {
    const own = network.layout.nodes[node];
    if (own === undefined) throw new Error(`no node ${node}`);
    const { organizations } = network.genesis.config;
    const text = (file: string): Promise<string> => readFile(join(own.directory, file), 'utf8');
    const mesh = new PeerMesh({
      chainId: network.genesis.chainId,
      organization: own.id,
      peers: organizations.map(({ id, tlsKeyHash }) => ({ organization: id, tlsKeyHash })),
      addresses: Object.fromEntries(network.layout.nodes.map(({ id, peerPort }) => [id, `127.0.0.1:${peerPort}`])),
      listen: { host: '127.0.0.1', port: own.peerPort },
      tls: { keyPem: await text(NETWORK_FILES.tlsKey), certificatePem: await text(NETWORK_FILES.tlsCertificate) }
    });
    const signer = await FileSigner.open(join(own.directory, NETWORK_FILES.validator));
    const index = organizations.findIndex(({ id }) => id === own.id);
    await mesh.start();
    return new ByzantinePeer(mesh, network, index, signer, member);
  }

  get connected(): number {
    return this.#mesh.connectedPeers().length;
  }

  flood(): void {
    this.#work = this.#flood();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#work;
    await this.#mesh.stop();
  }

  async #flood(): Promise<void> {
    while (this.#running) {
      for (const peer of this.#mesh.connectedPeers()) {
        for (let i = 0; i < BURST; i++) {
          const [channel, bytes] = this.#frame();
          if (!this.#mesh.send(peer, channel, bytes)) break;
          this.sent += 1;
        }
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #frame(): [Channel, Uint8Array] {
    const n = (this.#count += 1);
    // One kind at a time: what costs the receiver little is let through faster, and shows what it costs.
    switch (Math.floor(performance.now() / KIND_MS) % KINDS) {
      case 0:
        return [CHANNEL.consensus, this.#signed({ ...this.#vote('COMMIT', 1 + (n % 3), n) })];
      case 1:
        return [CHANNEL.consensus, this.#signed({ ...this.#vote('PREPARE', n, 1 + (n % 50)) })];
      case 2:
        return [CHANNEL.consensus, this.#signed(this.#viewChange(n))];
      case 3:
        return [CHANNEL.consensus, encodeMessage({ type: 'SUSPECT', epoch: 0, view: n })];
      case 4:
        return [CHANNEL.consensus, noise(n, 1 << (6 + (n % 12)))];
      case 5:
        return [CHANNEL.batch, n % 8 === 0 ? this.#batch(n) : noise(n, 4096)];
      case 6:
        return [CHANNEL.consensus, this.#signed(this.#checkpoint(n))];
      default:
        return [CHANNEL.fetchBatches, noise(n, 32 * 64)];
    }
  }

  #vote(type: 'PREPARE' | 'COMMIT', view: number, height: number): UnsignedMessage {
    return { type, epoch: 0, view, height: height as Height, blockHash: asHash(noise(height, 32)), signer: this.index };
  }

  #viewChange(newView: number): UnsignedMessage {
    const { genesis } = this.network;
    const certHash = asHash(new Uint8Array(32));
    return {
      ...{ type: 'VIEW-CHANGE', epoch: 0, newView, certEpoch: 0, certView: 0, certHeight: 0 as Height, certHash },
      ...{ certKind: 'C', committedHeight: 0 as Height, committedHash: genesis.chainId, signer: this.index, highCert: null }
    } as UnsignedMessage;
  }

  #checkpoint(height: number): UnsignedMessage {
    const blockHash = asHash(noise(height, 32));
    return { type: 'CHECKPOINT', epoch: 0, height: height as Height, blockHash, stateRoot: blockHash, signer: this.index };
  }

  #signed(unsigned: UnsignedMessage): Uint8Array {
    const message = withSignature(unsigned, this.signer.sign(messageVoteBytes(unsigned, this.network.genesis.chainId)));
    return encodeMessage(message);
  }

  /** A valid batch of its own lane at a place that comes much later, or never. */
  #batch(n: number): Uint8Array {
    const { chainId } = this.network.genesis;
    const payload = noise(n, 1024);
    const transactions = Array.from({ length: BATCH_TRANSACTIONS }, () => this.member.sign('epcis.capture', payload));
    const fields = { chainId, epoch: 0, lane: this.index, seq: 1 + n, prevBatchHash: asHash(noise(n, 32)), transactions };
    return buildBatch(fields, (message) => this.signer.sign(message), sha256Noble).encoded;
  }
}

/** Bytes that follow from a number. xorshift32. */
function noise(seed: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let x = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < size; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x & 255;
  }
  return bytes;
}
