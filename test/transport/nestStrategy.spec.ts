import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { CHANNEL } from '@lading/engine';
import { PeerClient, PeerServer } from '@lading/transport';
import type { PeerContext, PeerMessage } from '@lading/transport';
import { firstValueFrom } from 'rxjs';
import { codes, MeshBench, until } from './meshes.test-kit.js';

const heard: unknown[] = [];

@Controller()
class FramesController {
  @EventPattern(CHANNEL.consensus)
  consensus(@Payload() message: PeerMessage, @Ctx() context: PeerContext): void {
    heard.push(['consensus', message.peer, context.channel, message.bytes]);
  }

  @EventPattern(CHANNEL.batch)
  batch(): void {
    throw new Error('a batch that cannot be decoded');
  }
}

@Module({ controllers: [FramesController] })
class FramesModule {}

let bench: MeshBench;
let app: INestApplication | null = null;
beforeEach(async () => {
  heard.length = 0;
  bench = await MeshBench.open(2);
});
afterEach(async () => {
  await app?.close();
  app = null;
  await bench.close();
});

describe('the mesh as a Nest transport', () => {
  it('runs as a microservice of an application: channels are patterns, closing the application closes the sockets', async () => {
    const b = bench.make(1);
    const testing = await Test.createTestingModule({ imports: [FramesModule] }).compile();
    app = testing.createNestApplication(new FastifyAdapter(), { logger: false });
    app.connectMicroservice({ strategy: new PeerServer(b.mesh) });
    await app.startAllMicroservices();
    bench.addresses['bravo'] = `127.0.0.1:${b.mesh.port}`;

    const a = bench.make(0);
    const client = new PeerClient(a.mesh);
    await client.connect();
    await until(() => a.mesh.connectedPeers().length === 1);
    await firstValueFrom(client.emit({ to: 1, channel: CHANNEL.consensus }, Uint8Array.of(1, 2)), { defaultValue: null });
    await until(() => heard.length === 1);
    expect(heard).toEqual([['consensus', 0, CHANNEL.consensus, Uint8Array.of(1, 2)]]);
    // The plain port sees the same frames: the engine and Nest handlers can stand side by side.
    expect(b.frames.length).toBe(1);

    await firstValueFrom(client.emit({ to: 1, channel: CHANNEL.batch }, Uint8Array.of(1)), { defaultValue: null });
    await until(() => codes(b.events).includes('PEER_HANDLER'));
    await until(() => b.mesh.connectedPeers().length === 1);

    await app.close();
    app = null;
    await until(() => a.mesh.connectedPeers().length === 0);
    expect(b.mesh.connectedPeers()).toEqual([]);
  });

  it('tells the sender when a frame was not queued, and that frames have no answers', async () => {
    const a = await bench.start(0);
    const client = new PeerClient(a.mesh);
    await expect(firstValueFrom(client.emit({ to: 1, channel: CHANNEL.consensus }, Uint8Array.of(1)))).rejects.toThrow('PEER_QUEUE_FULL');
    await expect(firstValueFrom(client.send({ to: 1, channel: CHANNEL.consensus }, Uint8Array.of(1)))).rejects.toThrow('no answers');
    expect(client.unwrap()).toBe(a.mesh);
  });
});
