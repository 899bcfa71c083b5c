import type { Hash, OrganizationId } from '@lading/kernel';

/** Parameters that every node must agree on; in genesis, changed by ballot later. */
export interface NetworkParameters {
  /** Window of heights in flight; equals the execution lag L. */
  readonly window: number;
  /** Blocks of one leader's turn (R). */
  readonly turnBlocks: number;
  /** Blocks of one epoch at most. */
  readonly epochBlocks: number;
  /** A checkpoint every so many heights. */
  readonly checkpointBlocks: number;
  /** Bits of the state tree's bucket index (D). */
  readonly stateDepth: number;
  /** T_base, milliseconds. */
  readonly baseTimeoutMs: number;
  /** T_incl, milliseconds. */
  readonly inclusionTimeoutMs: number;
  /** Bytes of batches that one block orders beyond the first head of each lane. */
  readonly blockBytes: number;
  readonly refsPerLane: number;
  /** Rule profile of the provenance contract. */
  readonly profile: 'open' | 'custody' | 'pharma' | 'food';
}

/** One organization of an epoch. Sorted by `id` bytes, its position is its lane, signer index and bitmap bit. */
export interface OrganizationConfig {
  readonly id: OrganizationId;
  readonly name: string;
  /** 32-byte Ed25519 keys (rule C1 admitted). */
  readonly validatorKey: Uint8Array;
  readonly adminKey: Uint8Array;
  /** SHA-256 of the DER SubjectPublicKeyInfo of the TLS key of its node. */
  readonly tlsKeyHash: Hash;
  /** Whether the node may sign for token-authenticated callers with a registered service key (custody mode). */
  readonly custodyMode: boolean;
  /** GS1 Party GLN (13 digits) or '' when it has none. */
  readonly gln: string;
  /** GS1 Company Prefixes that it holds. */
  readonly companyPrefixes: readonly string[];
  /** What the members have made it beyond a member; absent: nothing. Ascending. */
  readonly roles?: readonly OrganizationRole[];
}

/** `regulator`: may recall what is not its own (spec/provenance.md, R21). */
export type OrganizationRole = 'regulator';

/** What is in force for one epoch. configHash = H("lading/confighash/1", CBOR of it). */
export interface EpochConfig {
  readonly chainId: Hash;
  readonly epoch: number;
  readonly organizations: readonly OrganizationConfig[];
  readonly parameters: NetworkParameters;
}

/** genesis.json, decoded. chainId = H("lading/chain/1", the file's exact bytes). */
export interface Genesis {
  readonly chainId: Hash;
  readonly name: string;
  readonly nonce: Uint8Array;
  readonly protocolVersion: number;
  /** Block time of the genesis block, milliseconds since 1970. */
  readonly timeMs: number;
  readonly config: EpochConfig;
  readonly constitution: string;
  readonly bytes: Uint8Array;
}
