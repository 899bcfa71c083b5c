import { parseAddress } from './index.js';
import { checkGreeting, decodeGreeting, encodeGreeting, GREETING_BYTES } from './greeting.js';
import { HalfOpen } from './halfOpen.js';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

describe('addresses of peers', () => {
  it('are host:port or [IPv6]:port', () => {
    expect(parseAddress('node-b:4201')).toEqual({ host: 'node-b', port: 4201 });
    expect(parseAddress('127.0.0.1:1')).toEqual({ host: '127.0.0.1', port: 1 });
    expect(parseAddress('[::1]:65535')).toEqual({ host: '::1', port: 65535 });
    for (const bad of ['', 'host', 'host:', ':1', 'host:0', 'host:65536', '::1:1', 'a b:1', 'http://a:1', 'a:1/x'])
      expect(parseAddress(bad)).toBeNull();
  });
});

describe('greetings', () => {
  const own = { chainId: new Uint8Array(32).fill(5), protocolVersion: 1 };

  it('round-trip, and anything else is refused', () => {
    const bytes = encodeGreeting(own);
    expect(bytes.length).toBe(GREETING_BYTES);
    expect(decodeGreeting(bytes)).toEqual(own);
    for (const bad of [new Uint8Array(0), bytes.subarray(1), new Uint8Array(GREETING_BYTES)])
      expect(() => decodeGreeting(bad)).toThrow('PEER_FRAME_MALFORMED');
  });

  it('must be of our network and version', () => {
    const peer = { ...own };
    checkGreeting(peer, own);
    expect(() => checkGreeting({ ...peer, chainId: new Uint8Array(32) }, own)).toThrow('PEER_WRONG_NETWORK');
    expect(() => checkGreeting({ ...peer, protocolVersion: 2 }, own)).toThrow('PEER_WRONG_VERSION');
  });
});

class FakeSocket extends EventEmitter {
  destroyed = false;

  constructor(readonly remoteAddress: string) {
    super();
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

describe('half-open connections', () => {
  const open = (): { half: HalfOpen; evicted: string[]; add(address: string): FakeSocket } => {
    const evicted: string[] = [];
    const half = new HalfOpen({ halfOpenPerAddress: 2, halfOpenTotal: 4 }, (address) => evicted.push(address));
    return {
      half,
      evicted,
      add(address) {
        const socket = new FakeSocket(address);
        half.add(socket as unknown as Socket);
        return socket;
      }
    };
  };

  it('push out the oldest of their own address first', () => {
    const { half, evicted, add } = open();
    const [other, first, second, third] = [add('b'), add('a'), add('a'), add('a')];
    expect([other, first, second, third].map(({ destroyed }) => destroyed)).toEqual([false, true, false, false]);
    expect([evicted, half.size]).toEqual([['a'], 3]);
  });

  it('push out the oldest of all beyond the total', () => {
    const { half, evicted, add } = open();
    const first = add('a');
    for (const address of ['b', 'c', 'd', 'e']) add(address);
    expect([first.destroyed, evicted, half.size]).toEqual([true, ['a'], 4]);
  });

  it('stop counting when they are proved or gone', () => {
    const { half, add } = open();
    half.remove(add('a') as unknown as Socket);
    add('a').destroy();
    expect(half.size).toBe(0);
    for (let i = 0; i < 2; i++) add('a');
    expect(half.size).toBe(2);
  });
});
