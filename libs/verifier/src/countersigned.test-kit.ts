import { encodeBlockHeader, encodeCheckpoint } from '@lading/ledger';
import type { TestChain } from '../../../test/fixtures/testChain.js';
import type { TestKey } from '../../../test/fixtures/testNetwork.js';
import { witnessBytes, type Countersigned } from './countersigned.js';

/** What an honest witness says of the checkpoint of a height, with the epochs that lead there. */
export function countersignedBy(witness: TestKey, chain: TestChain, height: number, timeMs: number): Countersigned {
  const checkpoint = chain.checkpoint(height);
  return {
    witness: witness.publicKey,
    timeMs,
    signature: witness.sign(witnessBytes({ ...checkpoint, chainId: chain.network.chainId, timeMs })),
    checkpointHeader: encodeBlockHeader(chain.at(height).block.header),
    checkpoint: encodeCheckpoint(checkpoint),
    epochs: chain.epochs(height)
  };
}
