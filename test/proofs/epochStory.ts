import {
  ABSENCE_FORMAT, CONSISTENCY, CONSISTENCY_FORMAT, encodeProof, encodeReceipt, FRAUD, FRAUD_FORMAT, PRESENCE_FORMAT
} from '@lading/ledger';
import { encodeCountersigned } from '@lading/verifier';
import { countersignedBy } from '../../libs/verifier/src/countersigned.test-kit.js';
import { laterEpochs } from '../../libs/verifier/src/epochs.test-kit.js';
import { testKey, testNetwork } from '../fixtures/testNetwork.js';
import { kg, Names, object, pack } from './coffee.js';
import { consistencyOf, FRAUDS, fraudOf, keyText } from './sampleProofs.js';
import { StoryLedger, storyText } from './storyLedger.js';

export interface EpochStoryOptions {
  /** How far it has come: epoch 0 ends with block 2, epoch 1 with block 4, epoch 2 with block 6. Default 5. */
  readonly blocks?: number;
  /** Who really signs with the keys of epochs 1 and 2, all of which are new. */
  readonly signers?: 'right' | 'removed';
  /** No epoch ever ends: what the first validators could sign for those who know of no others. */
  readonly isForked?: boolean;
  readonly seed?: string;
  /** Another one makes another chain of the same keys. */
  readonly profile?: 'custody' | 'open';
}

/** A bag made of a lot, put on a pallet and stored, through three epochs; one deed a block. */
export function epochStory(options: EpochStoryOptions = {}): { readonly ledger: StoryLedger; readonly bag: string } {
  const { blocks = 5, signers = 'right', isForked = false, seed = 'epochs', profile = 'custody' } = options;
  const { keys, second, third } = laterEpochs(testNetwork({ seed, parameters: { profile } }), signers);
  const ledger = new StoryLedger(profile, seed, keys);
  const names = new Names(ledger);
  const [lot, bag, pallet] = [names.lot(0, 'A'), names.serial(0, 'BAG'), names.pallet(0, 1)];
  const made = { inputQuantityList: [kg(lot, 1)], outputEPCList: [bag] };
  const stored = object('OBSERVE', 'storing', [pallet], { readPoint: { id: names.site(0, 7) } });
  const deeds = [
    object('ADD', 'creating_class_instance', [], { quantityList: [kg(lot, 10)] }),
    { type: 'TransformationEvent', bizStep: 'commissioning', ...made },
    pack(pallet, [bag]),
    stored,
    object('OBSERVE', 'inspecting', [pallet]),
    stored
  ];
  const after = new Map([[2, second], [4, third], [6, { ...third, epoch: third.epoch + 1 }]]);
  for (const [index, deed] of deeds.slice(0, blocks).entries()) {
    const next = after.get(index + 1);
    if (next !== undefined && !isForked) ledger.endEpoch(next);
    ledger.capture(0, [deed]);
  }
  return { ledger, bag };
}

/** One proof of each kind at the height that the story has come to. */
export async function epochProofs(options: EpochStoryOptions = {}): Promise<Map<string, string>> {
  const { ledger, bag } = epochStory(options);
  const { chain } = ledger;
  const height = chain.blocks.length - 1;
  // The last block has its own tree root only when the tree is made.
  ledger.tree();
  const item = `provenance/item/${bag}`;
  const frauds = FRAUDS.map((kind) => {
    return [`fraud of ${kind}`, encodeProof(FRAUD_FORMAT, FRAUD, fraudOf(ledger, kind, 'lie', height))] as const;
  });
  return new Map([
    ['receipt', encodeReceipt(chain.receipt(height, 0, 0, height))],
    ['presence', await keyText(ledger, item, PRESENCE_FORMAT)],
    ['absence', await keyText(ledger, `${item}x`, ABSENCE_FORMAT)],
    ['consistency', encodeProof(CONSISTENCY_FORMAT, CONSISTENCY, consistencyOf(chain, 1, height))],
    ...frauds,
    ['provenance', storyText(await ledger.story(bag))],
    ['provenance with conditions', storyText(await ledger.story(bag, 'conditions'))],
    ['countersigned', encodeCountersigned(countersignedBy(testKey('witness'), chain, height, 1_767_300_000_000))]
  ]);
}
