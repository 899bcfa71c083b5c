import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { selfTestC1, selfTestSha256 } from '@lading/identity';
import { runAudit } from './audit/runAudit.js';
import { runExport } from './audit/runExport.js';
import { runProjectionAudit } from './audit/runProjectionAudit.js';
import { errorPages } from './start/paths.js';
import { explain, StartFault } from './start/startFault.js';

const USAGE = `audit.js --url-file <file with a URL> --genesis <genesis.json> [--json] [--quiet]
  [--resume <file>] [--most <findings>]     derive everything again (--dir <export>, or --url <node>, instead of --url-file)
  --export <folder>                         write blocks, batches and certificates into a folder (--url-file or --url)
  --projections [--rebuild]                 compare the query tables with what the ledger gives (--url-file)
  --token-file <file>                       with --url: bearer token of a member with the role audit`;

const MOST = 1000;

/** `node dist/audit.js …`: derives a whole ledger again, exports it, or compares its query tables. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...{ 'url-file': { type: 'string' }, dir: { type: 'string' }, genesis: { type: 'string' } },
      ...{ url: { type: 'string' }, 'token-file': { type: 'string' } },
      ...{ resume: { type: 'string' }, most: { type: 'string' }, export: { type: 'string' } },
      ...{ projections: { type: 'boolean' }, rebuild: { type: 'boolean' } },
      ...{ json: { type: 'boolean' }, quiet: { type: 'boolean' } }
    }
  });
  const { genesis, dir: folder = null, url = null } = values;
  const { 'url-file': urlFile = null, 'token-file': tokenFile = null } = values;
  const given = [urlFile, folder, url].filter((one) => one !== null).length;
  if (genesis === undefined || given !== 1 || (url !== null && !URL.canParse(url))) throw new StartFault('USAGE', USAGE);
  selfTestC1();
  selfTestSha256();
  const how = { isJson: values.json === true, quiet: values.quiet === true };
  const from = { urlFile, folder, url, tokenFile };
  const most = values.most === undefined ? MOST : Number(values.most);
  if (!Number.isSafeInteger(most) || most < 1) throw new StartFault('USAGE', '--most takes a number of findings');
  if (folder === null && values.export !== undefined) return runExport({ from, genesis, folder: values.export, ...how });
  if (urlFile !== null && values.projections === true) {
    return runProjectionAudit({ urlFile, most, rebuild: values.rebuild === true, ...how });
  }
  return runAudit({ from, genesis, resume: values.resume ?? null, most, ...how });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  async (error: unknown) => {
    process.stderr.write(`${await explain(error, errorPages)}\n`);
    process.exitCode = 1;
  }
);
