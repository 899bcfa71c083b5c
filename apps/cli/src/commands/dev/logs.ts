import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { CliFailure, usage } from '../../failure.js';
import { findProfile } from '../../profile/profile.js';
import { demoDirectory } from './control.js';

const DEFAULT_LINES = '50';

/** Reads the file, so that it also works after the demo has ended. */
export async function run(call: Call): Promise<number> {
  const count = call.count('--lines', call.option('lines') ?? DEFAULT_LINES);
  const { organizations } = findProfile(demoDirectory(call), null);
  const wanted = call.arg(0);
  const known = organizations.find(({ id }, i) => id === wanted || String(i + 1) === wanted);
  if (known?.directory === undefined || known.directory === null) {
    throw usage(
      `There is no node "${wanted}"`,
      `choose: ${organizations.map(({ id }, i) => `${i + 1} ${id}`).join(', ')}`
    );
  }
  const path = join(known.directory, 'node.log');
  if (!existsSync(path))
    throw new CliFailure({ what: `${known.id} has no log yet`, why: `${path} is missing`, next: 'npm start' });
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  for (const line of lines.slice(-count)) call.out.line(line);
  return Promise.resolve(EXIT.ok);
}
