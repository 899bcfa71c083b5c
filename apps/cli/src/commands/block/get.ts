import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { usage } from '../../failure.js';
import { Session } from '../../profile/session.js';
import { minute } from '../../text/sentence.js';

const SHOWN = 50;

export async function run(call: Call): Promise<number> {
  const text = call.arg(0);
  if (text !== 'latest' && !/^(0|[1-9][0-9]{0,14})$/.test(text))
    throw usage(`"${text}" is no height`, 'lading block get latest');
  const session = Session.open(call);
  const block = await session.client.block(text === 'latest' ? 'latest' : Number(text));
  if (call.out.isJson) {
    call.out.json(block);
    return EXIT.ok;
  }
  const { out } = call;
  out.line(
    `Block ${block.height}  ${minute(block.timestampMs)} UTC  ${block.certified ? 'certified' : 'not certified yet'}`
  );
  out.line(`  hash       ${block.blockHash}`);
  out.line(`  parent     ${block.parentHash}`);
  out.line(`  proposed   by ${block.proposer || 'genesis'}, view ${block.view}, epoch ${block.epoch}`);
  out.line(
    `  signed     by ${block.signers.length === 0 ? 'nobody: it is the genesis block' : block.signers.join(', ')}`
  );
  out.line(`  state      ${block.stateRoot}`);
  out.line(`  contains   ${block.txCount} transaction${block.txCount === 1 ? '' : 's'}`);
  for (const { index, txId, status, code } of block.transactions.slice(0, SHOWN))
    out.line(`    ${String(index).padStart(3)}  ${txId}  ${status} ${code}`.trimEnd());
  if (block.transactions.length > SHOWN) out.line(`    and ${block.transactions.length - SHOWN} more (see --json)`);
  return EXIT.ok;
}
