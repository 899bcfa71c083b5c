import { ZERO_HASH } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { batchHash, batchSigningBytes } from '@lading/ledger';
import type { Block } from '@lading/ledger';
import { bareEvidence, isEvidenceWanted } from './evidence.js';
import { EVIDENCE_PER_VALIDATOR, evidencePlace } from './evidencePlace.js';
import type { BatchStatement, Evidence, EvidenceItem, EvidenceKind, Message, NewView } from './message.js';
import { decodeMessage } from './messageCodec.js';
import { encodeMessage } from './messageEncoding.js';
import { Bench, shape, signWith, START_MS, verifyToy } from './network.test-kit.js';
import type { Output } from './output.js';
import { batchEvidence, evidenceOfNewView, verifyEvidence } from './verifyEvidence.js';
import { evidenceStatement, proveEvidence } from './proveEvidence.js';
import { verifyMessage } from './verifyMessage.js';

const bench = new Bench(1);
const block = bench.block(bench.genesis, [bench.batch(1, 0)]);
const rival = bench.block(bench.genesis, [bench.batch(1, 0)], { timestampMs: START_MS + 5 });
const prepared = bench.certificate('P', block, [0, 1, 3]);
const three = (view: number): NewView['statements'] => [0, 1, 2].map((signer) => bench.viewChange(view, signer));
const checkpoint = (of: Block): EvidenceItem =>
  bench.sign({ type: 'CHECKPOINT', epoch: 0, height: 1 as Height, blockHash: of.blockHash, stateRoot: ZERO_HASH, signer: 2 });
const batch = (txCount: number): BatchStatement => {
  const place = { chainId: bench.config.chainId, epoch: 0, lane: 2, seq: 4, prevBatchHash: ZERO_HASH };
  const header = { ...place, txCount, txRoot: ZERO_HASH, bytes: 9 };
  return { type: 'BATCH', header, signature: signWith(bench.config, 2, batchSigningBytes(header, batchHash(header))) };
};
const newView = (statements: NewView['statements'], top = null as NewView['top']): NewView => bench.newView(2, statements, top);
const evidence = (what: EvidenceKind, first: EvidenceItem, second: EvidenceItem): Evidence =>
  ({ type: 'EVIDENCE', epoch: 0, what, first, second });

const stale = { ...bench.viewChange(2, 2), highCert: null };
const better = { ...bench.viewChange(2, 2, prepared), highCert: null };
const kinds: Record<EvidenceKind, Evidence> = {
  'PRE-PREPARE': evidence('PRE-PREPARE', bench.proposal(block, 0, 0), bench.proposal(rival, 0, 0)),
  PREPARE: evidence('PREPARE', bench.vote('PREPARE', block, 2), bench.vote('PREPARE', rival, 2)),
  COMMIT: evidence('COMMIT', bench.vote('COMMIT', block, 2), bench.vote('COMMIT', rival, 2)),
  'VIEW-CHANGE': evidence('VIEW-CHANGE', stale, better),
  'NEW-VIEW': evidence('NEW-VIEW', newView(three(2)), newView([...three(2).slice(0, 2), bench.viewChange(2, 3)])),
  CHECKPOINT: evidence('CHECKPOINT', checkpoint(block), checkpoint(rival)),
  BATCH: batchEvidence(batch(1), batch(2)),
  CONCEAL: evidence('CONCEAL', bench.vote('COMMIT', block, 2, 1), better),
  'INVALID-NEW-VIEW': evidence('INVALID-NEW-VIEW', newView(three(2).slice(0, 2)), newView(three(2).slice(0, 2)))
};
const all = Object.entries(kinds) as [EvidenceKind, Evidence][];
const shown = (outputs: readonly Output[]): (string | undefined)[] =>
  outputs.flatMap((output) => (output.kind === 'Evidence' ? [output.what] : []));

describe('Evidence', () => {
  it.each(all)('E1, E2: %s survives the wire, proves itself, is shown and passed on once', (what, item) => {
    const decoded = decodeMessage(encodeMessage(item), bench.config);
    expect(decoded).toEqual({ ok: true, value: item });
    expect(verifyMessage(item, bench.config, verifyToy)).toBe(true);
    const node = new Bench(1);
    const outputs = node.receive(item, 3);
    expect(shape(outputs)).toEqual(['Broadcast EVIDENCE', 'Evidence']);
    expect(outputs.at(-2)).toMatchObject({ kind: 'Broadcast', message: { type: 'EVIDENCE', what } });
    expect(shape(node.receive(item, 2))).toEqual([]);
  });

  it.each(all)('E1: %s with a bogus signature, of another epoch, or against two validators, accuses nobody', (_, item) => {
    const spoil = (one: EvidenceItem): EvidenceItem => ({ ...one, signature: Uint8Array.from(one.signature, (byte) => byte ^ 1) });
    const refused = (other: Evidence): void => expect(verifyEvidence(other, bench.config, verifyToy)).toBe(false);
    refused({ ...item, second: spoil(item.second), first: item.what === 'INVALID-NEW-VIEW' ? spoil(item.first) : item.first });
    refused({ ...item, epoch: 1 });
    if (item.what !== 'INVALID-NEW-VIEW') refused({ ...item, second: item.first });
    refused({ ...item, first: bench.vote('PREPARE', block, 3) });
  });

  it('E1: what honest validators sign is none: votes of different slots, a vote and its proposal, a VIEW-CHANGE that admits', () => {
    const innocent: Evidence[] = [
      evidence('PREPARE', bench.vote('PREPARE', block, 2), bench.vote('PREPARE', rival, 2, 1)),
      evidence('PREPARE', bench.vote('PREPARE', block, 2), bench.vote('COMMIT', rival, 2)),
      evidence('CONCEAL', bench.vote('COMMIT', block, 2, 0), better),
      evidence('CONCEAL', bench.vote('COMMIT', block, 2, 2), stale),
      evidence('INVALID-NEW-VIEW', newView(three(2)), newView(three(2)))
    ];
    for (const item of innocent) expect(verifyEvidence(item, bench.config, verifyToy)).toBe(false);
  });

  it('E1: is found in whatever order the two messages come', () => {
    const finds: [Message, Message, EvidenceKind][] = [
      [kinds.PREPARE.first as Message, kinds.PREPARE.second as Message, 'PREPARE'],
      [bench.viewChange(2, 2), bench.viewChange(2, 2, prepared), 'VIEW-CHANGE'],
      [kinds.CHECKPOINT.first as Message, kinds.CHECKPOINT.second as Message, 'CHECKPOINT'],
      [kinds['NEW-VIEW'].first as Message, kinds['NEW-VIEW'].second as Message, 'NEW-VIEW']
    ];
    for (const [first, second, what] of finds) {
      const node = new Bench(1);
      expect(shown([...node.receive(first), ...node.receive(second)])).toEqual([what]);
    }
  });

  it('E2: a COMMIT that a later VIEW-CHANGE conceals is found, whichever is heard first', () => {
    const commit = bench.vote('COMMIT', block, 2);
    const hidden = bench.viewChange(1, 2);
    for (const order of [[commit, hidden], [hidden, commit]] as const) {
      const node = new Bench(1);
      expect(shown(order.flatMap((message) => node.receive(message)))).toEqual(['CONCEAL']);
    }
    const node = new Bench(1);
    const honest = [commit, bench.viewChange(1, 2, prepared)];
    expect(shown(honest.flatMap((message) => node.receive(message)))).toEqual([]);
  });

  it('E2: a NEW-VIEW that its signer never may have signed is proof; one whose top others have spoilt is not', () => {
    const proof = (message: NewView): Evidence | null => evidenceOfNewView(message, bench.config, verifyToy);
    const statements = [bench.viewChange(2, 0), bench.viewChange(2, 1, prepared), bench.viewChange(2, 3)];
    expect(proof(newView(three(2).slice(0, 2)))?.what).toBe('INVALID-NEW-VIEW');
    expect(proof(newView([...three(2).slice(0, 2), bench.viewChange(1, 3)]))?.what).toBe('INVALID-NEW-VIEW');
    expect(proof(newView(statements, null))?.what).toBe('INVALID-NEW-VIEW');
    expect(proof(newView(statements, bench.certificate('P', rival, [0, 1, 3], 1)))?.what).toBe('INVALID-NEW-VIEW');
    expect(proof(newView(statements, prepared))).toBeNull();
    const good = newView(statements, prepared);
    const spoilt = { ...good, top: { ...prepared, signatures: [...prepared.signatures].reverse() } };
    expect(verifyMessage(spoilt, bench.config, verifyToy)).toBe(false);
    expect(proof(spoilt)).toBeNull();
    expect(proof({ ...good, signature: new Uint8Array(64) })).toBeNull();
  });

  it('M1: one that cheats without end fills only its own share', () => {
    const node = new Bench(1);
    let found = 0;
    for (let view = 3; view < 3 + 2 * EVIDENCE_PER_VALIDATOR; view++) {
      const pair = evidence('PREPARE', bench.vote('PREPARE', block, 2, view), bench.vote('PREPARE', rival, 2, view));
      found += shown(node.receive(pair, 0)).length;
    }
    expect(found).toBe(EVIDENCE_PER_VALIDATOR);
    expect(shown(node.receive(kinds['PRE-PREPARE'], 0))).toEqual(['PRE-PREPARE']);
  });

  it.each(all)('E3: %s proves itself from its bytes and the config of its epoch alone, with nothing that is not signed', (what, item) => {
    expect(proveEvidence(encodeMessage(item), bench.config, verifyToy)).toEqual({ ok: true, value: item });
    expect(proveEvidence(encodeMessage(item).subarray(1), bench.config, verifyToy)).toMatchObject({ code: 'EVIDENCE_MALFORMED' });
    const other = { ...bench.config, epoch: 1 };
    expect(proveEvidence(encodeMessage(item), other, verifyToy)).toMatchObject({ code: 'EVIDENCE_MALFORMED' });
    const twice = { ...item, second: bench.vote('PREPARE', block, 3) };
    expect(proveEvidence(encodeMessage(twice), bench.config, verifyToy)).toMatchObject({ code: 'EVIDENCE_FALSE' });
    const [first, second] = [evidenceStatement(item.first), evidenceStatement(item.second)];
    expect([first.signature, second.type]).toEqual([item.first.signature, item.second.type]);
    if (what !== 'INVALID-NEW-VIEW') expect(first.content).not.toEqual(second.content);
  });

  it('E3: what no signature covers is left out: it could be anybody’s', () => {
    const [first, second] = [{ ...stale, highCert: prepared }, { ...better, highCert: prepared }];
    expect(bareEvidence({ ...kinds['VIEW-CHANGE'], first, second })).toEqual(kinds['VIEW-CHANGE']);
    const proposal = { ...bench.proposal(block, 0, 0), justification: prepared };
    expect(bareEvidence({ ...kinds['PRE-PREPARE'], first: proposal })).toEqual(kinds['PRE-PREPARE']);
    const opened = newView([...three(2).slice(0, 2), { ...bench.viewChange(2, 3), highCert: prepared }]);
    expect(bareEvidence({ ...kinds['NEW-VIEW'], second: opened })).toEqual(kinds['NEW-VIEW']);
  });

  it('E1: what was seen is not wanted again, whatever unsigned parts it comes with', () => {
    const node = new Bench(1);
    const item = kinds['VIEW-CHANGE'];
    expect(isEvidenceWanted(node.state, item)).toBe(true);
    node.receive(item, 3);
    const dressed = { ...item, second: { ...better, highCert: prepared } };
    expect([isEvidenceWanted(node.state, dressed), isEvidenceWanted(node.state, { ...item, epoch: 1 })]).toEqual([false, false]);
    expect(evidencePlace(item)).toEqual({ epoch: 0, validator: 2, kind: 'VIEW-CHANGE', slot: '2' });
  });
});
