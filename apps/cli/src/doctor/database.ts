import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { NETWORK_FILES, readSecretFile } from '@lading/identity';
import { bad, good, unknown, type Finding } from './finding.js';

const ANSWER_MS = 2_000;
const POSTGRES_PORT = 5432;

/** Whether something listens where the node's database should be. The password is neither used nor shown. */
export async function examineDatabase(id: string, directory: string): Promise<Finding> {
  const file = join(directory, NETWORK_FILES.databaseUrl);
  if (!existsSync(file)) return unknown(`${id}: no database yet (${file})`);
  let url: URL;
  try {
    url = new URL((await readSecretFile(file)).trim());
  } catch (error) {
    return bad(
      `${id}: ${file} cannot be used`,
      String((error as Error).message),
      'write one postgres:// URL into it, mode 0600'
    );
  }
  const place = `${url.hostname}:${url.port || POSTGRES_PORT}`;
  const socketFolder = url.searchParams.get('host');
  const target =
    socketFolder?.startsWith('/') === true
      ? { path: join(socketFolder, `.s.PGSQL.${url.port || POSTGRES_PORT}`) }
      : { host: url.hostname, port: Number(url.port || POSTGRES_PORT) };
  const isOpen = await new Promise<boolean>((resolve) => {
    const socket = connect({ ...target, timeout: ANSWER_MS });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('timeout', end(false)).once('error', end(false));
  });
  if (isOpen) return good(`${id}: PostgreSQL answers at ${place}`);
  return bad(
    `${id}: PostgreSQL does not answer at ${place}`,
    'it is stopped, or elsewhere',
    'start it (in the demo: npm start)'
  );
}
