import { rmSync } from 'node:fs';
import { stopTestServer } from './jest.testServer.mjs';

export default async function globalTeardown() {
  const folder = process.env.LADING_TEST_RUN;
  if (!folder) return;
  await stopTestServer(folder);
  rmSync(folder, { recursive: true, force: true });
}
