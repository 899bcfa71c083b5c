import { readFileSync } from 'node:fs';
import { auditRuns } from './auditRate.js';

/** `runAuditRate.ts <url of the database> <genesis file> <runs>`: prints the runs as JSON. */
const [url = '', genesisFile = '', runs = '1'] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await auditRuns(url, new Uint8Array(readFileSync(genesisFile)), Number(runs))));
