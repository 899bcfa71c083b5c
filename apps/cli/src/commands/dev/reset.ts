import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { CliFailure, usage } from '../../failure.js';
import { nodeProgram } from '../../files/repository.js';
import { runChild } from '../../files/runChild.js';
import { demoDirectory, ownerOf } from './control.js';

/** Deletes a folder only when it is a demo: `.lading/demo` by name, or one that holds what a demo holds. */
export async function run(call: Call): Promise<number> {
  const directory = demoDirectory(call);
  const isDemo =
    basename(dirname(directory)) === '.lading' ||
    (existsSync(join(directory, 'story.json')) && existsSync(join(directory, 'pg')));
  if (!isDemo) throw usage(`${directory} is no demo`, 'delete networks of your own by hand');
  const owner = ownerOf(directory);
  if (owner !== null) {
    const next = 'stop it with Ctrl-C in its terminal, then run this again';
    throw new CliFailure({ what: `The demo runs (process ${owner})`, next, exitCode: EXIT.conflict });
  }
  if (!call.flag('yes')) {
    throw usage(
      `This deletes ${directory} for good: ${readdirSync(directory).length} entries, with all keys and the ledger`,
      'lading dev reset --yes'
    );
  }
  // The database server may keep its files elsewhere; only the demo's own program knows.
  const exitCode = await runChild([nodeProgram('dev'), '--reset', '--directory', directory]);
  if (exitCode !== EXIT.ok) return exitCode;
  call.out.say('  undo    not possible');
  call.out.say('  next    npm start   makes a new network');
  return EXIT.ok;
}
