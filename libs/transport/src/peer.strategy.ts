import { BaseRpcContext, Server } from '@nestjs/microservices';
import type { CustomTransportStrategy, MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { PeerMesh } from './peerMesh.js';

/** Data of a message handler: one frame. */
export interface PeerMessage {
  /** Validator index of the sender. */
  readonly peer: number;
  readonly bytes: Uint8Array;
}

/** Nest's context of one frame: [peer, channel]. */
export class PeerContext extends BaseRpcContext<[number, number]> {
  get peer(): number {
    return this.args[0];
  }

  get channel(): number {
    return this.args[1];
  }
}

/**
 * The mesh as a Nest transport: `app.connectMicroservice({ strategy: new PeerServer(mesh) })`. A handler's pattern is
 * the number of a channel, as in `@EventPattern(CHANNEL.consensus)`; its data is a {@link PeerMessage}. A handler
 * that fails closes the sender's connection; one that is slow slows down that sender only.
 */
export class PeerServer extends Server implements CustomTransportStrategy {
  #handlers: ReadonlyMap<number, MessageHandler> = new Map();

  constructor(private readonly mesh: PeerMesh) {
    super();
    mesh.onFrame((peer, channel, bytes) => this.#dispatch(peer, channel, bytes));
  }

  /** `callback` is called when the node listens, or with the fault that prevents it. */
  listen(callback: (error?: unknown) => void): void {
    // Resolved once: patterns are fixed when the application starts, and frames are many.
    this.#handlers = new Map([...this.messageHandlers].map(([pattern, handler]) => [Number(pattern), handler]));
    this.mesh.start().then(() => callback(), callback);
  }

  async close(): Promise<void> {
    await this.mesh.stop();
  }

  /** Events of connections are told by the mesh's `onEvent`. */
  on(): void {
    throw new Error('PeerServer: use the onEvent option of PeerMesh');
  }

  unwrap<T>(): T {
    return this.mesh as T;
  }

  #dispatch(peer: number, channel: number, bytes: Uint8Array): unknown {
    const handler = this.#handlers.get(channel);
    return handler === undefined ? undefined : run(handler, { peer, bytes }, new PeerContext([peer, channel]));
  }
}

async function run(handler: MessageHandler, message: PeerMessage, context: PeerContext): Promise<void> {
  const result: unknown = await handler(message, context);
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}
