import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeExportRecord } from '@lading/engine';
import type { AuditCheckpointRow, AuditExtent, AuditSource, BlockRows } from '@lading/engine';
import { decodeCheckpoint } from '@lading/ledger';
import { StorageFault } from '../storageFault.js';
import { EXPORT_FILES, readManifest, type ExportManifest } from './exportManifest.js';
import { readFrames } from './framedFile.js';
import { WholeBlocks } from './wholeBlocks.js';

const EMPTY = new Uint8Array(0);

/** A folder that `exportLedger` has written, for an auditor: no node, no database. State and epochs are derived. */
export class ExportAuditSource extends WholeBlocks implements AuditSource {
  #faults: { key: string; what: string }[] = [];
  #checkpoints: readonly AuditCheckpointRow[] | null = null;

  private constructor(
    private readonly folder: string,
    private readonly manifest: ExportManifest
  ) {
    super();
  }

  /** EXPORT_UNUSABLE: the folder is no export. */
  static async open(folder: string): Promise<ExportAuditSource> {
    const manifest = await readManifest(folder);
    if (manifest === null) throw new StorageFault('EXPORT_UNUSABLE', `${folder} has no ${EXPORT_FILES.manifest}`);
    return new ExportAuditSource(folder, manifest);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async genesisBytes(): Promise<Uint8Array | null> {
    return new Uint8Array(await readFile(join(this.folder, EXPORT_FILES.genesis)).catch(() => EMPTY));
  }

  extent(): Promise<AuditExtent> {
    const { files } = this.manifest;
    const transactions = files.reduce((sum, file) => sum + file.transactions, 0);
    return Promise.resolve({ lastHeight: files.at(-1)?.last ?? -1, transactions });
  }

  async *wholeBlocks(from: number): AsyncGenerator<BlockRows> {
    for (const { name, last, sha256, bytes } of this.manifest.files) {
      if (last < from) continue;
      if (!(await this.#check(name, { sha256, bytes }))) continue;
      let number = 0;
      for await (const record of readFrames(join(this.folder, name), () => this.#note(name, 'ends in the middle of a record'))) {
        const rows = decodeExportRecord(record);
        if (rows === null) this.#note(name, `record ${number} does not decode`);
        else if (rows.block.height >= from) yield rows;
        number += 1;
      }
    }
  }

  async checkpoints(from: number, limit: number): Promise<readonly AuditCheckpointRow[]> {
    this.#checkpoints ??= await this.#readCheckpoints();
    return this.#checkpoints.filter(({ height }) => height >= from).slice(0, limit);
  }

  takeFaults(): readonly { readonly key: string; readonly what: string }[] {
    return this.#faults.splice(0);
  }

  #note(key: string, what: string): void {
    this.#faults.push({ key, what });
  }

  async #readCheckpoints(): Promise<readonly AuditCheckpointRow[]> {
    const name = EXPORT_FILES.checkpoints;
    const { checkpoints } = this.manifest;
    if (checkpoints === null) {
      this.#note(name, 'the export was never finished');
      return [];
    }
    if (!(await this.#check(name, checkpoints))) return [];
    const rows: AuditCheckpointRow[] = [];
    for await (const encoded of readFrames(join(this.folder, name), () => this.#note(name, 'ends in the middle of a record'))) {
      const decoded = decodeCheckpoint(encoded);
      if (!decoded.ok) this.#note(name, `record ${rows.length} does not decode: ${decoded.code}`);
      else {
        const { height, blockHash, stateRoot } = decoded.value;
        rows.push({ height, blockHash, stateRoot, encoded });
      }
    }
    return rows.sort((a, b) => a.height - b.height);
  }

  /** A file that cannot be read is a finding, too; one with other bytes is read all the same, to say which block differs. */
  async #check(name: string, expected: { readonly sha256: string; readonly bytes: number }): Promise<boolean> {
    const path = join(this.folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null) {
      this.#note(name, 'is missing');
      return false;
    }
    if (found.size !== expected.bytes) this.#note(name, `has ${found.size} bytes, not ${expected.bytes}`);
    const hasher = createHash('sha256');
    for await (const chunk of createReadStream(path)) hasher.update(chunk as Buffer);
    if (hasher.digest('hex') !== expected.sha256) this.#note(name, 'sha256 is not the one in the manifest');
    return true;
  }
}
