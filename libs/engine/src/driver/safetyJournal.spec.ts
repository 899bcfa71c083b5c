import { decodePersistRecord } from '@lading/consensus';
import type { PersistRecord, Safety } from '@lading/consensus';
import type { Height } from '@lading/kernel';
import { buildBlock } from '@lading/ledger';
import { testNetwork } from '../../../../test/fixtures/testNetwork.js';
import { ENGINE_LIMITS } from '../limits.js';
import type { RecordLog } from '../ports.js';
import { SafetyJournal } from './safetyJournal.js';
import type { RestoredJournal } from './safetyJournal.js';
import { decodeSignRight } from './signRight.js';

const network = testNetwork();
const { header, blockHash } = network.genesisBlock;

const safety = (view: number): PersistRecord => {
  const base: Safety['base'] = { height: header.height, hash: blockHash };
  const rest = { baseProof: null, lastPrepared: null, highCert: null, ownViewChange: null };
  return { kind: 'Safety', safety: { epoch: 0, view, mode: 'NORMAL', base, ...rest } };
};
const proposal = (height: number): PersistRecord => {
  return { kind: 'Block', block: buildBlock({ ...header, height: height as Height }, []) };
};

/** Counts writes and syncs. */
function memoryLog() {
  const state = { records: [] as Uint8Array[], flushes: 0, size: 0 };
  const log: RecordLog = {
    visit: (take) => Promise.resolve(void state.records.every((record) => take(record))),
    append: (record) => void state.records.push(record),
    flush: () => Promise.resolve(void (state.flushes += 1)),
    rewrite: (records) => Promise.resolve(void ((state.records = [...records]), (state.size = 0))),
    sizeBytes: () => state.size,
    close: () => Promise.resolve()
  };
  return { state, log };
}

const KEY = new Uint8Array(32).fill(3);
const FRESH: RestoredJournal = { records: [], right: 'PROVEN', otherRights: [], silentThrough: -1 };

const shown = (records: readonly Uint8Array[]): string[] =>
  records.map((bytes) => {
    const right = decodeSignRight(bytes);
    if (right !== null) return right.right;
    const record = decodePersistRecord(bytes, network.config);
    if (!record.ok) throw new Error(record.code);
    return record.value.kind === 'Safety' ? `view ${record.value.safety.view}` : `block ${record.value.block.header.height}`;
  });

describe('SafetyJournal', () => {
  it('writes the records of one moment in order and with one sync', async () => {
    const { state, log } = memoryLog();
    await new SafetyJournal(log, KEY, FRESH).persist([proposal(1), safety(0), proposal(2), safety(1)]);
    expect([shown(state.records), state.flushes]).toEqual([['block 1', 'view 0', 'block 2', 'view 1'], 1]);
  });

  it('keeps the last safety record and the proposals above the executed height when the file has grown', async () => {
    const { state, log } = memoryLog();
    const journal = new SafetyJournal(log, KEY, FRESH);
    await journal.persist([proposal(1), safety(0), proposal(2), safety(1), proposal(3)]);
    journal.executed(2 as Height);
    state.size = ENGINE_LIMITS.safetyLogBytes + 1;
    await journal.persist([safety(2), proposal(4)]);
    expect(shown(state.records)).toEqual(['PROVEN', 'view 2', 'block 3', 'block 4']);
  });

  it('remembers what was in the file before a restart', async () => {
    const { state, log } = memoryLog();
    const first = memoryLog();
    await new SafetyJournal(first.log, KEY, FRESH).persist([safety(5), proposal(7)]);
    const records = first.state.records.map((bytes) => {
      const record = decodePersistRecord(bytes, network.config);
      if (!record.ok) throw new Error(record.code);
      return { record: record.value, bytes };
    });
    const otherRights = [{ right: 'PROVEN', key: new Uint8Array(32).fill(9) }] as const;
    const journal = new SafetyJournal(log, KEY, { ...FRESH, records, right: 'LOST', otherRights });
    state.size = ENGINE_LIMITS.safetyLogBytes + 1;
    await journal.persist([proposal(8)]);
    expect(shown(state.records)).toEqual(['PROVEN', 'LOST', 'view 5', 'block 7', 'block 8']);
  });

  it('does not write over what it knows of later epochs, when the database is built again from the beginning', async () => {
    const { state, log } = memoryLog();
    const journal = new SafetyJournal(log, KEY, { ...FRESH, silentThrough: 0 });
    await journal.persist([safety(7), proposal(1)]);
    expect(state.records).toEqual([]);
  });
});
