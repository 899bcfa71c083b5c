import type { Height, Sha256 } from '@lading/kernel';
import { decodeBlockHeader, decodeConfig, encodeConfig, type BlockHeader, type EpochConfig } from '@lading/ledger';
import {
  decodeManifest,
  decodeViews,
  encodeViews,
  mergeViews,
  viewsOfHeaders,
  type ExecutedBlock,
  type StoredEpoch,
  type StoredView
} from '@lading/engine';
import type { Statement } from './appendStatement.js';
import type { Select } from './stateQueries.js';
import { bytes, corrupt } from './storedRows.js';

/** Blocks of one page. */
const PAGE = 4096;
/** More than the longest header with the CBOR heads before it: the refs behind it are not read. */
const HEADER_PREFIX = 520;

interface EpochRow {
  readonly epoch: string;
  readonly start_height: string;
  readonly config: Buffer;
  readonly previous_views: Buffer;
}

/** Writes the row of epoch 0 of a database that was made before the table; a row that is there stays. */
export function firstEpochStatement(config: EpochConfig): Statement {
  return {
    name: 'first-epoch',
    text: `INSERT INTO ledger.epoch (epoch, start_height, config, previous_views) VALUES (0, 0, $1, $2)
      ON CONFLICT DO NOTHING`,
    values: [Buffer.from(encodeConfig(config)), Buffer.from(encodeViews([]))]
  };
}

export class EpochQueries {
  constructor(
    private readonly select: Select,
    private readonly sha256: Sha256
  ) {}

  async epochs(): Promise<readonly StoredEpoch[]> {
    const rows = await this.select<EpochRow>('SELECT * FROM ledger.epoch ORDER BY epoch', []);
    return rows.map((row, index) => {
      const what = `epoch ${row.epoch}`;
      const config = decodeConfig(bytes(row.config));
      if (!config.ok) throw corrupt(what, config.detail);
      if (Number(row.epoch) !== index || config.value.epoch !== index) throw corrupt(what, 'its number');
      const following = rows[index + 1];
      const views = following === undefined ? null : decodeViews(bytes(following.previous_views));
      if (views?.ok === false) throw corrupt(what, views.detail);
      return { config: config.value, startHeight: Number(row.start_height) as Height, views: views?.value ?? null };
    });
  }

  /** Views of the epoch that the last block of the group ends, where it ends one: its older blocks are stored already. */
  async endedViews(group: readonly ExecutedBlock[]): Promise<ReadonlyMap<number, readonly StoredView[]>> {
    const ended = new Map<number, readonly StoredView[]>();
    for (const { block, nextConfig } of group) {
      if (nextConfig === undefined || block.header.height === 0) continue;
      const { epoch, height } = block.header;
      const own = group.map((one) => one.block.header).filter((header) => header.epoch === epoch);
      const first = own[0]?.height ?? height;
      const begin = await this.#firstHeight(epoch, first);
      const base = await this.#baseAbove(begin);
      const older = await this.#headers(base === null ? begin : ((base.height + 1) as Height), (first - 1) as Height);
      const views = viewsOfHeaders([...older, ...own]);
      ended.set(height, base === null ? views : mergeViews(base.views, views));
    }
    return ended;
  }

  /** First block of an epoch; `otherwise` when the epoch begins in the same group. */
  async #firstHeight(epoch: number, otherwise: Height): Promise<Height> {
    const rows = await this.select<{ start_height: string }>(
      'SELECT start_height FROM ledger.epoch WHERE epoch = $1',
      [epoch]
    );
    return rows[0] === undefined ? otherwise : ((Number(rows[0].start_height) + 1) as Height);
  }

  /** What the snapshot says that this ledger began from, where that is of this epoch or a later one. */
  async #baseAbove(first: number): Promise<{ readonly height: number; readonly views: readonly StoredView[] } | null> {
    const stored = await this.base();
    const manifest = stored === null ? null : decodeManifest(stored, this.sha256);
    if (manifest === null) return null;
    if (!manifest.ok) throw corrupt('base', manifest.detail);
    const { block, views } = manifest.value;
    return block.header.height < first ? null : { height: block.header.height, views };
  }

  /** The manifest of the snapshot that this ledger began from; null: it began from genesis. */
  async base(): Promise<Uint8Array | null> {
    const rows = await this.select<{ manifest: Buffer }>('SELECT manifest FROM ledger.base ORDER BY height LIMIT 1', []);
    return rows[0] === undefined ? null : bytes(rows[0].manifest);
  }

  async views(from: Height, to: Height): Promise<readonly StoredView[]> {
    return viewsOfHeaders(await this.#headers(from, to));
  }

  async #headers(from: Height, to: Height): Promise<readonly BlockHeader[]> {
    const headers: BlockHeader[] = [];
    for (let next: number = from; next <= to; next += PAGE) {
      const last = Math.min(to, next + PAGE - 1);
      const rows = await this.select<{ height: string; start: Buffer }>(
        `SELECT height, substring(encoded FROM 1 FOR ${HEADER_PREFIX}) AS start FROM ledger.block
         WHERE height BETWEEN $1 AND $2 ORDER BY height`,
        [next, last]
      );
      for (const row of rows) headers.push(headerAtStart(bytes(row.start), `block ${row.height}`));
    }
    return headers;
  }
}

/** The header of an encoded block, CBOR [header as a byte string, …], of which only the start is there. */
function headerAtStart(start: Uint8Array, what: string): BlockHeader {
  const [array, head, first = 0, second = 0] = start;
  const short = head === 0x58;
  const size = short ? first : first * 256 + second;
  const at = short ? 3 : 4;
  const header = decodeBlockHeader(start.slice(at, at + size));
  if (array !== 0x82 || !(short || head === 0x59) || !header.ok) throw corrupt(what, 'its header');
  return header.value;
}
