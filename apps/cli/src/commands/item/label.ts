import { writeFileSync } from 'node:fs';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { usage } from '../../failure.js';
import { Session } from '../../profile/session.js';
import { safeText } from '../../text/safe.js';

export async function run(call: Call): Promise<number> {
  const symbol = call.option('symbol') ?? 'qr';
  if (symbol !== 'qr' && symbol !== 'datamatrix') throw usage('--symbol is qr or datamatrix', 'lading item label --help');
  const svg = await Session.open(call).client.label(call.arg(0), symbol, call.option('stem'));
  const file = call.option('out');
  if (file === undefined) call.out.line(svg);
  else {
    writeFileSync(file, svg);
    call.out.say(`Wrote ${safeText(file)}.`);
  }
  return EXIT.ok;
}
