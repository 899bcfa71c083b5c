import { ClientProxy } from '@nestjs/microservices';
import type { ReadPacket, WritePacket } from '@nestjs/microservices';
import type { Channel } from '@lading/engine';
import { PeerFault } from './peerFault.js';
import type { PeerMesh } from './peerMesh.js';

/** Pattern of an emitted frame. */
export interface PeerPattern {
  /** Validator index of the receiver. */
  readonly to: number;
  readonly channel: Channel;
}

/** `client.emit({ to, channel }, bytes)` over the mesh. Frames have no answers: protocols above answer with frames. */
export class PeerClient extends ClientProxy {
  constructor(private readonly mesh: PeerMesh) {
    super();
  }

  connect(): Promise<void> {
    return this.mesh.start();
  }

  close(): Promise<void> {
    return this.mesh.stop();
  }

  unwrap<T>(): T {
    return this.mesh as T;
  }

  protected override dispatchEvent<T>(packet: ReadPacket<Uint8Array>): Promise<T> {
    const { to, channel } = packet.pattern as unknown as PeerPattern;
    if (this.mesh.send(to, channel, packet.data)) return Promise.resolve(undefined as T);
    return Promise.reject(new PeerFault('PEER_QUEUE_FULL', `peer ${to} is away or its queue is full`));
  }

  protected override publish(_packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    callback({ err: new Error('PeerClient: frames have no answers; use emit'), isDisposed: true });
    return () => undefined;
  }
}
