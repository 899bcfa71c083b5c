import { parseArgs } from 'node:util';
import { containerCeremony } from './container/ceremony.js';

/** `node dist/ceremony.js --directory DIR`: the key ceremony of docker-compose.yml, demo keys in the clear. */
const { values } = parseArgs({ options: { directory: { type: 'string', default: '/network' } } });
process.stdout.write(`${await containerCeremony(values.directory)}\n`);
