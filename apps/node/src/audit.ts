import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { selfTestC1, selfTestSha256 } from '@lading/identity';
import { runAudit } from './audit/runAudit.js';
import { runExport } from './audit/runExport.js';
import { runProjectionAudit } from './audit/runProjectionAudit.js';
import { errorPages } from './start/paths.js';
import { explain, StartFault } from './start/startFault.js';

const USAGE = `audit.js --url-file <file with a URL> --genesis <genesis.json> [--json] [--quiet]
  [--resume <file>] [--most <findings>]     derive everything again (--dir <export> instead of --url-file)
  --export <folder>                         write blocks, batches and certificates into a folder
  --projections [--rebuild]                 compare the query tables with what the ledger gives`;

const MOST = 1000;

/** `node dist/audit.js …`: derives a whole ledger again, exports it, or compares its query tables. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...{ 'url-file': { type: 'string' }, dir: { type: 'string' }, genesis: { type: 'string' } },
      ...{ resume: { type: 'string' }, most: { type: 'string' }, export: { type: 'string' } },
      ...{ projections: { type: 'boolean' }, rebuild: { type: 'boolean' } },
      ...{ json: { type: 'boolean' }, quiet: { type: 'boolean' } }
    }
  });
  const { genesis, dir } = values;
  const urlFile = values['url-file'];
  if (genesis === undefined || (urlFile === undefined) === (dir === undefined)) throw new StartFault('USAGE', USAGE);
  selfTestC1();
  selfTestSha256();
  const how = { isJson: values.json === true, quiet: values.quiet === true };
  const most = values.most === undefined ? MOST : Number(values.most);
  if (!Number.isSafeInteger(most) || most < 1) throw new StartFault('USAGE', '--most takes a number of findings');
  if (urlFile !== undefined && values.export !== undefined) {
    return runExport({ urlFile, genesis, folder: values.export, ...how });
  }
  if (urlFile !== undefined && values.projections === true) {
    return runProjectionAudit({ urlFile, most, rebuild: values.rebuild === true, ...how });
  }
  return runAudit({ urlFile: urlFile ?? null, folder: dir ?? null, genesis, resume: values.resume ?? null, most, ...how });
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
