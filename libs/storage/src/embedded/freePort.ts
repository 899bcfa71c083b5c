import { createServer } from 'node:net';
import { StorageFault } from '../storageFault.js';

/**
 * Ports that the system gives to outgoing connections begin at 32768 (Linux) or higher: one from below cannot be taken by such a
 * connection between the moment it is found free and the moment its server listens.
 */
const FIRST_PORT = 12_000;
const PORT_COUNT = 20_000;
/** Processes that look for ports at the same time, as test runners do, begin far apart: neighbours by 613 ports. */
let nextPort = (process.pid * 613) % PORT_COUNT;

/** A port that was free a moment ago, another one at each call. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORT_COUNT; tries += 1) {
    nextPort = (nextPort + 1) % PORT_COUNT;
    const port = FIRST_PORT + nextPort;
    if (await canListen(port)) return port;
  }
  throw new StorageFault('POSTGRES_START_FAILED', 'no port is free');
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
