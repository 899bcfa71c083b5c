import type { Height } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import type { Message, NewView, ViewChange } from '@lading/consensus';
import { buildBlock } from '@lading/ledger';
import type { Block, Certificate } from '@lading/ledger';
import { keyOf } from '../hashKey.js';
import { compareRanks, quorumOf, rankOf } from '../oracle/ballots.js';
import type { Adversary, Power } from '../surroundings.js';

/** Time between the two stories that a peer is told. */
const SECOND_MS = 12;

type Lie = 'outranked' | 'twice';

/**
 * Wants a view of its own in which the last blocks of the view before never happened: it leads the view after the one that
 * fails, states less than it knows, and opens the view
 * - `outranked`: on its own low statement, although the others' higher ones stand beside it, and proposes other blocks there;
 * - `twice`: first on the low base that q statements allow, then on the true one, or the other way round.
 */
export function usurper(): Adversary {
  const statements = new Map<string, Map<number, ViewChange>>();
  const blocks = new Map<string, Block>();
  const lied = new Set<string>();
  const usurped = new Set<number>();
  const note = (message: Message): void => {
    if (message.type === 'PRE-PREPARE') blocks.set(keyOf(message.block.blockHash), message.block);
    if (message.type !== 'VIEW-CHANGE') return;
    const key = `${message.epoch}/${message.newView}`;
    const held = statements.get(key) ?? new Map<number, ViewChange>();
    statements.set(key, held.set(message.signer, message));
  };
  return {
    name: 'usurper',
    hear: (_, message) => note(message),
    outgoing: (to, message, power) => {
      note(message);
      if ('view' in message && usurped.has(message.view) && message.type === 'PRE-PREPARE') return [];
      if (message.type !== 'NEW-VIEW' || message.signer !== power.self || message.epoch !== 0) return [message];
      const heard = [...(statements.get(`0/${message.view}`)?.values() ?? [])].filter(({ signer }) => signer !== power.self);
      const lie = power.dice.pick<Lie>(['outranked', 'twice'], 'lie', power.self, message.view);
      const low = lowStatement(message, power);
      const other = lie === 'outranked' ? outranked(message, heard, low, power) : allowed(message, heard, low, power);
      if (other === null) return [message];
      power.acted();
      if (lie === 'twice') {
        if (power.dice.chance(0.5, 'order', power.self, to)) return [message, other];
        power.node.later(SECOND_MS, () => power.send(to, message));
        return [other];
      }
      usurped.add(message.view);
      const name = `${to} ${message.view}`;
      if (!lied.has(name)) power.node.later(SECOND_MS, () => rewrite(to, message.view, low, blocks, power));
      lied.add(name);
      return [other];
    }
  };
}

/** A VIEW-CHANGE of its own that knows of the committed head at most. */
function lowStatement({ view }: NewView, power: Power): ViewChange {
  const { node, self } = power;
  let cert: Certificate | null = null;
  for (let height = node.height; height > 0 && cert === null; height--) {
    const proof = node.disk.database[height]?.proof ?? null;
    if (proof !== null && proof.descendants.length === 0 && proof.certificate.view < view) cert = proof.certificate;
  }
  const { genesis } = node.world.world;
  const head = node.disk.database[node.height]?.block ?? genesis;
  return power.sign({
    type: 'VIEW-CHANGE',
    epoch: 0,
    newView: view,
    certEpoch: 0,
    certView: cert?.view ?? 0,
    certHeight: cert?.height ?? (0 as Height),
    certHash: cert?.hash ?? genesis.blockHash,
    certKind: 'C',
    committedHeight: head.header.height,
    committedHash: head.blockHash,
    signer: self,
    highCert: cert
  });
}

function compose(like: NewView, chosen: readonly ViewChange[], top: Certificate | null, power: Power): NewView {
  const statements = [...chosen].sort((a, b) => a.signer - b.signer).map((one) => ({ ...one, highCert: null }));
  return power.sign({ ...like, statements, top }) as NewView;
}

/** Statements that know most, and a top that knows least. Null when nobody knows more. */
function outranked(like: NewView, heard: readonly ViewChange[], low: ViewChange, power: Power): NewView | null {
  const q = quorumOf(power.config.organizations.length);
  const others = [...heard].sort((a, b) => compareRanks(rankOf(b), rankOf(a))).slice(0, q - 1);
  const known = others[0];
  if (known === undefined || others.length < q - 1 || compareRanks(rankOf(known), rankOf(low)) <= 0) return null;
  return compose(like, [low, ...others], low.highCert, power);
}

/** Statements that know least, and the top that follows from them: allowed once. Null when it is the true one. */
function allowed(like: NewView, heard: readonly ViewChange[], low: ViewChange, power: Power): NewView | null {
  const q = quorumOf(power.config.organizations.length);
  const others = [...heard].sort((a, b) => compareRanks(rankOf(a), rankOf(b))).slice(0, q - 1);
  if (others.length < q - 1) return null;
  const best = [low, ...others].reduce((top, one) => (compareRanks(rankOf(one), rankOf(top)) > 0 ? one : top));
  const same = best.highCert === null ? like.top === null : like.top !== null && equalBytes(best.certHash, like.top.hash);
  return same ? null : compose(like, [low, ...others], best.highCert, power);
}

/** Another block in place of the one that the view before built on the low base, and the own votes for it. */
function rewrite(to: number, view: number, low: ViewChange, blocks: ReadonlyMap<string, Block>, power: Power): void {
  const { self, node } = power;
  const old = [...blocks.values()].find(({ header }) => equalBytes(header.parentHash, low.certHash) && header.originView < view);
  if (old === undefined) return;
  const header = { ...old.header, originView: view, proposer: self, timestampMs: old.header.timestampMs + 1, turnEnd: false };
  const block = buildBlock(header, old.refs, node.world.sha256);
  power.send(to, power.sign({ type: 'PRE-PREPARE', epoch: 0, view, block, justification: null, signer: self }));
  const vote = { epoch: 0, view, height: header.height, blockHash: block.blockHash, signer: self } as const;
  power.send(to, power.sign({ ...vote, type: 'PREPARE' }));
  power.send(to, power.sign({ ...vote, type: 'COMMIT' }));
}
