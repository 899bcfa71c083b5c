import { equalBytes, toBase64Url, toHex } from '@lading/kernel';
import {
  PROVENANCE, PROVENANCE_FORMAT, verifyTransaction, type EpochConfig, type ProvenanceProof, type Transaction
} from '@lading/ledger/reading';
import { checkAnchor } from './anchor.js';
import { closureOf, END, type Closure, type Scope } from './closure.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import { headOf, openProvenance, type OpenEvent, type OpenProvenance } from './openProvenance.js';
import { notCheckedOf, provenanceFacts, type ProvenanceFacts } from './provenanceFacts.js';
import { check, verifyFile, type Check, type ProofKind, type Report } from './report.js';
import {
  ANOMALY_KEY, bytesOf, countOf, ITEM, ITEM_KEY, listOf, RECALLS_KEY, signerKey, textOf, type StateValue
} from './stateValue.js';
import { holdsEntry } from './verifyState.js';

const KIND: ProofKind<ProvenanceProof, OpenProvenance, ProvenanceFacts> = {
  format: PROVENANCE_FORMAT,
  shape: PROVENANCE,
  open: openProvenance,
  judge(story, ground) {
    const { crypto, genesis } = ground;
    const { proof, certified: shown, view } = story;
    const certified = [
      // V1.
      ...checkAnchor(proof, shown, ground),
      checkState(story, genesis.config, crypto),
      checkChains(story, crypto)
    ];
    // What nobody certified is of any size and shape: it leads nowhere.
    const isCertified = certified.every(({ ok }) => ok);
    const closure = isCertified ? closureOf(proof.subject, proof.scope as Scope, view) : NOTHING;
    const told = isCertified ? [checkClosure(story, closure), checkTransactions(story, genesis.config, crypto)] : [];
    const checks = [...certified, ...told, checkRecords(story)];
    const proven = checks.every(({ ok }) => ok);
    return { checks, notChecked: notCheckedOf(story, closure), facts: provenanceFacts(story, closure, ground, proven) };
  }
};

/**
 * Verifies that a file shows the whole story of an item (spec/proofs.md §7), with nothing but the genesis file. What must
 * be shown is computed from what is shown; the file's word is taken for nothing.
 */
export function verifyProvenance(
  file: Uint8Array | string,
  genesisBytes: Uint8Array,
  crypto: VerifierCrypto = NOBLE
): Report<ProvenanceFacts> {
  return verifyFile(KIND, file, genesisBytes, crypto);
}

const NOTHING: Closure = { items: new Map(), state: new Set(), chains: new Map(), missing: [], faults: [] };

/** V2: every entry is in the certified state, or absent from it. */
function checkState({ proof, certified }: OpenProvenance, config: EpochConfig, crypto: VerifierCrypto): Check {
  const root = { treeRoot: proof.treeRoot, depth: config.parameters.stateDepth };
  const wrong = proof.state.find((entry) => !holdsEntry(entry, root, crypto));
  return check(
    'state',
    wrong === undefined,
    `${proof.state.length} entries of the state at height ${certified.checkpoint.height}`,
    `the state does not say this of ${wrong?.key ?? ''}`
  );
}

/** V3: nothing was taken out of, put into, or exchanged in a chain. */
function checkChains({ proof, events, view }: OpenProvenance, crypto: VerifierCrypto): Check {
  const wrong = proof.chains.find((chain) => {
    const value = view.state(chain.key);
    // A chain beside no entry is looked at by nobody: that the entry is missing is for the closure to say.
    if (value === undefined) return false;
    const at = chain.key.startsWith(ITEM_KEY) ? ITEM.count : 0;
    const kinds = chain.key.startsWith(ANOMALY_KEY) ? chain.events.length : 0;
    const count = chain.skipped + chain.events.length + chain.after.length;
    const starts = chain.skipped > 0 || chain.base.every((byte) => byte === 0);
    const leads = equalBytes(headOf(chain, events, crypto), bytesOf(value?.[at + 1]));
    return !starts || !leads || count !== countOf(value?.[at]) || chain.kinds.length !== kinds;
  });
  return check(
    'chains',
    wrong === undefined,
    `${proof.events.length} events on ${proof.chains.length} chains, none missing`,
    `the events shown are not all of ${wrong?.key ?? ''}, or not in their order`
  );
}

/** V4: all that belongs to the story is shown, and nothing else. */
function checkClosure({ proof, transactions }: OpenProvenance, closure: Closure): Check {
  const keys = new Set(closure.state);
  for (const { header } of transactions.values()) keys.add(signerKey(header.kid));
  const used = new Set(proof.chains.flatMap(({ events }) => events));
  const shown = new Set(proof.state.map(({ key }) => key));
  const faults = [
    ...closure.faults,
    ...proof.state.filter(({ key }) => !keys.has(key)).map(({ key }) => `${key} does not belong here`),
    ...[...keys].filter((key) => !shown.has(key)).map((key) => `${key} is missing`),
    ...closure.missing.map((key) => `${key} is missing`),
    ...proof.chains.filter(({ key }) => !closure.chains.has(key)).map(({ key }) => `the chain of ${key} does not belong here`),
    ...proof.chains.filter((chain) => !reaches(chain, closure)).map(({ key }) => `the chain of ${key} is not shown far enough`),
    ...(used.size === proof.events.length ? [] : ['an event belongs to no chain'])
  ];
  const found = `${closure.items.size} items: all that ${proof.subject} is, came from, and was in`;
  return check('closure', faults.length === 0, found, faults.slice(0, 3).join('; '));
}

function reaches({ key, skipped, events, after }: OpenProvenance['proof']['chains'][number], closure: Closure): boolean {
  const window = closure.chains.get(key);
  if (window === undefined) return true;
  return skipped <= window.from && (window.to === END ? after.length === 0 : skipped + events.length > window.to);
}

/** V5: who said so, and that the bytes shown are what they said. */
function checkTransactions(story: OpenProvenance, { chainId }: EpochConfig, { sha256, verify }: VerifierCrypto): Check {
  const { transactions, events } = story;
  const said = new Set(events.map(({ event }) => toHex(event.txId)));
  const chain = toBase64Url(chainId);
  const isRight = ([id, transaction]: [string, Transaction]): boolean =>
    said.has(id) && transaction.header.chain === chain && verifyTransaction(transaction, verify);
  const isShown = ({ event }: OpenEvent): boolean => {
    const payload = transactions.get(toHex(event.txId))?.payload;
    if (payload === undefined) return event.start === 0 && event.end === 0;
    if (event.start >= event.end || event.end > payload.length) return false;
    return equalBytes(sha256(payload.subarray(event.start, event.end)), event.eventBytesHash);
  };
  const right = [...transactions].every(isRight) && events.every(isShown);
  const signers = new Set([...transactions.values()].map(({ header }) => header.kid));
  const found = `${transactions.size} transactions signed by ${signers.size} keys`;
  return check('transactions', right, found, 'a transaction or event is not what its signer signed');
}

/** V6: the records that are judged have the form that they are judged by. */
function checkRecords({ proof, view }: OpenProvenance): Check {
  const kinds = new Map(proof.chains.map((chain) => [chain.key, chain.kinds]));
  const wrong = proof.state.find(({ key, value }) => {
    const parts = view.state(key);
    if (value.length === 0 || parts === null || parts === undefined) return false;
    if (key.startsWith(ITEM_KEY)) return parts.length < 27 || parts[0] !== 2;
    if (key.startsWith('provenance/recall/')) return parts.length !== 8 || parts[0] !== 1;
    if (key.startsWith(RECALLS_KEY)) return parts.length !== 3;
    return key.startsWith(ANOMALY_KEY) && !isTally(parts, kinds.get(key) ?? []);
  });
  return check('records', wrong === undefined, 'recalls and anomalies are read', `${wrong?.key ?? ''} has another form`);
}

/** The counts of kinds in the record are those of the chain. */
function isTally(parts: StateValue, kinds: readonly string[]): boolean {
  const counted = new Map<string, number>();
  for (const kind of kinds) counted.set(kind, (counted.get(kind) ?? 0) + 1);
  const entries = listOf(parts[2]).map(listOf);
  return parts.length === 3 && entries.length === counted.size && entries.every(([kind, n]) => counted.get(textOf(kind)) === n);
}
