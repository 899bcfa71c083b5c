import { createHash, hash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { withClient } from '@lading/storage';
import { byteaArray, int4Array } from './binaryArray.js';
import { parseStrict } from './strictJson.js';

/**
 * What no implementation on this stack can leave out for a transaction, at each node: check the signature, read header and
 * event strictly, hash them, and store them durably. Each in its fastest known form and written for this purpose only: nothing
 * here is of the product, so a product that gets slower cannot make its own ceiling lower.
 */
export interface Floor {
  /** Microseconds of processor time by transaction. */
  readonly verify: number;
  readonly parse: number;
  readonly hash: number;
  readonly insertClient: number;
  readonly insertServer: number;
}

export const floorSum = ({ verify, parse, hash: hashing, insertClient, insertServer }: Floor): number =>
  verify + parse + hashing + insertClient + insertServer;

/** A signed transaction as it comes in: a compact JWS, and the key that signed it. */
export interface FloorTransaction {
  readonly line: Buffer;
  readonly publicKey: Uint8Array;
}

/** The transactions of one statement, as in a busy block. */
const BLOCK = 1000;
const TICK_US = 10_000;

interface Native {
  crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}
// The library alone, not the product's wrapper.
const sodium = createRequire(import.meta.url)('sodium-native') as Native;

interface Read {
  readonly header: Buffer;
  readonly payload: Buffer;
  readonly signature: Buffer;
  /** The signed text. */
  readonly message: Buffer;
}

function split({ line }: FloorTransaction): Read {
  const first = line.indexOf('.');
  const second = line.indexOf('.', first + 1);
  return {
    header: Buffer.from(line.toString('latin1', 0, first), 'base64url'),
    payload: Buffer.from(line.toString('latin1', first + 1, second), 'base64url'),
    signature: Buffer.from(line.toString('latin1', second + 1), 'base64url'),
    message: line.subarray(0, second)
  };
}

/** Microseconds of this process's processor time by unit. */
function timed(units: number, work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / units;
}

const sha256 = (bytes: Uint8Array): Buffer =>
  typeof hash === 'function' ? Buffer.from(hash('sha256', bytes, 'buffer')) : createHash('sha256').update(bytes).digest();

/** One run over all the transactions, in blocks, after the parts have been warmed up by a block. */
export async function measureFloor(databaseUrl: string, transactions: readonly FloorTransaction[]): Promise<Floor> {
  const reads = transactions.map(split);
  const verify = timed(reads.length, () => {
    for (const [i, { signature, message }] of reads.entries()) {
      const { publicKey } = transactions[i] as FloorTransaction;
      if (!sodium.crypto_sign_verify_detached(signature, message, publicKey)) throw new Error('signature');
    }
  });
  const parse = timed(reads.length, () => {
    for (const each of transactions) {
      const { header, payload } = split(each);
      parseStrict(header);
      parseStrict(payload);
    }
  });
  const ids: Buffer[] = [];
  const hashing = timed(reads.length, () => {
    for (const { header, payload } of reads) {
      const id = sha256(Buffer.concat([header, payload]));
      sha256(Buffer.concat([id, id]));
      sha256(payload);
      ids.push(id);
    }
  });
  const insert = await measureInsert(databaseUrl, transactions, ids);
  return { verify, parse, hash: hashing, ...insert };
}

const TABLES = `
  DROP SCHEMA IF EXISTS floor CASCADE;
  CREATE SCHEMA floor;
  CREATE TABLE floor.transaction (height int, tx_index int, tx_id bytea, encoded bytea STORAGE EXTERNAL, PRIMARY KEY (height, tx_index));
  CREATE TABLE floor.outcome (height int, tx_index int, status int, PRIMARY KEY (height, tx_index));
  CREATE TABLE floor.state (key_hash bytea PRIMARY KEY, value bytea STORAGE EXTERNAL)`;

const INSERT = `
  WITH t AS (INSERT INTO floor.transaction SELECT $1::int, r.* FROM unnest($2::int[], $3::bytea[], $4::bytea[]) r),
  o AS (INSERT INTO floor.outcome SELECT $1::int, r.* FROM unnest($2::int[], $5::int[]) r)
  INSERT INTO floor.state SELECT r.* FROM unnest($6::bytea[], $7::bytea[]) r`;

const STATE_VALUE_BYTES = 160;

async function measureInsert(
  databaseUrl: string,
  transactions: readonly FloorTransaction[],
  ids: readonly Buffer[]
): Promise<Pick<Floor, 'insertClient' | 'insertServer'>> {
  return withClient(databaseUrl, async (client) => {
    await client.query(TABLES);
    await client.query('SET synchronous_commit = on');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid ?? 0;
    const indexes = int4Array(Array.from({ length: BLOCK }, (_, i) => i));
    const zeros = int4Array(new Array<number>(BLOCK).fill(0));
    const blocks = Math.floor(transactions.length / BLOCK);
    const value = randomBytes(STATE_VALUE_BYTES);
    // Random keys, as hashes are, made before: a node has hashed them in any case.
    const keys = Array.from({ length: blocks }, () => Array.from({ length: 2 * BLOCK }, () => randomBytes(32)));
    const values = new Array<Buffer>(2 * BLOCK).fill(value);
    const insert = async (height: number): Promise<void> => {
      const [from, to] = [height * BLOCK, (height + 1) * BLOCK];
      const lines = transactions.slice(from, to).map(({ line }) => line);
      const rows = [indexes, byteaArray(ids.slice(from, to)), byteaArray(lines), zeros];
      const state = [byteaArray(keys[height] ?? []), byteaArray(values)];
      await client.query({ name: 'floor', text: INSERT, values: [height, ...rows, ...state] });
    };
    await insert(0);
    const [clientBefore, serverBefore] = [process.cpuUsage(), backendTicks(pid)];
    for (let height = 1; height < blocks; height++) await insert(height);
    const { user, system } = process.cpuUsage(clientBefore);
    const units = (blocks - 1) * BLOCK;
    const insertServer = ((backendTicks(pid) - serverBefore) * TICK_US) / units;
    await client.query('DROP SCHEMA floor CASCADE');
    return { insertClient: (user + system) / units, insertServer };
  });
}

/** Of the server's process for this connection, in hundredths of a second; 0 without /proc. */
function backendTicks(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    return (fields[11] ?? 0) + (fields[12] ?? 0);
  } catch {
    return 0;
  }
}
