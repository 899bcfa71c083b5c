import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileRecordLog } from './fileRecordLog.js';
import { FILE_HEADER_BYTES, RECORD_HEADER_BYTES } from './recordFormat.js';

const record = (seed: number, size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => seed * 31 + i);

/** As `visit` lends them: what is kept has to be copied. */
async function recordsOf(log: FileRecordLog): Promise<readonly Uint8Array[]> {
  const records: Uint8Array[] = [];
  await log.visit((body) => records.push(body.slice()) > 0);
  return records;
}

describe('FileRecordLog', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lading-log-'));
    path = join(folder, 'log');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function written(records: readonly Uint8Array[]): Promise<Buffer> {
    const log = await FileRecordLog.open(path);
    for (const one of records) log.append(one);
    await log.close();
    return readFile(path);
  }

  async function reopened(): Promise<{ records: readonly Uint8Array[]; truncatedBytes: number }> {
    const log = await FileRecordLog.open(path);
    const records = await recordsOf(log);
    const { truncatedBytes } = log;
    await log.close();
    return { records, truncatedBytes };
  }

  it('gives back what was appended, in order, after reopening', async () => {
    const records = [record(1, 1), record(2, 300), record(3, 70_000)];
    const size = (await written(records)).length;
    const again = await FileRecordLog.open(path);
    expect(await recordsOf(again)).toEqual(records);
    expect(again.sizeBytes()).toBe(size);
    again.append(record(4, 5));
    await again.flush();
    expect(await recordsOf(again)).toEqual([...records, record(4, 5)]);
    await again.close();
    expect((await reopened()).truncatedBytes).toBe(0);
  });

  it('gives records that lie across what is read from the disk at once, and larger ones; a slice of one is a copy', async () => {
    const sizes = [700_000, 700_000, 1 << 20, 3_000_000, 1, (1 << 20) - 13, 12];
    const records = sizes.map((size, n) => record(n, size));
    await written(records);
    expect((await reopened()).records.map((one, n) => Buffer.compare(one, records[n] as Uint8Array))).toEqual(sizes.map(() => 0));
  });

  it('gives no more records once whoever takes them has enough', async () => {
    await written([record(1, 10), record(2, 10), record(3, 10)]);
    const log = await FileRecordLog.open(path);
    const sizes: number[] = [];
    await log.visit((body) => sizes.push(body[0] as number) < 2);
    await log.close();
    expect(sizes).toEqual([31, 62]);
  });

  it('tells of damage that came while the file was open', async () => {
    const whole = await written([record(1, 10), record(2, 10)]);
    const log = await FileRecordLog.open(path);
    const damaged = Buffer.from(whole);
    damaged[whole.length - 1] = (damaged[whole.length - 1] as number) ^ 1;
    await writeFile(path, damaged);
    await expect(recordsOf(log)).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
    await log.close();
  });

  it('cuts off a last record torn at any byte, and only that one', async () => {
    const records = [record(1, 40), record(2, 50), record(3, 60)];
    const whole = await written(records);
    const start = whole.length - 60 - RECORD_HEADER_BYTES;
    for (let end = start; end < whole.length; end++) {
      await writeFile(path, whole.subarray(0, end));
      expect(await reopened()).toEqual({ records: records.slice(0, 2), truncatedBytes: end - start });
      expect((await stat(path)).size).toBe(start);
      // Zeroes, as some file systems leave them where a write did not arrive.
      await writeFile(path, Buffer.concat([whole.subarray(0, end), Buffer.alloc(whole.length - end)]));
      const zeroed = await reopened();
      expect(zeroed.records.length).toBe(whole.subarray(end).every((byte) => byte === 0) ? 3 : 2);
    }
  });

  it('cuts off a file header torn at any byte, before which nothing was ever acknowledged', async () => {
    const whole = await written([]);
    for (let end = 0; end < FILE_HEADER_BYTES; end++) {
      await writeFile(path, whole.subarray(0, end));
      expect(await reopened()).toEqual({ records: [], truncatedBytes: end });
    }
  });

  it('refuses a file damaged at any byte before the last record, and leaves it as it is', async () => {
    const whole = await written([record(1, 20), record(2, 30), record(3, 40)]);
    const last = whole.length - 40 - RECORD_HEADER_BYTES;
    for (let at = 0; at < last; at++)
      for (const flip of [0x01, 0x80, 0xff]) {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] as number) ^ flip;
        await writeFile(path, damaged);
        await expect(FileRecordLog.open(path)).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
        expect(await readFile(path)).toEqual(damaged);
      }
  });

  it('does not take an image of a record inside a torn record for an intact one', async () => {
    const whole = await written([record(1, 20)]);
    const image = whole.subarray(FILE_HEADER_BYTES);
    const log = await FileRecordLog.open(path);
    log.append(Buffer.concat([image, image, image, record(5, 50)]));
    await log.close();
    const torn = await readFile(path);
    await writeFile(path, torn.subarray(0, torn.length - 1));
    expect((await reopened()).records).toEqual([record(1, 20)]);
  });

  it('replaces the content at once; records appended afterwards follow it', async () => {
    const log = await FileRecordLog.open(path);
    log.append(record(1, 100));
    const flushed = log.flush();
    log.append(record(2, 100));
    const replaced = log.rewrite([record(3, 10), record(4, 10)]);
    log.append(record(5, 10));
    await Promise.all([flushed, replaced, log.flush()]);
    const expected = [record(3, 10), record(4, 10), record(5, 10)];
    expect(await recordsOf(log)).toEqual(expected);
    await log.close();
    expect((await reopened()).records).toEqual(expected);
  });

  it('ignores a replacement that a crash left unfinished', async () => {
    await written([record(1, 10)]);
    await writeFile(`${path}.new`, 'half');
    expect((await reopened()).records).toEqual([record(1, 10)]);
  });

  it('shares one write among those who ask for a flush meanwhile', async () => {
    const log = await FileRecordLog.open(path);
    log.append(record(1, 10));
    const first = log.flush();
    log.append(record(2, 10));
    expect(log.flush()).toBe(first);
    await first;
    log.append(record(3, 10));
    expect(log.flush()).not.toBe(first);
    await log.close();
    expect((await reopened()).records).toHaveLength(3);
  });

  it('never writes again after the disk refused once', async () => {
    const log = await FileRecordLog.open(path);
    log.append(record(1, 10));
    await log.flush();
    const prototype = Object.getPrototypeOf(await open(path, 'r').then(async (file) => (await file.close(), file))) as {
      datasync: () => Promise<void>;
    };
    const { datasync } = prototype;
    prototype.datasync = () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    log.append(record(2, 10));
    await expect(log.flush()).rejects.toMatchObject({ code: 'LOG_FAILED' });
    prototype.datasync = datasync;
    await expect(log.flush()).rejects.toMatchObject({ code: 'LOG_FAILED' });
    expect(() => log.append(record(3, 10))).toThrow('LOG_FAILED');
    expect(() => log.rewrite([])).toThrow('LOG_FAILED');
    await log.close();
  });

  it('is held by one at a time, and a lock of a dead process does not matter', async () => {
    const log = await FileRecordLog.open(path);
    await expect(FileRecordLog.open(path)).rejects.toMatchObject({ code: 'LOG_LOCKED' });
    await log.close();
    // This process's number with another start time: the number was given out again.
    for (const stale of [`{"pid":${process.pid},"started":"boot/1"}`, '{"pid":4194304,"started":""}', 'garbage']) {
      await writeFile(`${path}.lock`, stale);
      await (await FileRecordLog.open(path)).close();
    }
  });
});
