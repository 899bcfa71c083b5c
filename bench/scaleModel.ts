/** What was measured, and where: docs/developers/scale.json. Everything in the tables of docs/developers/scale.md follows from it. */
export interface ScaleInputs {
  /** Of one node and its PostgreSQL on one core, for a transaction of one event: from the request to its rows. */
  readonly microsPerTransaction: number;
  /** Of that, what making it readable costs, which can be done elsewhere. */
  readonly microsOfProjection: number;
  /** To check and count one vote, and to sign and send one. */
  readonly microsPerVote: number;
  readonly voteBytes: number;
  /** Votes that a node receives for a block, by number of organizations. */
  readonly votesReceived: Readonly<Record<string, number>>;
  /** Of a signed transaction on the wire, and of all rows and indexes that it leaves. */
  readonly transactionBytes: number;
  readonly ledgerBytesPerTransaction: number;
  readonly queryBytesPerTransaction: number;
  /** Keys of state that stay, by item: its own and those that it shares. */
  readonly keysPerItem: number;
  /** Seconds of a start that do not depend on the ledger: program, keys, the tail that is checked. */
  readonly startSeconds: number;
  /** Microseconds for each bucket that is read from the saved tree and hashed into it. */
  readonly microsPerSavedBucket: number;
  /** Memory of a node without tree, outcomes log and caches. */
  readonly restingMegabytes: number;
}

export interface Network {
  readonly organizations: number;
  readonly items: number;
  readonly transactions: number;
  readonly transactionsPerBlock: number;
  readonly cores: number;
}

const DEPTH = 20;
const BUCKETS = 2 ** DEPTH;
const MEGABYTE = 2 ** 20;
/** One SHA-256 compression, four messages at a time. */
const MICROS_PER_COMPRESSION = 0.085;
/** Bytes that the outcomes log keeps of a block in memory, and a saved tree of a bucket. */
const LOG_BYTES = 64;
const SAVED_BYTES = 36;

export interface Expected {
  /** Transactions a second that one node's cores allow. */
  readonly rate: number;
  /** Share of a core that votes take at that rate. */
  readonly votesShare: number;
  /** Bytes a second that a node sends at that rate: its own lane's batches to all others, and votes. */
  readonly sentPerSecond: number;
  readonly diskBytes: number;
  readonly queryBytes: number;
  readonly entriesPerBucket: number;
  /** Of a changed key: its bucket and the nodes above, in blocks of a thousand keys. */
  readonly microsPerKey: number;
  readonly proofBytesPerKey: number;
  readonly memoryBytes: number;
  readonly logBytes: number;
  readonly startSeconds: number;
}

/** Pure arithmetic: rates of one machine for each organization, sizes after so many transactions. */
export function expected(inputs: ScaleInputs, network: Network): Expected {
  const { organizations, transactionsPerBlock, cores } = network;
  const votes = inputs.votesReceived[String(organizations)] ?? 2 * (organizations - 1);
  const microsPerBlock = (votes + 2) * inputs.microsPerVote;
  const rate = (cores * 1e6) / (inputs.microsPerTransaction + microsPerBlock / transactionsPerBlock);
  const blocksPerSecond = rate / transactionsPerBlock;
  const keys = network.items * inputs.keysPerItem;
  const entriesPerBucket = keys / BUCKETS;
  const occupied = BUCKETS * (1 - Math.exp(-entriesPerBucket));
  const blocks = network.transactions / transactionsPerBlock;
  return {
    rate,
    votesShare: (blocksPerSecond * microsPerBlock) / 1e6,
    // A lane's batches go to all others once; every node sends two votes a block to all others.
    sentPerSecond: (organizations - 1) * ((rate / organizations) * inputs.transactionBytes + 2 * blocksPerSecond * inputs.voteBytes),
    diskBytes: network.transactions * inputs.ledgerBytesPerTransaction,
    queryBytes: network.transactions * inputs.queryBytesPerTransaction,
    entriesPerBucket,
    microsPerKey: microsPerKey(Math.max(1, entriesPerBucket)),
    proofBytesPerKey: 32 * (DEPTH + 3 + Math.ceil(Math.log2(Math.max(1, entriesPerBucket)))),
    memoryBytes: inputs.restingMegabytes * MEGABYTE + 2 * BUCKETS * 32 + blocks * LOG_BYTES,
    logBytes: blocks * LOG_BYTES,
    startSeconds: inputs.startSeconds + (occupied * inputs.microsPerSavedBucket) / 1e6
  };
}

/** Leaves of two blocks, nodes between them of two, the bucket's own of one, and some eleven nodes of the tree of two. */
const microsPerKey = (entries: number): number => MICROS_PER_COMPRESSION * (2 * entries + 2 * (entries - 1) + 1 + 11 * 2);

/** Bytes of the file that a start reads the tree from. */
export const savedTreeBytes = ({ entriesPerBucket }: Expected): number => BUCKETS * (1 - Math.exp(-entriesPerBucket)) * SAVED_BYTES;
