import { nodeArguments } from '../../audit/inputs.js';
import { writeBundle } from '../../audit/writeBundle.js';
import type { Call } from '../../call.js';
import { usage } from '../../failure.js';
import { nodeProgram } from '../../files/repository.js';
import { runChild } from '../../files/runChild.js';

/**
 * Blocks, batches, outcomes and certificates of a database or a node in a folder (spec/export.md), for `audit db --dir`;
 * or the story of one item with its receipts.
 */
export async function run(call: Call): Promise<number> {
  const folder = call.option('to') ?? call.args[0];
  if (folder === undefined || (call.option('to') !== undefined && call.args.length > 0)) {
    throw usage('Into which folder?', 'lading audit export FOLDER, or --to FOLDER');
  }
  const item = call.option('item');
  if (item !== undefined) return writeBundle(call, item, folder);
  const { args, token } = nodeArguments(call);
  const words = [...(call.flag('quiet') ? ['--quiet'] : []), ...(call.out.isJson ? ['--json'] : [])];
  return runChild([nodeProgram('audit'), ...args, '--export', folder, ...words], { token });
}
