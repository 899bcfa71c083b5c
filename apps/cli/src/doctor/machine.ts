import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { HOME } from '../files/repository.js';
import { bad, good, type Finding } from './finding.js';

const OLDEST_NODE = [20, 19] as const;
const LEAST_FREE_BYTES = 1 << 30;

/** Node, the build, and room on the disk. */
export async function examineMachine(folder: string): Promise<readonly Finding[]> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const isBuilt = existsSync(join(HOME, 'apps', 'node', 'dist', 'main.js'));
  return [
    isNew
      ? good(`Node ${process.version}`)
      : bad(`Node ${process.version}`, 'it is too old', `install Node ${OLDEST_NODE.join('.')} or newer`),
    isBuilt
      ? good('the node is built')
      : bad('the node is not built', 'apps/node/dist/main.js is missing', `npm run build   in ${HOME}`),
    await examineDisk(folder)
  ];
}

async function examineDisk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = `${(free / (1 << 30)).toFixed(1)} GiB free on the disk of ${folder}`;
  return free >= LEAST_FREE_BYTES
    ? good(text)
    : bad(text, 'a node stops when it cannot write', 'make room, or move the data directory');
}
