import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from '../../call.js';
import { HOME, nodeProgram } from '../../files/repository.js';
import { runChild } from '../../files/runChild.js';

/** What `npm start` does: it builds what is stale first, where there are sources. */
export async function run(call: Call): Promise<number> {
  const url = call.option('pg');
  const script = join(HOME, 'scripts', 'start.mjs');
  const program = existsSync(script) ? script : nodeProgram('dev');
  return runChild([program, ...(url === undefined ? [] : ['--pg', url])], { cwd: HOME });
}
