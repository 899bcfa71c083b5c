import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { up } from './dev/up.js';

/** `node apps/node/dist/dev.js [--directory DIR] [--pg URL]`: owns the demo network until it is stopped. */
const { values } = parseArgs({
  options: { directory: { type: 'string', default: '.lading/demo' }, pg: { type: 'string' } }
});
process.exitCode = await up({
  directory: resolve(values.directory),
  ...(values.pg === undefined ? {} : { postgresUrl: values.pg })
});
