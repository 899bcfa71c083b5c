import { LIMITS, ok, reject, type Result } from '@lading/kernel';
import type { NetworkParameters, OrganizationConfig, OrganizationRole } from './config.js';
import {
  COMPANY_PREFIX_PATTERN, NUMERIC_PARAMETERS, ORGANIZATION_LIMITS, ORGANIZATION_ROLES, type ConfigContent
} from './configCodec.js';
import { CONFIG_CONTENT, contentForm, ORGANIZATION } from './genesis.js';
import { JsonFields } from './jsonFields.js';
import { toJson } from './proof/shape.js';

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

/** Left out where there is nothing to say, behind the others. */
const OPTIONAL_MEMBERS = ['roles'];
const ORGANIZATION_MEMBERS = Object.keys(ORGANIZATION).filter((name) => !OPTIONAL_MEMBERS.includes(name));

/** The members `parameters` and `organizations` as people read them (spec/ledger.md 2.2), for JSON.stringify. */
export interface ConfigJson {
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly organizations: readonly Readonly<Record<string, unknown>>[];
}

/** Binary fields in base64url; the order of the organizations is the caller's. */
export function configToJson({ parameters, organizations }: ConfigContent): ConfigJson {
  return toJson(CONFIG_CONTENT, contentForm({ parameters, organizations })) as ConfigJson;
}

/** An organization in a file of its own, as it hands it in to join. Exactly the members of genesis, any order. */
export function organizationFromJson(bytes: Uint8Array): Result<OrganizationConfig, 'CONFIG_MALFORMED'> {
  const fields = JsonFields.scan(bytes, ORGANIZATION_MEMBERS, OPTIONAL_MEMBERS);
  const organization = readOrganization(fields);
  const { fault } = fields;
  return fault === null ? ok(organization) : reject('CONFIG_MALFORMED', fault.detail, fault.pointer);
}

/** Reads the two members with types and forms; ranges, keys and order are for `checkConfigContent`. */
export function configFromJson(json: JsonFields): ConfigContent {
  const inner = json.object('parameters', [...NUMERIC_PARAMETERS, 'profile']);
  const numbers = Object.fromEntries(NUMERIC_PARAMETERS.map((name) => [name, inner.uint(name)]));
  const parameters = { ...numbers, profile: inner.plain('profile', 16) } as unknown as NetworkParameters;
  const organizations = json.objects('organizations', LIMITS.validators, ORGANIZATION_MEMBERS, OPTIONAL_MEMBERS);
  return { parameters, organizations: organizations.map(readOrganization) };
}

function readOrganization(fields: JsonFields): OrganizationConfig {
  const organization = {
    id: fields.plain('id', 63) as OrganizationConfig['id'],
    name: fields.text('name', ORGANIZATION_LIMITS.nameBytes, /./u),
    validatorKey: fields.bytes('validatorKey', 32),
    adminKey: fields.bytes('adminKey', 32),
    tlsKeyHash: fields.hash('tlsKeyHash'),
    custodyMode: fields.bool('custodyMode'),
    gln: fields.plain('gln', 13),
    companyPrefixes: fields.plainList('companyPrefixes', ORGANIZATION_LIMITS.companyPrefixes, COMPANY_PREFIX_PATTERN)
  };
  const roles = fields.has('roles') ? fields.plainList('roles', ORGANIZATION_ROLES.length, /^[a-z]{1,16}$/) : [];
  return roles.length === 0 ? organization : { ...organization, roles: roles as readonly OrganizationRole[] };
}
