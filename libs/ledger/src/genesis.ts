import type { Hash, OrganizationId, Result, Sha256 } from '@lading/kernel';
import { assert, decodeUtf8, encodeUtf8, ok, reject } from '@lading/kernel';
import type { EpochConfig, Genesis, NetworkParameters, OrganizationConfig, OrganizationRole } from './config.js';
import {
  checkConfigContent, NUMERIC_PARAMETERS, ORGANIZATION_LIMITS, type ConfigContent, type ConfigFault, type NumericParameter
} from './configCodec.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { readShape, toJson, type Value } from './proof/shape.js';

export type GenesisFault = 'GENESIS_MALFORMED' | 'GENESIS_NOT_ONE_FORM' | 'GENESIS_VERSION' | ConfigFault;

/** What a genesis file says; everything else in {@link Genesis} is derived from its bytes. */
export interface GenesisFields {
  readonly name: string;
  /** 32 random bytes: two networks never share a chain id. */
  readonly nonce: Uint8Array;
  readonly timeMs: number;
  readonly constitution: string;
  readonly parameters: NetworkParameters;
  /** In any order; written sorted by id. */
  readonly organizations: readonly OrganizationConfig[];
}

const FORMAT = 'lading/genesis/1';
export const PROTOCOL_VERSION = 1;
const GENESIS_BYTES = 1 << 20;
const CONSTITUTION_BYTES = 65_536;
/** Leaves room for every later block time within the safe integers: the year 5138. */
const MAX_TIME_MS = 100_000_000_000_000;

/** Members of an organization in genesis files and config transactions, in the order in which they are written. */
export const ORGANIZATION = {
  id: 'text',
  name: 'text',
  validatorKey: 'bytes',
  adminKey: 'bytes',
  tlsKeyHash: 'hash',
  custodyMode: 'bool',
  gln: 'text',
  companyPrefixes: ['text'],
  roles: 'someTexts'
} as const;
const NUMERIC_MEMBERS = Object.fromEntries(NUMERIC_PARAMETERS.map((name) => [name, 'uint'])) as Record<NumericParameter, 'uint'>;
export const CONFIG_CONTENT = { parameters: { ...NUMERIC_MEMBERS, profile: 'text' }, organizations: [ORGANIZATION] } as const;
const GENESIS = {
  format: 'text',
  name: 'text',
  nonce: 'bytes',
  protocolVersion: 'uint',
  timeMs: 'uint',
  constitution: 'text',
  ...CONFIG_CONTENT
} as const;

type ContentForm = Value<typeof CONFIG_CONTENT>;

export const contentForm = ({ parameters, organizations }: ConfigContent): ContentForm => ({
  parameters,
  organizations: organizations.map((organization) => ({ roles: [], ...organization }))
});

/** Ids, roles and profile are checked by whoever reads them as such. */
const contentOf = ({ parameters, organizations }: ContentForm): ConfigContent => ({
  parameters: parameters as NetworkParameters,
  organizations: organizations.map(({ id, roles, ...organization }) => {
    const known = { ...organization, id: id as OrganizationId };
    return roles.length === 0 ? known : { ...known, roles: roles as readonly OrganizationRole[] };
  })
});

/**
 * The one form of a genesis file: JSON with two spaces of indentation, members in the order of spec/ledger.md §2,
 * binary fields in base64url, a line feed at the end. People read it, compare its hash, and sign off on it.
 */
const genesisText = (genesis: Value<typeof GENESIS>): string => `${JSON.stringify(toJson(GENESIS, genesis), null, 2)}\n`;

export function encodeGenesis(fields: GenesisFields): Uint8Array {
  const organizations = [...fields.organizations].sort((a, b) => (a.id < b.id ? -1 : 1));
  const content = contentForm({ parameters: fields.parameters, organizations });
  const bytes = encodeUtf8(genesisText({ ...fields, ...content, format: FORMAT, protocolVersion: PROTOCOL_VERSION }));
  assert(bytes !== null, 'encodeGenesis: text with a lone surrogate');
  return bytes;
}

/** chainId = H("lading/chain/1", the file's exact bytes). */
export function chainIdOf(genesisBytes: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/chain/1', [genesisBytes], sha256);
}

const sizeOf = (text: string): number => encodeUtf8(text)?.length ?? 0;

/** Checks form, ranges, keys and order, and refuses any second form of the same content. */
export function decodeGenesis(bytes: Uint8Array, sha256: Sha256 = sha256Noble): Result<Genesis, GenesisFault> {
  if (bytes.length > GENESIS_BYTES) return reject('GENESIS_MALFORMED', `larger than ${GENESIS_BYTES} bytes`);
  const text = decodeUtf8(bytes);
  if (text === null) return reject('GENESIS_MALFORMED', 'is not UTF-8');
  const read = readShape(GENESIS, text);
  if (!read.ok) return reject('GENESIS_MALFORMED', read.detail, read.pointer);
  const { format, name, nonce, protocolVersion, timeMs, constitution } = read.value;
  const wrong = (
    [
      ['format', format === FORMAT],
      ['name', name !== '' && sizeOf(name) <= ORGANIZATION_LIMITS.nameBytes],
      ['nonce', nonce.length === 32],
      ['timeMs', timeMs <= MAX_TIME_MS],
      ['constitution', sizeOf(constitution) <= CONSTITUTION_BYTES]
    ] as const
  ).find(([, isRight]) => !isRight);
  if (wrong !== undefined) return reject('GENESIS_MALFORMED', 'is not as spec/ledger.md §2 has it', `/${wrong[0]}`);
  if (protocolVersion !== PROTOCOL_VERSION) {
    return reject('GENESIS_VERSION', `protocol version ${protocolVersion}, this program speaks ${PROTOCOL_VERSION}`);
  }
  const content = contentOf(read.value);
  const valid = checkConfigContent(content);
  if (!valid.ok) return valid;
  if (genesisText(read.value) !== text) {
    return reject('GENESIS_NOT_ONE_FORM', 'the file is not in the one form of spec/ledger.md §2');
  }
  const chainId = chainIdOf(bytes, sha256);
  const config: EpochConfig = { chainId, epoch: 0, ...content };
  return ok({ chainId, name, nonce, protocolVersion, timeMs, config, constitution, bytes });
}
