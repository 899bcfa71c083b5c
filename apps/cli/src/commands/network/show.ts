import { decodeConfig, successorConfig } from '@lading/ledger';
import { fromBase64Url } from '@lading/kernel';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { Session } from '../../profile/session.js';
import { changeLines } from '../../text/changeLines.js';
import { safeText } from '../../text/safe.js';
import { table } from '../../text/table.js';

/** Epochs shown; --json has all. */
const SHOWN = 12;

export async function run(call: Call): Promise<number> {
  const session = Session.open(call);
  const view = await session.client.network({ timeoutMs: call.globals.timeoutMs });
  if (call.out.isJson) {
    call.out.json(view);
    return EXIT.ok;
  }
  const { bold, dim } = call.out.colors;
  call.out.line(`${bold(safeText(view.name))}  epoch ${view.epoch}, from height ${view.startHeight + 1}`);
  call.out.line(`config hash ${view.configHash}`);
  const rows = view.organizations.map(({ id, name, validatorKey }) => ['', id, safeText(name), `key ${validatorKey.slice(0, 12)}…`]);
  call.out.line(table(rows));
  call.out.line(`${view.quorum} of ${view.organizations.length} must agree; ${view.faults} may fail or lie.`);
  call.out.line(Object.entries(view.parameters).map(([name, value]) => `${name}=${value}`).join(' '));
  const shown = view.epochs.slice(-SHOWN);
  const earlier = view.epoch + 1 - shown.length;
  if (earlier > 0) call.out.line(dim(`… ${earlier} earlier epochs`));
  for (const epoch of shown) {
    call.out.line(dim(`epoch ${epoch.epoch} from height ${epoch.startHeight + 1}: ${epoch.organizations.length} organizations`));
  }
  const config = decodeConfig(fromBase64Url(view.config) ?? new Uint8Array(0));
  if (config.ok) {
    const { genesis } = session;
    const since = changeLines(successorConfig(genesis.config), config.value);
    for (const line of since) call.out.line(`since genesis: ${safeText(line.trim())}`);
  }
  return EXIT.ok;
}
