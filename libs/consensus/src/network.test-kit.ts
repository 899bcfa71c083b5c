import { asHash, concatBytes, equalBytes, ZERO_HASH } from '@lading/kernel';
import type { Hash, Height, OrganizationId, VerifySignature } from '@lading/kernel';
import {
  buildBlock, CompactRange, genesisBlock, hashTagged, initialCursors, laneCursorsRoot, leafHash, refsRoot, sha256Noble
} from '@lading/ledger';
import type { Block, BlockHeader, Certificate, EpochConfig, LaneCursor } from '@lading/ledger';
import { createState } from './create.js';
import { messageVoteBytes, withSignature } from './digest.js';
import type { Input, StoredBatch } from './input.js';
import type { Message, NewView, PhaseVote, PrePrepare, SignedMessage, ViewChange } from './message.js';
import type { CoreOptions, Restored } from './options.js';
import type { Output, UnsignedMessage } from './output.js';
import type { CoreState } from './state.js';
import { step } from './step.js';

/** One core among validators that the test plays itself. Signatures are keyed hashes: nothing here forges. */

export const START_MS = 1_700_000_000_000;
export const GENESIS_ROOT = asHash(new Uint8Array(32).fill(9));

const keyed = (key: Uint8Array, message: Uint8Array): Uint8Array => {
  const half = sha256Noble(concatBytes(key, message));
  return concatBytes(half, sha256Noble(half));
};

export const verifyToy: VerifySignature = (signature, message, key) => equalBytes(signature, keyed(key, message));

/** Signature of a validator of this config. */
export function signWith(config: EpochConfig, signer: number, message: Uint8Array): Uint8Array {
  return keyed(config.organizations[signer]?.validatorKey ?? new Uint8Array(32), message);
}

export function toyConfig(n: number, parameters: Partial<EpochConfig['parameters']> = {}): EpochConfig {
  const organizations = Array.from({ length: n }, (_, index) => ({
    id: `org${index}` as OrganizationId,
    name: `Organization ${index}`,
    validatorKey: new Uint8Array(32).fill(index + 1),
    adminKey: new Uint8Array(32).fill(index + 1),
    tlsKeyHash: ZERO_HASH,
    custodyMode: false,
    gln: '',
    companyPrefixes: []
  }));
  return {
    chainId: asHash(new Uint8Array(32).fill(7)),
    epoch: 0,
    organizations,
    parameters: {
      window: 4, turnBlocks: 256, epochBlocks: 4096, checkpointBlocks: 64, stateDepth: 20, baseTimeoutMs: 1_000,
      inclusionTimeoutMs: 3_000, blockBytes: 4 << 20, refsPerLane: 64, profile: 'open', ...parameters
    }
  };
}

export class Bench {
  readonly config: EpochConfig;
  readonly genesis: Block;
  readonly self: number;
  state: CoreState;
  nowMs = START_MS;

  constructor(self: number, n = 4, parameters: Partial<EpochConfig['parameters']> = {}) {
    this.self = self;
    this.config = toyConfig(n, parameters);
    const { chainId } = this.config;
    this.genesis = genesisBlock({
      chainId, name: 'toy', nonce: chainId, protocolVersion: 1, timeMs: START_MS - 1_000, config: this.config,
      constitution: '', bytes: new Uint8Array(0)
    });
    this.state = createState(this.options, this.fresh);
    this.do({ kind: 'Tick' });
  }

  get options(): CoreOptions {
    return { config: this.config, self: this.self, genesis: this.genesis };
  }

  get fresh(): Restored {
    return {
      safety: null,
      proposals: [],
      head: { block: this.genesis, proof: null },
      history: CompactRange.empty().append(leafHash(this.genesis.blockHash)),
      cursors: initialCursors(this.config.organizations.length),
      recent: [{ height: 0 as Height, blockHash: this.genesis.blockHash, stateRoot: GENESIS_ROOT }],
      batches: [],
      checkpoint: null
    };
  }

  restart(changes: Partial<Restored>): readonly Output[] {
    this.state = createState(this.options, { ...this.fresh, ...changes });
    return this.do({ kind: 'Tick' });
  }

  do(input: Input): readonly Output[] {
    return step(this.state, input, this.nowMs);
  }

  /** Time passes; Tick. */
  wait(ms: number): readonly Output[] {
    this.nowMs += ms;
    return this.do({ kind: 'Tick' });
  }

  receive(message: Message, peer = 'signer' in message ? message.signer : 1): readonly Output[] {
    return this.do({ kind: 'Message', peer, message });
  }

  sign<M extends UnsignedMessage>(message: M): SignedMessage {
    const key = this.config.organizations[message.signer]?.validatorKey ?? new Uint8Array(32);
    return withSignature(message, keyed(key, messageVoteBytes(message, this.config.chainId)));
  }

  batch(lane: number, seq: number, previous: Hash = ZERO_HASH): StoredBatch {
    const batchHash = hashTagged('toy/batch', [lane, seq]);
    return { ref: { lane, seq, batchHash }, epoch: 0, prevBatchHash: previous, txCount: 2, sizeBytes: 100 };
  }

  /** The block that a leader makes of these batches; `changes` make it wrong. */
  block(
    parent: Block,
    batches: readonly StoredBatch[],
    changes: Partial<BlockHeader> = {},
    chain: readonly Block[] = [this.genesis]
  ): Block {
    const refs = batches.map((batch) => batch.ref);
    const cursors: LaneCursor[] = initialCursors(this.config.organizations.length);
    for (const past of [...chain.slice(1).flatMap((one) => one.refs), ...refs]) {
      cursors[past.lane] = { lane: past.lane, nextSeq: past.seq + 1, lastBatchHash: past.batchHash };
    }
    const history = chain.reduce((range, one) => range.append(leafHash(one.blockHash)), CompactRange.empty());
    const header: BlockHeader = {
      chainId: this.config.chainId, epoch: 0, height: (parent.header.height + 1) as Height, parentHash: parent.blockHash,
      historyRoot: history.root(), originView: 0, proposer: 0, timestampMs: START_MS + parent.header.height,
      refsRoot: refsRoot(refs), refCount: refs.length, txCount: 2 * refs.length,
      laneCursorsRoot: laneCursorsRoot(cursors), executedHeight: 0 as Height, executedStateRoot: GENESIS_ROOT,
      turnEnd: false, epochEnd: false, nextConfigHash: ZERO_HASH, ...changes
    };
    return buildBlock(header, refs);
  }

  proposal(block: Block, view = 0, signer = view % this.config.organizations.length): PrePrepare {
    const message = { type: 'PRE-PREPARE', epoch: 0, view, block, justification: null, signer } as const;
    return { ...message, signature: this.sign(message).signature };
  }

  vote(type: PhaseVote['type'], block: Block, signer: number, view = 0): PhaseVote {
    const { height } = block.header;
    const message = { type, epoch: 0, view, height, blockHash: block.blockHash, signer };
    return { ...message, signature: this.sign(message).signature };
  }

  certificate(kind: 'P' | 'C', block: Block, signers: readonly number[], view = 0): Certificate {
    const votes = signers.map((signer) => this.vote(kind === 'P' ? 'PREPARE' : 'COMMIT', block, signer, view));
    const { height } = block.header;
    return { kind, epoch: 0, view, height, hash: block.blockHash, signers, signatures: votes.map((vote) => vote.signature) };
  }

  viewChange(newView: number, signer: number, highCert: Certificate | null = null): ViewChange {
    const message = {
      type: 'VIEW-CHANGE', epoch: 0, newView, certEpoch: 0, certView: highCert?.view ?? 0,
      certHeight: highCert?.height ?? (0 as Height), certHash: highCert?.hash ?? this.genesis.blockHash,
      certKind: highCert?.kind ?? 'C', committedHeight: 0 as Height, committedHash: this.genesis.blockHash, signer, highCert
    } as const;
    return { ...message, signature: this.sign(message).signature };
  }

  newView(view: number, statements: readonly ViewChange[], top: Certificate | null): NewView {
    const bare = statements.map((statement) => ({ ...statement, highCert: null }));
    const signer = view % this.config.organizations.length;
    const message = { type: 'NEW-VIEW', epoch: 0, view, statements: bare, top, signer } as const;
    return { ...message, signature: this.sign(message).signature };
  }
}

const USUAL: ReadonlySet<string> = new Set(['STATUS', 'BATCH-ACK']);

/** Kinds of outputs, with the type of what is signed: `Persist Block`, `Sign PREPARE`. Timers, STATUS, BATCH-ACK left out. */
export function shape(outputs: readonly Output[]): string[] {
  return outputs.flatMap((output) => {
    if (output.kind === 'SetTimer') return [];
    if ((output.kind === 'Broadcast' || output.kind === 'Send') && USUAL.has(output.message.type)) return [];
    if (output.kind === 'Persist') return [`Persist ${output.record.kind}`];
    if (output.kind === 'SignBroadcast') return [`Sign ${output.message.type}`];
    if (output.kind === 'Broadcast' || output.kind === 'Send') return [`${output.kind} ${output.message.type}`];
    return [output.kind];
  });
}
