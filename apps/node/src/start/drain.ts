import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LedgerNode } from '@lading/engine';

/** Requests that are being answered when the node stops get this long; their transactions stay safe in any case. */
const DRAIN_MS = 4000;
/** Then whoever still waits has been told so, and gets this long to read it. */
const LAST_ANSWERS_MS = 1000;
const SWEEP_MS = 50;

/** No new connections; what is under way is answered; the engine comes to rest; then sockets are closed. */
export async function drain(app: NestFastifyApplication, node: Pick<LedgerNode, 'stop'>): Promise<void> {
  const server = app.getHttpServer() as Server;
  const closed = app.close();
  // A connection becomes idle only when its answer is read, after the server has asked for idle ones to be closed.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  try {
    await within(closed, DRAIN_MS);
    // Answers whoever still waits: "submit the same transaction again".
    await node.stop();
    await within(closed, LAST_ANSWERS_MS);
    server.closeAllConnections();
    await closed;
  } finally {
    clearInterval(sweep);
  }
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
