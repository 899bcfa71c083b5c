import { equalBytes, toHex } from '@lading/kernel';
import type { Hash, Sha256, VerifySignature } from '@lading/kernel';
import {
  advanceCursors,
  checkpointDigest,
  decodeCheckpoint,
  decodeGenesis,
  encodeCommitProof,
  genesisBlock,
  genesisCommitProof,
  initialCursors,
  verifyCheckpoint
} from '@lading/ledger';
import type { Contract, Genesis } from '@lading/ledger';
import type { AuditCheckpointRow, AuditSource } from './auditSource.js';
import { checkBlock } from './audit/checkBlock.js';
import type { Before, CheckTools, Finding } from './audit/checkBlock.js';
import { AuditEpochs } from './audit/epochs.js';
import { Replay, outcomeText, sameOutcome } from './audit/replay.js';
import type { ReplayedBlock } from './audit/replay.js';
import { readBlockRows } from './audit/rows.js';
import type { BlockRows } from './audit/rows.js';
import { ContractRegistry } from './execution/contractRegistry.js';
import { EngineFault } from './fault.js';

export type { Finding } from './audit/checkBlock.js';

export interface AuditProgress {
  readonly height: number;
  readonly transactions: number;
  readonly findings: number;
}

/**
 * Derives a whole database again from genesis and the raw transactions, and yields every row that differs: hashes,
 * links, roots, signatures, commit proofs, epochs, outcomes, state entries, checkpoints. Damaged bytes become findings, never
 * exceptions; only a source that cannot be read, or a genesis file that is none (CHAIN_MISMATCH), throws.
 * After a block whose transactions are damaged the rest is still checked except what needs the state.
 */
export async function* auditLedger(
  source: AuditSource,
  genesisBytes: Uint8Array,
  contracts: readonly Contract[],
  crypto: { readonly sha256: Sha256; readonly verify: VerifySignature },
  onProgress: (progress: AuditProgress) => void = () => undefined
): AsyncGenerator<Finding> {
  const genesis = decodeGenesis(genesisBytes, crypto.sha256);
  if (!genesis.ok) throw new EngineFault('CHAIN_MISMATCH', `the genesis file is not valid: ${genesis.code}`);
  const stored = await source.genesisBytes();
  if (stored === null || !equalBytes(stored, genesisBytes)) {
    yield { table: 'genesis', key: '0', what: 'the stored genesis file is not the one given' };
  }
  const audit = new Audit(source, genesis.value, new ContractRegistry(contracts), crypto);
  await audit.epochs.load(source);
  let count = 0;
  let transactions = 0;
  const found: Finding[] = [];
  for await (const rows of readBlockRows(source, 0, (stray) => found.push(strayFinding(stray)))) {
    found.push(...(await audit.block(rows)));
    count += found.length;
    transactions += rows.transactions.length;
    yield* found.splice(0);
    onProgress({ height: rows.block.height, transactions, findings: count });
  }
  yield* found.splice(0);
  yield* audit.epochs.findings();
  yield* audit.checkpoints();
  yield* audit.state();
}

const strayFinding = (stray: { table: Finding['table']; height: number; index: number }): Finding => ({
  table: stray.table,
  key: `${stray.height}/${stray.index}`,
  what: 'belongs to no block'
});

interface KnownBlock {
  readonly blockHash: Hash;
  readonly stateRoot: Hash | null;
}

const PAGE = 1000;

class Audit {
  readonly epochs: AuditEpochs;
  readonly #replay: Replay;
  readonly #known = new Map<number, KnownBlock>();
  /** State roots that headers promise, by the height they are about. */
  #before: Before;
  /** Null while every transaction so far could be executed again. */
  #brokenAt: number | null = null;

  constructor(
    private readonly source: AuditSource,
    private readonly genesis: Genesis,
    contracts: ContractRegistry,
    private readonly crypto: { readonly sha256: Sha256; readonly verify: VerifySignature }
  ) {
    this.epochs = new AuditEpochs(genesis.config, crypto);
    this.#replay = new Replay(genesis, contracts, crypto);
    const cursors = initialCursors(genesis.config.organizations.length);
    this.#before = { height: -1, blockHash: null, timestampMs: null, cursors, epochStart: 0 };
  }

  get #tools(): CheckTools {
    return { config: this.epochs.current.config, ...this.crypto };
  }

  async block(rows: BlockRows): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for (let height = this.#before.height + 1; height < rows.block.height; height++) {
      findings.push({ table: 'block', key: String(height), what: 'row is missing' });
      this.#brokenAt ??= height;
      const { startHeight } = this.epochs.current;
      this.#before = { height, blockHash: null, timestampMs: null, cursors: null, epochStart: startHeight };
    }
    findings.push(...(rows.block.height === 0 ? await this.#first(rows) : await this.#next(rows)));
    return findings;
  }

  async #first(rows: BlockRows): Promise<readonly Finding[]> {
    const { sha256 } = this.crypto;
    const block = genesisBlock(this.genesis, sha256);
    const findings: Finding[] = [];
    const note = (what: string): void => void findings.push({ table: 'block', key: '0', what });
    if (!equalBytes(rows.block.encoded, block.encoded)) note('is not the genesis block');
    if (!equalBytes(rows.block.blockHash, block.blockHash)) note('blockHash differs from the genesis block');
    const proof = encodeCommitProof(genesisCommitProof(block.blockHash));
    const stored = rows.block.proof;
    if (stored.length > 0 && !equalBytes(stored, proof)) note('the commit proof is not that of genesis');
    const replayed = await this.#replay.start(block);
    findings.push(...compareRoots(rows, replayed));
    this.#remember(0, block.blockHash, replayed.stateRoot);
    this.#before = { ...this.#before, height: 0, blockHash: block.blockHash, timestampMs: this.genesis.timeMs };
    return findings;
  }

  async #next(rows: BlockRows): Promise<readonly Finding[]> {
    const { height } = rows.block;
    const checked = checkBlock(rows, this.#before, this.#tools);
    const findings = [...checked.findings];
    const { block, batches } = checked;
    const transactions = batches?.flatMap((batch) => batch.transactions) ?? [];
    if (block !== null) this.epochs.block(block.header);
    const next = block?.header.epochEnd === true ? this.epochs.end(block.header, transactions) : null;
    if (block?.header.epochEnd === true && next === null) this.#brokenAt ??= height;
    if (block === null || batches === null) this.#brokenAt ??= height;
    let stateRoot: Hash | null = null;
    if (block !== null && batches !== null && this.#brokenAt === null) {
      const replayed = await this.#replay.block(block, batches, next);
      findings.push(...compareOutcomes(rows, replayed), ...compareRoots(rows, replayed));
      stateRoot = replayed.stateRoot;
    }
    if (block !== null) {
      findings.push(...this.#promisedRoot(rows, block.header.executedHeight, block.header.executedStateRoot));
    }
    this.#remember(height, block?.blockHash ?? null, stateRoot);
    const { cursors: before } = this.#before;
    const advanced = block === null || before === null ? null : advanceCursors(before, block.refs);
    const cursors = advanced?.ok === true ? advanced.value : null;
    this.#before = {
      height,
      blockHash: block?.blockHash ?? null,
      timestampMs: block?.header.timestampMs ?? null,
      cursors: next === null ? cursors : initialCursors(next.organizations.length),
      epochStart: this.epochs.current.startHeight
    };
    return findings;
  }

  /** The quorum agreed on the root in the header: replaying must give the same. */
  #promisedRoot(rows: BlockRows, height: number, root: Hash): Finding[] {
    const derived = this.#known.get(height)?.stateRoot;
    if (derived === undefined || derived === null || equalBytes(derived, root)) return [];
    const what = `executedStateRoot is not the root that replaying gives for height ${height}`;
    return [{ table: 'block', key: String(rows.block.height), what }];
  }

  #remember(height: number, blockHash: Hash | null, stateRoot: Hash | null): void {
    if (blockHash !== null) this.#known.set(height, { blockHash, stateRoot });
  }

  async *checkpoints(): AsyncGenerator<Finding> {
    for (let from = 0; ; ) {
      const rows = await this.source.checkpoints(from, PAGE);
      const last = rows.at(-1);
      if (last === undefined) return;
      for (const row of rows) yield* this.#checkpoint(row);
      from = last.height + 1;
    }
  }

  #checkpoint(row: AuditCheckpointRow): Finding[] {
    const note = (what: string): Finding[] => [{ table: 'checkpoint', key: String(row.height), what }];
    const decoded = decodeCheckpoint(row.encoded);
    if (!decoded.ok) return note(`does not decode: ${decoded.code}`);
    const { verify, sha256 } = this.crypto;
    const { height, blockHash, stateRoot } = decoded.value;
    const config = this.epochs.configAfter(height);
    const hashes = equalBytes(blockHash, row.blockHash) && equalBytes(stateRoot, row.stateRoot);
    if (height !== row.height || !hashes) return note('columns differ from the certificate');
    if (!verifyCheckpoint(decoded.value, config, verify, sha256)) return note('the certificate does not verify');
    const known = this.#known.get(height);
    if (known === undefined) return note('there is no such block');
    const derived = checkpointDigest(known.blockHash, known.stateRoot ?? stateRoot, sha256);
    const same = equalBytes(derived, checkpointDigest(blockHash, stateRoot, sha256));
    return same ? [] : note('certifies another block hash or state root than this database holds');
  }

  async *state(): AsyncGenerator<Finding> {
    if (this.#brokenAt !== null) {
      const what = `not compared: transactions from height ${this.#brokenAt} on could not be executed again`;
      yield { table: 'state', key: '*', what };
    }
    const missing = new Set(this.#replay.values.keys());
    for (let after = ''; ; ) {
      const rows = await this.source.state(after, PAGE);
      const last = rows.at(-1);
      if (last === undefined) break;
      for (const row of rows) {
        missing.delete(row.key);
        const expected = this.#brokenAt === null ? this.#replay.values.get(row.key) : row.value;
        const what = this.#stateFault(row, expected);
        if (what !== null) yield { table: 'state', key: row.key, what };
      }
      after = last.key;
    }
    if (this.#brokenAt !== null) return;
    for (const key of missing) yield { table: 'state', key, what: 'row is missing' };
  }

  #stateFault(
    row: { key: string; value: Uint8Array; keyHash: Uint8Array; valueHash: Uint8Array; bucket: number },
    expected: Uint8Array | undefined
  ): string | null {
    if (expected === undefined) return 'no transaction wrote this key';
    if (!equalBytes(row.value, expected)) return 'the value is not the one that replaying gives';
    const change = this.#replay.changeOf(row.key, row.value);
    if (!equalBytes(row.keyHash, change.keyHash)) return 'keyHash is not the hash of the key';
    if (row.bucket !== change.bucket) return 'bucket is not that of the key hash';
    const same = change.valueHash !== null && equalBytes(row.valueHash, change.valueHash);
    return same ? null : 'valueHash is not the hash of the value';
  }
}

function compareOutcomes(rows: BlockRows, { outcomes }: ReplayedBlock): Finding[] {
  const findings: Finding[] = [];
  for (const row of rows.outcomes) {
    const derived = outcomes[row.index];
    if (derived === undefined || sameOutcome(row, derived)) continue;
    const what = `stored ${row.status}/${row.code} differs from ${outcomeText(derived)}`;
    findings.push({ table: 'outcome', key: `${row.height}/${row.index}`, what });
  }
  return findings;
}

function compareRoots({ block }: BlockRows, replayed: ReplayedBlock): Finding[] {
  const findings: Finding[] = [];
  const note = (what: string): void => void findings.push({ table: 'block', key: String(block.height), what });
  if (!equalBytes(block.outcomeRoot, replayed.outcomeRoot)) note('outcomeRoot is not the root of the outcomes');
  if (!equalBytes(block.stateRoot, replayed.stateRoot)) {
    note(`stateRoot is not what replaying gives (${toHex(replayed.stateRoot)})`);
  }
  return findings;
}
