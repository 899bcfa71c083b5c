import { equalBytes } from '@lading/kernel';
import type { Hash, Sha256, VerifySignature } from '@lading/kernel';
import {
  advanceCursors,
  CompactRange,
  decodeGenesis,
  encodeCommitProof,
  genesisBlock,
  genesisCommitProof,
  initialCursors,
  leafHash
} from '@lading/ledger';
import type { Block, Contract, EpochConfig, Genesis } from '@lading/ledger';
import type { AuditSource, BlockRows } from './auditSource.js';
import { checkBlock } from './audit/checkBlock.js';
import type { Before } from './audit/checkBlock.js';
import { AuditCheckpoints } from './audit/checkpoints.js';
import type { DerivedBlock } from './audit/checkpoints.js';
import { compareOutcomes, compareRoots } from './audit/compareRows.js';
import { AuditEpochs } from './audit/epochs.js';
import { evidenceFindings } from './audit/evidenceRows.js';
import type { AuditProgress, Finding } from './audit/finding.js';
import { Replay } from './audit/replay.js';
import { readBlockRows } from './audit/rows.js';
import type { StrayRow } from './audit/rows.js';
import { decodeSaved, encodeSaved, SAVED_FAULT } from './audit/saved.js';
import { stateFindings } from './audit/stateRows.js';
import { ContractRegistry } from './execution/contractRegistry.js';
import { EngineFault } from './fault.js';

export type { AuditedTable, AuditProgress, Finding } from './audit/finding.js';
export { decodeExportRecord, encodeExportRecord } from './audit/exportRecord.js';
export { readBlockRows } from './audit/rows.js';

/** What an auditor brings along: the program's contracts and cryptography, and a genesis file of his own. */
export interface AuditTools {
  readonly genesisBytes: Uint8Array;
  readonly contracts: readonly Contract[];
  readonly crypto: { readonly sha256: Sha256; readonly verify: VerifySignature };
}

/**
 * Derives a whole database again from genesis and the raw transactions, and yields every row that differs: hashes,
 * links, roots, signatures, commit proofs, epochs, outcomes, state entries, checkpoints. Damaged bytes become findings, never
 * exceptions; only a source that cannot be read, a database that began from
 * a snapshot (HISTORY_NOT_HELD), or a genesis file that is none (CHAIN_MISMATCH), throws.
 * After a block whose transactions are damaged the rest is still checked except what needs the state.
 */
export function auditLedger(
  source: AuditSource,
  genesisBytes: Uint8Array,
  contracts: readonly Contract[],
  crypto: { readonly sha256: Sha256; readonly verify: VerifySignature },
  onProgress: (progress: AuditProgress) => void = () => undefined
): AsyncGenerator<Finding> {
  return new LedgerAudit(source, { genesisBytes, contracts, crypto }).run(onProgress);
}

/** Missing rows that are listed one by one; more are told as a range. */
const LISTED = 100;
/** Heights whose roots later headers can name: the longest execution lag. */
const REMEMBERED = 128;

/** One audit, which can be saved between two blocks and gone on with by another process. */
export class LedgerAudit {
  readonly #genesis: Genesis;
  readonly #epochs: AuditEpochs;
  readonly #replay: Replay;
  #checkpoints: AuditCheckpoints;
  /** Of the last heights: what later headers are compared with. */
  readonly #known = new Map<number, DerivedBlock>();
  #before: Before;
  /** Null while every transaction so far could be executed again. */
  #brokenAt: number | null = null;
  #progress: AuditProgress = { height: -1, transactions: 0, findings: 0 };

  constructor(
    private readonly source: AuditSource,
    private readonly tools: AuditTools
  ) {
    const { crypto, contracts, genesisBytes } = tools;
    const genesis = decodeGenesis(genesisBytes, crypto.sha256);
    if (!genesis.ok) throw new EngineFault('CHAIN_MISMATCH', `the genesis file is not valid: ${genesis.code}`);
    this.#genesis = genesis.value;
    const { config } = genesis.value;
    this.#epochs = new AuditEpochs(config, crypto);
    this.#replay = new Replay(genesis.value, new ContractRegistry(contracts), crypto);
    this.#checkpoints = new AuditCheckpoints(source, crypto);
    const cursors = initialCursors(config.organizations.length);
    const history = CompactRange.empty(crypto.sha256);
    this.#before = { height: -1, blockHash: null, timestampMs: null, cursors, epochStart: 0, history };
  }

  get progress(): AuditProgress {
    return this.#progress;
  }

  /**
   * Everything that the audit knows, as records for `load`: about the size of the state. To be asked between two
   * blocks, that is, from `onProgress`.
   */
  save(): Iterable<Uint8Array> {
    const { sha256 } = this.tools.crypto;
    const { progress, brokenAt, before } = { progress: this.#progress, brokenAt: this.#brokenAt, before: this.#before };
    const known = [...this.#known];
    const place = { chainId: this.#genesis.chainId, progress, brokenAt, before, known, epochs: this.#epochs.save() };
    return encodeSaved(place, this.#replay, sha256);
  }

  /**
   * Goes on where a saved audit of the same network stopped. The records carry a checksum, and they are the auditor's own:
   * whoever can change them can also change his program. AUDIT_SAVED_UNUSABLE: damaged, or of another network.
   */
  async load(records: AsyncIterable<Uint8Array>): Promise<void> {
    const { crypto } = this.tools;
    const saved = await decodeSaved(records, this.#genesis.chainId, this.#epochs, this.#replay, crypto.sha256);
    this.#progress = saved.progress;
    this.#brokenAt = saved.brokenAt;
    this.#before = { ...saved.before, epochStart: this.#epochs.current.startHeight };
    for (const [height, known] of saved.known) this.#known.set(height, known);
    const stateRoot = this.#known.get(saved.before.height)?.stateRoot ?? null;
    const isWhole = stateRoot === null || equalBytes(this.#replay.root(), stateRoot);
    if (!isWhole) throw new EngineFault(SAVED_FAULT, 'the saved state does not have the root saved with it');
    this.#checkpoints = new AuditCheckpoints(this.source, crypto, saved.before.height + 1);
  }

  async *run(onProgress: (progress: AuditProgress) => void = () => undefined): AsyncGenerator<Finding> {
    const { source } = this;
    yield* this.#count(await this.#genesisFindings());
    yield* this.#count(await this.#baseFindings());
    await this.#epochs.load(source);
    const strays: Finding[] = [];
    for await (const rows of readBlockRows(source, this.#before.height + 1, (stray) => strays.push(strayFinding(stray)))) {
      const found = await this.#block(rows);
      const listed = [...strays.splice(0), ...this.#faults(), ...found];
      const { transactions, findings } = this.#progress;
      const { height } = rows.block;
      this.#progress = { height, transactions: transactions + rows.transactions.length, findings: findings + listed.length };
      yield* listed;
      onProgress(this.#progress);
    }
    const beyond = await this.#checkpoints.upTo(Infinity, null, this.#epochs.current.config);
    // A source without any block has not shown that everything agrees.
    const none: Finding[] = this.#before.height < 0 ? [{ table: 'block', key: '0', what: 'row is missing' }] : [];
    yield* this.#count([...strays, ...none, ...beyond, ...this.#faults()]);
    const configOf = (epoch: number): EpochConfig | null => this.#epochs.configOf(epoch);
    for await (const finding of evidenceFindings(source, configOf, this.tools.crypto)) yield* this.#count([finding]);
    if (source.without?.has('epoch') !== true) yield* this.#count([...this.#epochs.findings()]);
    if (source.without?.has('state') === true) return;
    for await (const finding of stateFindings(source, this.#replay, this.#brokenAt)) yield* this.#count([finding]);
  }

  *#count(findings: readonly Finding[]): Generator<Finding> {
    this.#progress = { ...this.#progress, findings: this.#progress.findings + findings.length };
    yield* findings;
  }

  /** Damage of the source as a whole. */
  #faults(): Finding[] {
    return (this.source.takeFaults?.() ?? []).map(({ key, what }) => ({ table: 'file', key, what }));
  }

  async #genesisFindings(): Promise<readonly Finding[]> {
    const { genesisBytes } = this.tools;
    const { chainId } = this.#genesis;
    const note = (what: string): Finding => ({ table: 'genesis', key: '0', what });
    const stored = await this.source.genesisBytes();
    if (stored === null) return [note('row is missing')];
    const rows = (await this.source.genesisRows?.()) ?? [{ chainId, bytes: stored }];
    const findings: Finding[] = [];
    if (rows.length !== 1) findings.push(note(`there are ${rows.length} rows`));
    for (const row of rows) {
      if (!equalBytes(row.bytes, genesisBytes)) findings.push(note('bytes are not the genesis file given'));
      if (!equalBytes(row.chainId, chainId)) findings.push(note('chain_id is not that of the genesis file given'));
    }
    return findings;
  }

  /** HISTORY_NOT_HELD: a ledger that began from a snapshot cannot be derived from its own rows. */
  async #baseFindings(): Promise<readonly Finding[]> {
    const bases = (await this.source.bases?.()) ?? [];
    const [base] = bases;
    if (base === undefined) return [];
    // Blocks below come from genesis up, and the last of them with what the base itself orders (spec/ledger.md 8.8).
    const [below] = await this.source.blocks(base - 1, 1);
    if (below?.height !== base - 1) {
      const advice = 'wait until it has fetched them, or audit an export of a node that holds all, and compare this node with that one';
      throw new EngineFault('HISTORY_NOT_HELD', `this node began from a snapshot at height ${base} and lacks blocks below; ${advice}`);
    }
    return bases.slice(1).map((height) => ({ table: 'base', key: String(height), what: 'a ledger begins from one snapshot' }));
  }

  async #block(rows: BlockRows): Promise<readonly Finding[]> {
    const { height } = rows.block;
    const findings = this.#gap(height);
    findings.push(...(height === 0 ? this.#first(rows) : await this.#next(rows)));
    const derived = this.#known.get(height) ?? null;
    findings.push(...(await this.#checkpoints.upTo(height, derived, this.#epochs.configAfter(height))));
    return findings;
  }

  /** Heights below that have no row. */
  #gap(height: number): Finding[] {
    const findings: Finding[] = [];
    const first = this.#before.height + 1;
    const missing = (key: string, what: string): void => void findings.push({ table: 'block', key, what });
    for (let at = first; at < Math.min(height, first + LISTED); at++) missing(String(at), 'row is missing');
    if (height > first + LISTED) missing(`${first + LISTED} … ${height - 1}`, 'rows are missing');
    if (height <= first) return findings;
    this.#brokenAt ??= first;
    const { startHeight } = this.#epochs.current;
    const unknown = { blockHash: null, timestampMs: null, cursors: null, history: null };
    this.#before = { height: height - 1, ...unknown, epochStart: startHeight };
    return findings;
  }

  #first(rows: BlockRows): readonly Finding[] {
    const { sha256 } = this.tools.crypto;
    const block = genesisBlock(this.#genesis, sha256);
    const findings: Finding[] = [];
    const note = (what: string): void => void findings.push({ table: 'block', key: '0', what });
    if (!equalBytes(rows.block.encoded, block.encoded)) note('encoded is not the genesis block');
    if (!equalBytes(rows.block.blockHash, block.blockHash)) note('block_hash differs from the genesis block');
    const proof = encodeCommitProof(genesisCommitProof(block.blockHash));
    if (!equalBytes(rows.block.proof, proof)) note('proof is not that of genesis');
    if (rows.block.txCount !== undefined && rows.block.txCount !== 0) note('tx_count of genesis is 0');
    const replayed = this.#replay.start(block);
    findings.push(...compareRoots(rows, replayed));
    const { blockHash } = block;
    this.#remember(0, { ...replayed, blockHash });
    const history = CompactRange.empty(sha256).append(leafHash(blockHash, sha256));
    this.#before = { ...this.#before, height: 0, blockHash, timestampMs: this.#genesis.timeMs, history };
    return findings;
  }

  async #next(rows: BlockRows): Promise<readonly Finding[]> {
    const { height } = rows.block;
    const before = this.#before;
    const checked = checkBlock(rows, before, { config: this.#epochs.current.config, ...this.tools.crypto });
    const findings = [...checked.findings];
    const { block, batches } = checked;
    if (block === null || batches === null) this.#brokenAt ??= height;
    if (block !== null) this.#epochs.block(block.header);
    const transactions = batches?.flatMap((batch) => batch.transactions) ?? [];
    const next = block?.header.epochEnd === true ? this.#epochs.end(block.header, transactions) : null;
    if (block?.header.epochEnd === true && next === null) this.#brokenAt ??= height;
    let derived: DerivedBlock = { blockHash: block?.blockHash ?? null, stateRoot: null, treeRoot: null };
    if (block !== null && batches !== null && this.#brokenAt === null) {
      const replayed = await this.#replay.block(block, batches, next);
      findings.push(...compareOutcomes(rows, replayed), ...compareRoots(rows, replayed));
      derived = { ...derived, stateRoot: replayed.stateRoot, treeRoot: replayed.treeRoot };
    }
    if (block !== null) findings.push(...this.#promisedRoot(height, block.header.executedHeight, block.header.executedStateRoot));
    this.#remember(height, derived);
    this.#before = this.#after(height, block, next);
    return findings;
  }

  /** What the block after this one is compared with. */
  #after(height: number, block: Block | null, next: EpochConfig | null): Before {
    const { cursors: passed, history } = this.#before;
    const epochStart = this.#epochs.current.startHeight;
    if (block === null) return { height, blockHash: null, timestampMs: null, cursors: null, history: null, epochStart };
    const advanced = passed === null ? null : advanceCursors(passed, block.refs);
    const cursors = advanced?.ok === true ? advanced.value : null;
    return {
      ...{ height, blockHash: block.blockHash, timestampMs: block.header.timestampMs, epochStart },
      cursors: next === null ? cursors : initialCursors(next.organizations.length),
      history: history?.append(leafHash(block.blockHash, this.tools.crypto.sha256)) ?? null
    };
  }

  /** The quorum agreed on the root in the header: replaying must give the same. */
  #promisedRoot(height: number, executedHeight: number, root: Hash): Finding[] {
    const derived = this.#known.get(executedHeight)?.stateRoot;
    if (derived === undefined || derived === null || equalBytes(derived, root)) return [];
    const what = `executedStateRoot is not the root that replaying gives for height ${executedHeight}`;
    return [{ table: 'block', key: String(height), what }];
  }

  #remember(height: number, { blockHash, stateRoot, treeRoot }: DerivedBlock): void {
    this.#known.set(height, { blockHash, stateRoot, treeRoot });
    this.#known.delete(height - REMEMBERED);
  }
}

const strayFinding = ({ table, height, index }: StrayRow): Finding => {
  return { table, key: `${height}/${index}`, what: 'belongs to no block' };
};
