import type { Hash, Result, Sha256 } from '@lading/kernel';
import { LIMITS, ok, reject, toBase64Url } from '@lading/kernel';
import { CborFields, MAX_U32 } from './cborFields.js';
import { encodeCbor } from './codec/encodeCbor.js';
import type { EpochConfig, NetworkParameters, OrganizationConfig, OrganizationRole } from './config.js';
import { admitPublicKey } from './crypto/ruleC1.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { isOrganizationId } from './identifiers.js';

export type ConfigFault = 'CONFIG_MALFORMED' | 'CONFIG_ORGANIZATIONS' | 'CONFIG_KEYS' | 'CONFIG_PARAMETERS';

export const PROFILES = [
  'open',
  'custody',
  'pharma',
  'food'
] as const satisfies readonly NetworkParameters['profile'][];

type NumericParameter = Exclude<keyof NetworkParameters, 'profile'>;

/** Least and greatest value of every numeric parameter (spec/ledger.md §2), in the order of the encoding. */
export const PARAMETER_RANGES: Readonly<Record<NumericParameter, readonly [number, number]>> = {
  window: [1, 64],
  turnBlocks: [1, 65_536],
  epochBlocks: [1, 1_048_576],
  checkpointBlocks: [1, 4096],
  stateDepth: [1, 24],
  baseTimeoutMs: [50, 60_000],
  inclusionTimeoutMs: [50, 120_000],
  blockBytes: [1024, 16 << 20],
  refsPerLane: [1, LIMITS.refsPerLane]
};

export const NUMERIC_PARAMETERS = Object.keys(PARAMETER_RANGES) as readonly NumericParameter[];

export const DEFAULT_PARAMETERS: NetworkParameters = {
  window: 8,
  turnBlocks: 256,
  epochBlocks: 4096,
  checkpointBlocks: 64,
  stateDepth: 20,
  baseTimeoutMs: 1000,
  inclusionTimeoutMs: 3000,
  blockBytes: LIMITS.blockBytes,
  refsPerLane: LIMITS.refsPerLane,
  profile: 'open'
};

export const ORGANIZATION_LIMITS = { nameBytes: 200, companyPrefixes: 64 } as const;
/** GS1 Company Prefix: 4–12 digits. */
export const COMPANY_PREFIX_PATTERN = /^[0-9]{4,12}$/;
export const ORGANIZATION_ROLES: readonly OrganizationRole[] = ['regulator'];
export const GLN_PATTERN = /^(?:[0-9]{13})?$/;

/**
 * Rules over the organizations of one epoch: 1…31, ascending by id bytes, every key admitted by C1.1, no key twice
 * (one signer would hold two votes, or an administrator's signature could stand for a validator's).
 */
export function checkOrganizations(organizations: readonly OrganizationConfig[]): Result<true, ConfigFault> {
  const count = organizations.length;
  if (count < 1 || count > LIMITS.validators) return reject('CONFIG_ORGANIZATIONS', `${count} organizations`);
  const keys = new Set<string>();
  let previous = '';
  for (const [index, organization] of organizations.entries()) {
    const pointer = `/organizations/${index}`;
    const { id } = organization;
    if (!isOrganizationId(id)) return reject('CONFIG_ORGANIZATIONS', 'not an organization id', `${pointer}/id`);
    // Ids are ASCII, so comparing code units compares bytes.
    if (id <= previous) return reject('CONFIG_ORGANIZATIONS', 'ids are not strictly ascending', `${pointer}/id`);
    previous = id;
    for (const field of ['validatorKey', 'adminKey'] as const) {
      const key = organization[field];
      if (!admitPublicKey(key)) return reject('CONFIG_KEYS', 'not an admissible Ed25519 key', `${pointer}/${field}`);
      const text = toBase64Url(key);
      if (keys.has(text)) return reject('CONFIG_KEYS', 'the key occurs twice', `${pointer}/${field}`);
      keys.add(text);
    }
    const tls = `tls:${toBase64Url(organization.tlsKeyHash)}`;
    if (keys.has(tls)) return reject('CONFIG_KEYS', 'the TLS key occurs twice', `${pointer}/tlsKeyHash`);
    keys.add(tls);
    const fault = identifierFault(organization);
    if (fault !== null) return reject('CONFIG_ORGANIZATIONS', fault, pointer);
  }
  return ok(true);
}

function identifierFault(organization: OrganizationConfig): string | null {
  if (!GLN_PATTERN.test(organization.gln)) return 'gln is not 13 digits or empty';
  let previous = '';
  for (const prefix of organization.companyPrefixes) {
    if (!COMPANY_PREFIX_PATTERN.test(prefix)) return 'a company prefix is not 4–12 digits';
    if (prefix <= previous) return 'company prefixes are not strictly ascending';
    previous = prefix;
  }
  const { roles = [] } = organization;
  if (!roles.every((role, i) => ORGANIZATION_ROLES.includes(role) && (i === 0 || role > (roles[i - 1] ?? '')))) {
    return 'roles are not known ones, strictly ascending';
  }
  return null;
}

export function checkParameters(parameters: NetworkParameters): Result<true, ConfigFault> {
  for (const name of NUMERIC_PARAMETERS) {
    const [least, greatest] = PARAMETER_RANGES[name];
    const value = parameters[name];
    if (!Number.isSafeInteger(value) || value < least || value > greatest) {
      return reject('CONFIG_PARAMETERS', `is not an integer of ${least}…${greatest}`, `/parameters/${name}`);
    }
  }
  if (!PROFILES.includes(parameters.profile)) {
    return reject('CONFIG_PARAMETERS', 'is not a known profile', '/parameters/profile');
  }
  return ok(true);
}

/** Deterministic CBOR ["lading/config/1", chainId, epoch, [organization…], [parameter…]] (spec/ledger.md §2). */
export function encodeConfig(config: EpochConfig): Uint8Array {
  return encodeCbor([
    'lading/config/1',
    config.chainId,
    config.epoch,
    config.organizations.map((organization) => [
      organization.id,
      organization.name,
      organization.validatorKey,
      organization.adminKey,
      organization.tlsKeyHash,
      organization.custodyMode,
      organization.gln,
      organization.companyPrefixes,
      ...rolesElement(organization)
    ]),
    [...NUMERIC_PARAMETERS.map((name) => config.parameters[name]), config.parameters.profile]
  ]);
}

/** A ninth element only where there are roles: configs from before there were any stay as they are. */
const rolesElement = ({ roles = [] }: OrganizationConfig): readonly (readonly string[])[] => (roles.length === 0 ? [] : [roles]);

export function decodeConfig(bytes: Uint8Array): Result<EpochConfig, ConfigFault> {
  const fields = CborFields.decode(bytes, 5, 'config');
  fields.tag('lading/config/1');
  const chainId = fields.hash('chainId');
  const epoch = fields.uint('epoch', MAX_U32);
  const organizations = fields.list('organizations', LIMITS.validators, readOrganization);
  const inner = fields.nested('parameters', NUMERIC_PARAMETERS.length + 1);
  const parameters = parametersFrom(
    (name) => inner.uint(name),
    () => inner.text('profile', 16)
  );
  if (fields.fault !== null) return reject('CONFIG_MALFORMED', fields.fault);
  const valid = checkOrganizations(organizations);
  if (!valid.ok) return valid;
  const inRange = checkParameters(parameters);
  if (!inRange.ok) return inRange;
  return ok({ chainId, epoch, organizations, parameters });
}

function readOrganization(list: CborFields): OrganizationConfig {
  const fields = list.nested('organization', 8, 9);
  const organization = {
    id: fields.text('id', 63) as OrganizationConfig['id'],
    name: fields.text('name', ORGANIZATION_LIMITS.nameBytes),
    validatorKey: fields.bytes('validatorKey', 32),
    adminKey: fields.bytes('adminKey', 32),
    tlsKeyHash: fields.hash('tlsKeyHash'),
    custodyMode: fields.bool('custodyMode'),
    gln: fields.text('gln', 13),
    companyPrefixes: fields.list('companyPrefixes', ORGANIZATION_LIMITS.companyPrefixes, (prefixes) =>
      prefixes.text('prefix', 12)
    )
  };
  if (!fields.hasMore) return organization;
  const roles = fields.list('roles', ORGANIZATION_ROLES.length, (list) => list.text('role', 16) as OrganizationRole);
  if (roles.length === 0) fields.refuse('roles', 'is empty: then it is left out');
  return { ...organization, roles };
}

/** Reads the numeric parameters in the order of {@link PARAMETER_RANGES}, for a reader of either encoding. */
export function parametersFrom(uint: (name: NumericParameter) => number, profile: () => string): NetworkParameters {
  return {
    window: uint('window'),
    turnBlocks: uint('turnBlocks'),
    epochBlocks: uint('epochBlocks'),
    checkpointBlocks: uint('checkpointBlocks'),
    stateDepth: uint('stateDepth'),
    baseTimeoutMs: uint('baseTimeoutMs'),
    inclusionTimeoutMs: uint('inclusionTimeoutMs'),
    blockBytes: uint('blockBytes'),
    refsPerLane: uint('refsPerLane'),
    profile: profile() as NetworkParameters['profile']
  };
}

/** H("lading/confighash/1", encoding). */
export function configHash(config: EpochConfig, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/confighash/1', [encodeConfig(config)], sha256);
}
