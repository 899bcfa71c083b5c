import {
  ABSENCE_FORMAT, formatOfProof, keyHash, PRESENCE_FORMAT, STATE_PROOF, valueHash, verifyAbsence, verifyPresence,
  type KeyProof, type StateAnchor, type StateEntryProof
} from '@lading/ledger/reading';
import { CERTIFIED, checkAnchor, type Certified } from './anchor.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import { openParts } from './openParts.js';
import {
  check, KEY_HOLDERS, MOVED_ON, networkFacts, verifyFile,
  type AnchorFacts, type Ground, type ProofKind, type Report
} from './report.js';

/** What a proof of one key claims; it holds only when the report is `proven`. */
export interface StateFacts extends AnchorFacts {
  readonly key: string;
  /** Null where the key is absent. */
  readonly value: Uint8Array | null;
}

const NOT_CHECKED: readonly string[] = [MOVED_ON, 'freshness: what was true at the height above may have changed since', KEY_HOLDERS];

/** spec/proofs.md 4.2: whether the entry holds under the root. */
export function holdsEntry(entry: StateEntryProof, anchor: StateAnchor, { sha256 }: VerifierCrypto): boolean {
  const key = keyHash(entry.key, sha256);
  return entry.value.length === 0
    ? verifyAbsence(key, entry, anchor, sha256)
    : verifyPresence(key, valueHash(entry.value, sha256), entry, anchor, sha256);
}

type Opened = KeyProof & { readonly certified: Certified };

function kindOf(isAbsent: boolean, asked: string | null): ProofKind<KeyProof, Opened, StateFacts> {
  return {
    format: isAbsent ? ABSENCE_FORMAT : PRESENCE_FORMAT,
    shape: STATE_PROOF,
    open(proof) {
      const certified = openParts(proof, CERTIFIED);
      return certified.ok ? { ok: true, value: { ...proof, certified: certified.value } } : certified;
    },
    judge(proof, ground) {
      const { state, certified, treeRoot } = proof;
      const anchor = { treeRoot, depth: ground.genesis.config.parameters.stateDepth };
      const holds = (state.value.length === 0) === isAbsent && holdsEntry(state, anchor, ground.crypto);
      const found = isAbsent ? `${state.key} is not in the state` : `${state.key} has ${state.value.length} bytes`;
      const isAsked = asked === null || asked === state.key;
      const checks = [
        // S1.
        ...checkAnchor(proof, certified, ground),
        // S2.
        check('entry', holds, found, 'the state does not say this of the key'),
        // S3.
        check('question', isAsked, `about ${state.key}`, `about ${state.key}, not ${asked ?? ''}`)
      ];
      const facts = { ...anchorFacts(certified, ground), key: state.key, value: isAbsent ? null : state.value };
      return { checks, notChecked: NOT_CHECKED, facts };
    }
  };
}

/**
 * Verifies a proof of presence or absence of one key (spec/proofs.md §5). `asked`: the key in question; null takes the
 * key of the file, and the reader must look at it.
 */
export function verifyState(
  file: Uint8Array | string,
  genesisBytes: Uint8Array,
  asked: string | null = null,
  crypto: VerifierCrypto = NOBLE
): Report<StateFacts> {
  return verifyFile(kindOf(formatOfProof(file) === ABSENCE_FORMAT, asked), file, genesisBytes, crypto);
}

export function anchorFacts({ checkpoint, checkpointHeader }: Certified, ground: Ground): AnchorFacts {
  const { height: checkpointHeight, epoch } = checkpoint;
  return { ...networkFacts(ground), checkpointHeight, epoch, timestampMs: checkpointHeader.timestampMs };
}
