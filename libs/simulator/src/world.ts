import type { Hash, Height, OrganizationId, Sha256 } from '@lading/kernel';
import { asHash, ZERO_HASH } from '@lading/kernel';
import type { Block, EpochConfig, NetworkParameters, OrganizationConfig } from '@lading/ledger';
import { genesisBlock } from '@lading/ledger';
import { expand, mixBytes } from './dice.js';
import { symbolicKey } from './symbolicSigner.js';

/** The parameters of a real network, for runs that measure time. */
export const LAN_PARAMETERS: NetworkParameters = {
  window: 8,
  turnBlocks: 256,
  epochBlocks: 4096,
  checkpointBlocks: 64,
  stateDepth: 20,
  baseTimeoutMs: 1_000,
  inclusionTimeoutMs: 3_000,
  blockBytes: 4 << 20,
  refsPerLane: 64,
  profile: 'open'
};

const GENESIS_MS = 1_700_000_000_000;
/** Time between genesis and the start of a run: a leader whose clock stands still would stamp blocks a day ago. */
const DAY_MS = 86_400_000;

export interface World {
  readonly config: EpochConfig;
  readonly genesis: Block;
  /** Virtual time 0 as milliseconds since 1970. */
  readonly startMs: number;
}

/** The organization of a node; its number stays when others come and go, its index in a config need not. */
export function simulatedOrganization(id: number, key: number = id): OrganizationConfig {
  return {
    id: `org${String(id).padStart(2, '0')}` as OrganizationId,
    name: `Organization ${id}`,
    validatorKey: symbolicKey(key),
    adminKey: symbolicKey(key),
    tlsKeyHash: ZERO_HASH,
    custodyMode: false,
    gln: '',
    companyPrefixes: []
  };
}

const members = new WeakMap<EpochConfig, readonly number[]>();

/** Node numbers in order of validator index. */
export function membersOf(config: EpochConfig): readonly number[] {
  const held = members.get(config);
  if (held !== undefined) return held;
  const ids = config.organizations.map((organization) => Number(organization.id.slice(3)));
  members.set(config, ids);
  return ids;
}

export function makeWorld(n: number, parameters: NetworkParameters, sha256?: Sha256): World {
  const chainId = fakeHash('chain', 1);
  const organizations = Array.from({ length: n }, (_, index) => simulatedOrganization(index));
  const config = { chainId, epoch: 0, organizations, parameters };
  const bytes = new Uint8Array(0);
  const fields = { chainId, name: 'simulation', nonce: chainId, protocolVersion: 1, timeMs: GENESIS_MS };
  const genesis = genesisBlock({ ...fields, config, constitution: '', bytes }, sha256);
  return { config, genesis, startMs: GENESIS_MS + DAY_MS };
}

export function fakeHash(kind: string, ...numbers: readonly number[]): Hash {
  const text = `${kind}:${numbers.join(':')}`;
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  return asHash(expand(mixBytes(bytes, 7), 32));
}

/** The toy contract: the state root is a hash chain over the block hashes. */
export function toyStateRoot(before: Hash, blockHash: Hash, height: Height): Hash {
  const input = new Uint8Array(64);
  input.set(before);
  input.set(blockHash, 32);
  return asHash(expand(mixBytes(input, height), 32));
}

export const GENESIS_ROOT = fakeHash('state', 0);
