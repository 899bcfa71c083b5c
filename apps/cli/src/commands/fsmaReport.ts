import { writeFileSync } from 'node:fs';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { usage } from '../failure.js';
import { Session } from '../profile/session.js';
import { safeText } from '../text/safe.js';

const FORMATS = ['json', 'csv', 'xlsx'] as const;

/** Fetches the FSMA 204 sheet; without --out it goes to stdout as CSV. */
export async function run(call: Call): Promise<number> {
  const file = call.option('out');
  const format = FORMATS.find((known) => (file ?? '.csv').endsWith(`.${known}`));
  if (format === undefined) throw usage('--out names a .csv, .xlsx or .json file', `lading ${call.command} --help`);
  const session = Session.open(call);
  const parameters = { lot: call.option('lot'), from: call.option('from'), to: call.option('to') };
  const bytes = await session.client.fsmaReport(format, parameters);
  if (file === undefined) call.out.raw(Buffer.from(bytes).toString('utf8'));
  else {
    writeFileSync(file, bytes);
    call.out.say(`Wrote ${safeText(file)}. Each row names the receipt that proves it.`);
  }
  return EXIT.ok;
}
