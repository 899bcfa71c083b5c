import { writeFileSync } from 'node:fs';
import type { EvidenceItemView } from '@lading/api';
import { toBase64Url } from '@lading/kernel';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { Session } from '../../profile/session.js';
import { safeText } from '../../text/safe.js';
import { table } from '../../text/table.js';

const FORMAT = 'lading/evidence/1';

/** Proofs that validators broke the protocol, as a node holds them; with --out both statements of each, to be checked by others. */
export async function run(call: Call): Promise<number> {
  const session = Session.open(call);
  const { items, configs } = await session.client.evidence({ timeoutMs: call.globals.timeoutMs });
  const out = call.option('out');
  if (out !== undefined) {
    const chainId = toBase64Url(session.genesis.chainId);
    writeFileSync(out, `${JSON.stringify({ format: FORMAT, chainId, configs, items }, null, 2)}\n`);
    call.out.say(`${items.length} items written to ${out}`);
  }
  if (call.out.isJson) call.out.json({ items, configs });
  else if (items.length === 0) call.out.line('This node holds no evidence against anybody.');
  else call.out.line(table([HEAD.map((cell) => call.out.colors.dim(cell)), ...items.map(rowOf)]));
  return EXIT.ok;
}

const HEAD = ['', 'found', 'validator of', 'epoch', 'kind', 'at', 'says', 'and'];

function rowOf({ number, recordedAt, organization, epoch, kind, statements }: EvidenceItemView): readonly string[] {
  const [first, second] = statements;
  const says = (one: typeof first): string => safeText(one === undefined ? '' : `${one.type} ${one.content.slice(0, 10)}…`);
  return [
    ...[String(number), recordedAt, safeText(organization), String(epoch), safeText(kind), placeOf(first)],
    ...[says(first), says(second)]
  ];
}

function placeOf(statement: EvidenceItemView['statements'][number] | undefined): string {
  if (statement === undefined) return '';
  const { type, view, height } = statement;
  const at = height === null ? [] : [`${type === 'BATCH' ? 'batch' : 'height'} ${height}`];
  return [...(view === null ? [] : [`view ${view}`]), ...at].join(' ');
}
