import type { Call } from '../../call.js';
import { CliFailure } from '../../failure.js';
import { nodeProgram } from '../../files/repository.js';
import { runChild } from '../../files/runChild.js';
import { auditInputs } from '../../audit/inputs.js';

/** Blocks, batches, outcomes and certificates of a database in a folder (spec/export.md), for `audit db --dir`. */
export async function run(call: Call): Promise<number> {
  if (call.option('item') !== undefined) {
    throw new CliFailure({ what: 'The whole story of one item comes as a proof', next: 'lading prove ITEM --help' });
  }
  const { urlFile, genesis } = auditInputs(call);
  const words = call.out.isJson ? ['--json'] : [];
  return runChild([nodeProgram('audit'), '--url-file', urlFile, '--genesis', genesis, '--export', call.arg(0), ...words]);
}
