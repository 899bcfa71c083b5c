import type { Hash, OrganizationId, Result, Sha256 } from '@lading/kernel';
import { encodeUtf8, LIMITS, ok, reject, toBase64Url } from '@lading/kernel';
import { CborFields, MAX_U32 } from './cborFields.js';
import { COLUMN, elementsOf, readRecord, widthOf, type Column } from './cborRecord.js';
import { encodeCbor } from './codec/encodeCbor.js';
import type { EpochConfig, NetworkParameters, OrganizationConfig, OrganizationRole } from './config.js';
import { admitPublicKey } from './crypto/ruleC1.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { isOrganizationId } from './identifiers.js';

/** What a config says beyond its place in a chain. */
export type ConfigContent = Pick<EpochConfig, 'organizations' | 'parameters'>;

export type ConfigFault = 'CONFIG_MALFORMED' | 'CONFIG_ORGANIZATIONS' | 'CONFIG_KEYS' | 'CONFIG_PARAMETERS';

export const PROFILES = [
  'open',
  'custody',
  'pharma',
  'food'
] as const satisfies readonly NetworkParameters['profile'][];

export type NumericParameter = Exclude<keyof NetworkParameters, 'profile'>;

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
  const nameBytes = encodeUtf8(organization.name)?.length ?? 0;
  if (nameBytes < 1 || nameBytes > ORGANIZATION_LIMITS.nameBytes) return 'the name is empty or too long';
  if (organization.companyPrefixes.length > ORGANIZATION_LIMITS.companyPrefixes) return 'too many company prefixes';
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

/** Both of the above. */
export function checkConfigContent({ organizations, parameters }: ConfigContent): Result<true, ConfigFault> {
  const valid = checkOrganizations(organizations);
  return valid.ok ? checkParameters(parameters) : valid;
}

const ORGANIZATION_COLUMNS = {
  id: COLUMN.text(63) as Column<OrganizationId>,
  name: COLUMN.text(ORGANIZATION_LIMITS.nameBytes),
  validatorKey: COLUMN.bytes(32),
  adminKey: COLUMN.bytes(32),
  tlsKeyHash: COLUMN.hash,
  custodyMode: COLUMN.bool,
  gln: COLUMN.text(13),
  companyPrefixes: COLUMN.list(ORGANIZATION_LIMITS.companyPrefixes, COLUMN.text(12))
} as const;
/** A ninth element only where there are roles: configs from before there were any stay as they are. */
const ROLES_COLUMNS = { roles: COLUMN.list(ORGANIZATION_ROLES.length, COLUMN.text(16) as Column<OrganizationRole>) } as const;
const NUMERIC_COLUMNS = Object.fromEntries(NUMERIC_PARAMETERS.map((name) => [name, COLUMN.uint])) as Record<
  NumericParameter,
  Column<number>
>;
const PARAMETER_COLUMNS = { ...NUMERIC_COLUMNS, profile: COLUMN.text(16) as Column<NetworkParameters['profile']> } as const;

/** Deterministic CBOR ["lading/config/1", chainId, epoch, [organization…], [parameter…]] (spec/ledger.md §2). */
export function encodeConfig({ chainId, epoch, organizations, parameters }: EpochConfig): Uint8Array {
  const encoded = organizations.map(({ roles = [], ...organization }) => {
    const withRoles = roles.length === 0 ? [] : elementsOf(ROLES_COLUMNS, { roles });
    return [...elementsOf(ORGANIZATION_COLUMNS, organization), ...withRoles];
  });
  return encodeCbor(['lading/config/1', chainId, epoch, encoded, elementsOf(PARAMETER_COLUMNS, parameters)]);
}

export function decodeConfig(bytes: Uint8Array): Result<EpochConfig, ConfigFault> {
  const fields = CborFields.decode(bytes, 5, 'config');
  fields.tag('lading/config/1');
  const place = { chainId: fields.hash('chainId'), epoch: fields.uint('epoch', MAX_U32) };
  const organizations = fields.list('organizations', LIMITS.validators, readOrganization);
  const parameters = readRecord(fields.nested('parameters', widthOf(PARAMETER_COLUMNS)), PARAMETER_COLUMNS);
  if (fields.fault !== null) return reject('CONFIG_MALFORMED', fields.fault);
  const config = { ...place, organizations, parameters };
  const valid = checkConfigContent(config);
  return valid.ok ? ok(config) : valid;
}

function readOrganization(list: CborFields): OrganizationConfig {
  const width = widthOf(ORGANIZATION_COLUMNS);
  const fields = list.nested('organization', width, width + 1);
  const organization = readRecord(fields, ORGANIZATION_COLUMNS);
  if (!fields.hasMore) return organization;
  const { roles } = readRecord(fields, ROLES_COLUMNS);
  if (roles.length === 0) fields.refuse('roles', 'is empty: then it is left out');
  return { ...organization, roles };
}

/** H("lading/confighash/1", encoding). */
export function configHash(config: EpochConfig, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/confighash/1', [encodeConfig(config)], sha256);
}

/** The same content, one epoch later: what an epoch's last block by count leads to. */
export function successorConfig(config: EpochConfig): EpochConfig {
  return { ...config, epoch: config.epoch + 1 };
}
