import type { Socket } from 'node:net';

/**
 * Connections whose other side has not proved who it is. Beyond the caps the oldest one goes, of the same address
 * first: an honest handshake takes milliseconds, so a flood of silent connections pushes out itself.
 */
export class HalfOpen {
  /** Oldest first. */
  readonly #sockets = new Map<Socket, string>();
  readonly #perAddress = new Map<string, number>();

  constructor(
    private readonly caps: { readonly halfOpenPerAddress: number; readonly halfOpenTotal: number },
    private readonly evicted: (address: string) => void
  ) {}

  get size(): number {
    return this.#sockets.size;
  }

  add(socket: Socket): void {
    const address = socket.remoteAddress ?? '?';
    this.#sockets.set(socket, address);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    socket.once('close', () => this.remove(socket));
    if ((this.#perAddress.get(address) as number) > this.caps.halfOpenPerAddress) this.#evict(address);
    else if (this.#sockets.size > this.caps.halfOpenTotal) this.#evict(null);
  }

  /** The other side has proved itself, or is gone. */
  remove(socket: Socket): void {
    const address = this.#sockets.get(socket);
    if (address === undefined) return;
    this.#sockets.delete(socket);
    const left = (this.#perAddress.get(address) as number) - 1;
    if (left === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, left);
  }

  closeAll(): void {
    for (const socket of [...this.#sockets.keys()]) socket.destroy();
  }

  #evict(address: string | null): void {
    for (const [socket, from] of this.#sockets) {
      if (address !== null && from !== address) continue;
      this.remove(socket);
      socket.destroy();
      this.evicted(from);
      return;
    }
  }
}
