import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotFiles } from '@lading/engine';
import { errorCode } from '../storageFault.js';
import { syncFolder, writeDurably } from '../recordLog/durableFile.js';

const MAKING = 'making';
/** One organization a line. */
const LIARS = 'false-snapshots-of';
/** `<number>-<id>`: the highest number is the newest. */
const COMPLETE = /^([0-9]{1,12})-([0-9a-f]{64})$/;
/** The newest, and the one before it, which somebody may be loading. */
const KEPT = 2;

interface Complete {
  readonly name: string;
  readonly number: number;
  readonly id: string;
}

/** Snapshots in a folder of the node's data, a file a part. What is complete has been renamed at once, or not at all. */
export class SnapshotFolder implements SnapshotFiles {
  private constructor(private readonly folder: string) {}

  static async open(folder: string): Promise<SnapshotFolder> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new SnapshotFolder(folder);
  }

  async newest(): Promise<string | null> {
    return (await this.#complete())[0]?.id ?? null;
  }

  async part(id: string, index: number): Promise<Uint8Array | null> {
    const found = (await this.#complete()).find((one) => one.id === id);
    return found === undefined ? null : read(join(this.folder, found.name, String(index)));
  }

  async begin(): Promise<void> {
    await rm(join(this.folder, MAKING), { recursive: true, force: true });
    await mkdir(join(this.folder, MAKING), { mode: 0o700 });
  }

  async put(index: number, bytes: Uint8Array): Promise<void> {
    await write(join(this.folder, MAKING, String(index)), bytes);
  }

  unfinished(index: number): Promise<Uint8Array | null> {
    return read(join(this.folder, MAKING, String(index)));
  }

  async finish(id: string): Promise<void> {
    const before = await this.#complete();
    const number = (before[0]?.number ?? 0) + 1;
    await syncFolder(join(this.folder, MAKING));
    await rename(join(this.folder, MAKING), join(this.folder, `${number}-${id}`));
    await syncFolder(this.folder);
    await rm(join(this.folder, LIARS), { force: true });
    for (const { name } of before.slice(KEPT - 1)) await rm(join(this.folder, name), { recursive: true, force: true });
  }

  async liars(): Promise<readonly string[]> {
    const bytes = await read(join(this.folder, LIARS));
    return bytes === null ? [] : Buffer.from(bytes).toString('utf8').split('\n').filter((line) => line !== '');
  }

  async addLiar(organization: string): Promise<void> {
    const all = new Set([...(await this.liars()), organization]);
    const path = join(this.folder, `${LIARS}.partial`);
    await write(path, Buffer.from([...all].map((id) => `${id}\n`).join('')));
    await rename(path, join(this.folder, LIARS));
    await syncFolder(this.folder);
  }

  /** Newest first. */
  async #complete(): Promise<readonly Complete[]> {
    const names = await readdir(this.folder);
    const found = names.flatMap((name) => {
      const [, number, id] = COMPLETE.exec(name) ?? [];
      return number === undefined || id === undefined ? [] : [{ name, number: Number(number), id }];
    });
    return found.sort((a, b) => b.number - a.number);
  }
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await writeDurably(file, [bytes], 0);
  } finally {
    await file.close();
  }
}

async function read(path: string): Promise<Uint8Array | null> {
  try {
    const bytes = await readFile(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return null;
    throw error;
  }
}
