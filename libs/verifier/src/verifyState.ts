import { toBase64Url } from '@lading/kernel';
import {
  ABSENCE_FORMAT,
  decodeGenesis,
  decodeProof,
  formatOfProof,
  keyHash,
  PRESENCE_FORMAT,
  STATE_PROOF,
  valueHash,
  verifyAbsence,
  verifyPresence,
  type Genesis,
  type StateAnchor,
  type StateEntryProof
} from '@lading/ledger';
import { judgeAnchor, openAnchor, type OpenAnchor } from './anchor.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import { check, judged, unread, unreadable, type AnchorFacts, type Report } from './report.js';

/** What a proof of one key claims; it holds only when the report is `proven`. */
export interface StateFacts extends AnchorFacts {
  readonly key: string;
  /** Null where the key is absent. */
  readonly value: Uint8Array | null;
}

export const NOT_CHECKED_OF_STATE: readonly string[] = [
  'whether the network has moved on: old validators could still sign blocks for those who do not know of later epochs',
  'freshness: what was true at the height above may have changed since',
  'who holds the private keys behind the names in the genesis file'
];

/** spec/proofs.md 4.2: whether the entry holds under the root. */
export function holdsEntry(entry: StateEntryProof, anchor: StateAnchor, { sha256 }: VerifierCrypto): boolean {
  const key = keyHash(entry.key, sha256);
  return entry.value.length === 0
    ? verifyAbsence(key, entry, anchor, sha256)
    : verifyPresence(key, valueHash(entry.value, sha256), entry, anchor, sha256);
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
  const genesis = decodeGenesis(genesisBytes, crypto.sha256);
  if (!genesis.ok) return unread('UNCHECKABLE', genesis.code, `trust anchor: ${genesis.detail}`);
  const format = formatOfProof(file) === ABSENCE_FORMAT ? ABSENCE_FORMAT : PRESENCE_FORMAT;
  const decoded = decodeProof(file, format, STATE_PROOF);
  if (!decoded.ok) return unreadable(decoded);
  const opened = openAnchor(decoded.value, crypto.sha256);
  if (!opened.ok) return unreadable(opened);
  const { state } = decoded.value;
  const { config } = genesis.value;
  const anchor = { treeRoot: opened.value.treeRoot, depth: config.parameters.stateDepth };
  const isAbsent = format === ABSENCE_FORMAT;
  const holds = (state.value.length === 0) === isAbsent && holdsEntry(state, anchor, crypto);
  const found = isAbsent ? `${state.key} is not in the state` : `${state.key} has ${state.value.length} bytes`;
  const checks = [
    ...judgeAnchor(opened.value, config, crypto).checks,
    check('entry', holds, found, 'the state does not say this of the key'),
    check('question', asked === null || asked === state.key, `about ${state.key}`, `about ${state.key}, not ${asked ?? ''}`)
  ];
  const facts = { ...anchorFacts(opened.value, genesis.value), key: state.key, value: isAbsent ? null : state.value };
  return judged(checks, NOT_CHECKED_OF_STATE, facts);
}

export function anchorFacts({ checkpoint, checkpointHeader }: OpenAnchor, genesis: Genesis): AnchorFacts {
  return {
    chainId: toBase64Url(genesis.chainId),
    network: genesis.name,
    checkpointHeight: checkpoint.height,
    epoch: checkpoint.epoch,
    timestampMs: checkpointHeader.timestampMs
  };
}
