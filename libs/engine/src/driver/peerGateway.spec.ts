import { createState, decodeMessage, encodeMessage, messageVoteBytes, withSignature } from '@lading/consensus';
import type { CoreState, Message, PhaseVote, UnsignedMessage } from '@lading/consensus';
import { asHash } from '@lading/kernel';
import type { Height, VerifySignature } from '@lading/kernel';
import { CompactRange, initialCursors, leafHash, sha256Noble, successorConfig, verifyC1Noble } from '@lading/ledger';
import { testNetwork } from '../../../../test/fixtures/testNetwork.js';
import { ENGINE_LIMITS } from '../limits.js';
import { CHANNEL } from '../ports.js';
import type { Channel, Clock, PeerTransport } from '../ports.js';
import { EpochPeers } from './epochPeers.js';
import { PeerGateway } from './peerGateway.js';

const network = testNetwork();
const hash = asHash(new Uint8Array(32).fill(4));
const clock: Clock = { nowMs: () => 1000, at: () => () => undefined, soon: (run) => run() };

/** The core of validator 0, which nothing has happened to. */
function newCore(): CoreState {
  const { genesisBlock: genesis, config } = network;
  const history = CompactRange.empty(sha256Noble).append(leafHash(genesis.blockHash, sha256Noble));
  const recent = [{ height: 0 as Height, blockHash: genesis.blockHash, stateRoot: hash }];
  return createState(
    { config, self: 0, genesis, sha256: sha256Noble },
    {
      ...{ safety: null, proposals: [], head: { block: genesis, proof: null }, history, recent, batches: [] },
      ...{ cursors: initialCursors(config.organizations.length), checkpoint: null }
    }
  );
}

/** Handles 0…3 are the organizations, 4 is an observer. */
function setup() {
  const names = [...network.organizations.map(({ id }): string => id), 'observer:x'];
  const transport: PeerTransport = {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    onFrame: () => undefined,
    send: () => true,
    connectedPeers: () => [1, 2, 3, 4],
    admit: () => undefined,
    handleOf: (organization) => names.indexOf(organization)
  };
  const core = newCore();
  const peers = new EpochPeers(transport, []);
  peers.enter(network.config, null);
  let verified = 0;
  const verify: VerifySignature = (...of) => {
    verified += 1;
    return verifyC1Noble(...of);
  };
  const heard: [number, Message][] = [];
  const seen: string[] = [];
  const exchange = {
    receive: (peer: number) => seen.push(`batch of ${peer}`) > 0,
    serve: (peer: number) => seen.push(`question of ${peer}`) > 0
  };
  const gateway = new PeerGateway({
    ...{ core, peers, verify, sha256: sha256Noble, clock, exchange: exchange as never },
    onMessage: (peer, message) => void heard.push([peer, message]),
    onGuest: (guest, from, to) => void seen.push(`blocks ${from}…${to} for ${guest > 1000 ? 'a guest' : guest}`),
    onNewest: () => true,
    onSnapshot: () => 0,
    onPastEvidence: (epoch) => seen.push(`evidence of epoch ${epoch}`) > 0 && epoch !== 2,
    onInvalid: (peer, code) => void seen.push(`${code} of ${peer}`)
  });
  const receive = (handle: number, bytes: Uint8Array, channel: Channel = CHANNEL.consensus) => gateway.receive(handle, channel, bytes);
  return { core, peers, gateway, heard, seen, receive, verified: () => verified };
}

/** A vote of validator 2. */
function vote(view: number, height: number, epoch = 0): Uint8Array {
  const unsigned: UnsignedMessage = { type: 'PREPARE', epoch, view, height: height as Height, blockHash: hash, signer: 2 };
  const sign = network.organization(2).validator.sign;
  return encodeMessage(withSignature(unsigned, sign(messageVoteBytes(unsigned, network.chainId))));
}

describe('PeerGateway', () => {
  it('verifies what the core could use, once, and drops the rest before any signature check (spec M1)', () => {
    const { receive, heard, verified } = setup();
    receive(2, vote(0, 1));
    receive(2, vote(0, 1));
    expect([heard.length, verified()]).toEqual([2, 1]);
    for (const bytes of [vote(2, 1), vote(0, 17), vote(0, 0), vote(1000, 1_000_000)]) receive(2, bytes);
    expect([heard.length, verified()]).toEqual([2, 1]);
    receive(2, vote(1, 16));
    expect([heard.length, verified()]).toEqual([3, 2]);
  });

  it('drops a forged message alone', () => {
    const { receive, heard, seen } = setup();
    const forged = vote(0, 1);
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    receive(2, forged);
    receive(2, vote(0, 1));
    expect([heard.length, seen]).toEqual([1, ['MESSAGE_SIGNATURE of 2']]);
  });

  it('keeps a bounded number of frames of the next epoch for each peer, and looks at them when the core is in it', () => {
    const { core, gateway, peers, receive, heard, seen } = setup();
    for (let height = 1; height <= 16; height++) receive(2, vote(0, height, 1));
    for (let i = 0; i < 100; i++) receive(3, vote(0, 1 + (i % 16), 1));
    receive(2, vote(0, 1, 2));
    expect([heard.length, seen]).toEqual([0, []]);
    const config = successorConfig(network.config);
    Object.assign(core, { config, epoch: 1 });
    peers.enter(config, network.config);
    gateway.entered();
    expect(heard.filter(([peer]) => peer === 2)).toHaveLength(16);
    expect(heard.filter(([peer]) => peer === 3)).toHaveLength(ENGINE_LIMITS.earlyFrames);
  });

  it('gives evidence of an epoch before to whoever keeps it, from validators only, and drops what else is late', () => {
    const { core, gateway, peers, receive, heard, seen } = setup();
    const config = successorConfig(successorConfig(successorConfig(network.config)));
    Object.assign(core, { config, epoch: 3 });
    peers.enter(config, network.config);
    gateway.entered();
    const [first, second] = [vote(0, 1, 1), vote(0, 2, 1)].map((bytes) => decodeMessage(bytes, successorConfig(network.config)));
    if (first?.ok !== true || second?.ok !== true) throw new Error('votes');
    const proof = (epoch: number): Uint8Array =>
      encodeMessage({ type: 'EVIDENCE', epoch, what: 'PREPARE', first: first.value as PhaseVote, second: second.value as PhaseVote });
    receive(2, proof(1));
    receive(2, proof(2));
    receive(4, proof(1));
    receive(2, vote(0, 1, 1));
    expect([seen, heard]).toEqual([['evidence of epoch 1', 'evidence of epoch 2', 'MESSAGE_SIGNATURE of 2'], []]);
  });

  it('gives nothing to a core that is ahead of the peers’ places: an index could be another peer’s', () => {
    const { core, gateway, receive, heard } = setup();
    const status: Message = {
      ...{ type: 'STATUS', epoch: 0, view: 0, mode: 'NORMAL', suspect: 7, committedHeight: 0 as Height, committedHash: hash },
      ...{ executedHeight: 0 as Height, stableCheckpoint: 0 as Height, window: [], laneTips: [0, 0, 0, 0] }
    };
    Object.assign(core, { config: successorConfig(network.config), epoch: 1 });
    receive(2, encodeMessage(status));
    receive(2, vote(0, 1, 1));
    expect(heard).toEqual([]);
    gateway.entered();
    expect(heard).toHaveLength(1);
    receive(2, encodeMessage(status));
    expect(heard).toHaveLength(2);
  });

  it('takes questions from those who are no validators, and nothing else', () => {
    const { receive, heard, seen } = setup();
    receive(4, encodeMessage({ type: 'FETCH-BLOCKS', from: 1 as Height, to: 9 as Height }));
    receive(4, vote(0, 1));
    receive(4, new Uint8Array(32), CHANNEL.batch);
    receive(4, new Uint8Array(32), CHANNEL.fetchBatches);
    expect(heard).toEqual([]);
    expect(seen).toEqual(['blocks 1…9 for a guest', expect.stringMatching(/^question of \d{5,}$/)]);
  });

  it('reads a peer more slowly that sends what nobody can use, until it has paid for it', () => {
    const { receive } = setup();
    const rubbish = new Uint8Array(4096).fill(1);
    const answers = Array.from({ length: 200 }, () => receive(3, rubbish));
    expect(answers[0]).toBeUndefined();
    expect(answers.at(-1)).toBeInstanceOf(Promise);
    expect(receive(2, vote(0, 1))).toBeUndefined();
  });
});
