import type { Hash, Result, Sha256 } from '@lading/kernel';
import { assert, encodeUtf8, equalBytes, ok, reject, toBase64Url } from '@lading/kernel';
import type { EpochConfig, Genesis, NetworkParameters, OrganizationConfig } from './config.js';
import { checkOrganizations, checkParameters, ORGANIZATION_LIMITS, type ConfigFault } from './configCodec.js';
import { configFromJson, configToJson } from './configJson.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { JsonFields } from './jsonFields.js';

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

const MEMBERS = [
  'format',
  'name',
  'nonce',
  'protocolVersion',
  'timeMs',
  'constitution',
  'parameters',
  'organizations'
] as const;
/**
 * The one form of a genesis file: JSON with two spaces of indentation, members in the order of spec/ledger.md §2,
 * binary fields in base64url, a line feed at the end. People read it, compare its hash, and sign off on it.
 */
export function encodeGenesis(fields: GenesisFields): Uint8Array {
  const organizations = [...fields.organizations].sort((a, b) => (a.id < b.id ? -1 : 1));
  const document = {
    format: FORMAT,
    name: fields.name,
    nonce: toBase64Url(fields.nonce),
    protocolVersion: PROTOCOL_VERSION,
    timeMs: fields.timeMs,
    constitution: fields.constitution,
    ...configToJson({ parameters: fields.parameters, organizations })
  };
  const bytes = encodeUtf8(`${JSON.stringify(document, null, 2)}\n`);
  assert(bytes !== null, 'encodeGenesis: text with a lone surrogate');
  return bytes;
}

/** chainId = H("lading/chain/1", the file's exact bytes). */
export function chainIdOf(genesisBytes: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/chain/1', [genesisBytes], sha256);
}

/** Checks form, ranges, keys and order, and refuses any second form of the same content. */
export function decodeGenesis(bytes: Uint8Array, sha256: Sha256 = sha256Noble): Result<Genesis, GenesisFault> {
  if (bytes.length > GENESIS_BYTES) return reject('GENESIS_MALFORMED', `larger than ${GENESIS_BYTES} bytes`);
  const json = JsonFields.scan(bytes, MEMBERS);
  json.plain('format', FORMAT.length, /^lading\/genesis\/1$/);
  const fields: GenesisFields = {
    name: json.text('name', ORGANIZATION_LIMITS.nameBytes, /./u),
    nonce: json.bytes('nonce', 32),
    timeMs: json.uint('timeMs', MAX_TIME_MS),
    constitution: json.text('constitution', CONSTITUTION_BYTES),
    ...configFromJson(json)
  };
  const protocolVersion = json.uint('protocolVersion');
  if (json.fault !== null) return reject('GENESIS_MALFORMED', json.fault.detail, json.fault.pointer);
  if (protocolVersion !== PROTOCOL_VERSION) {
    return reject('GENESIS_VERSION', `protocol version ${protocolVersion}, this program speaks ${PROTOCOL_VERSION}`);
  }
  const valid = checkOrganizations(fields.organizations);
  if (!valid.ok) return valid;
  const inRange = checkParameters(fields.parameters);
  if (!inRange.ok) return inRange;
  if (!equalBytes(encodeGenesis(fields), bytes)) {
    return reject('GENESIS_NOT_ONE_FORM', 'the file is not in the one form of spec/ledger.md §2');
  }
  const { name, nonce, timeMs, constitution, parameters, organizations } = fields;
  const chainId = chainIdOf(bytes, sha256);
  const config: EpochConfig = { chainId, epoch: 0, organizations, parameters };
  return ok({ chainId, name, nonce, protocolVersion, timeMs, config, constitution, bytes });
}
