import { LIMITS, ok, reject, toBase64Url, type Result } from '@lading/kernel';
import type { NetworkParameters, OrganizationConfig, OrganizationRole } from './config.js';
import { COMPANY_PREFIX_PATTERN, NUMERIC_PARAMETERS, ORGANIZATION_LIMITS, ORGANIZATION_ROLES, parametersFrom } from './configCodec.js';
import { JsonFields } from './jsonFields.js';

/** Members of an organization in genesis files and config transactions, in the order in which they are written. */
const ORGANIZATION_MEMBERS = [
  'id',
  'name',
  'validatorKey',
  'adminKey',
  'tlsKeyHash',
  'custodyMode',
  'gln',
  'companyPrefixes'
] as const;
/** Left out where there is nothing to say, behind the others. */
const OPTIONAL_MEMBERS = ['roles'] as const;

/** The members `parameters` and `organizations` as people read them (spec/ledger.md 2.2), for JSON.stringify. */
export interface ConfigJson {
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly organizations: readonly Readonly<Record<string, unknown>>[];
}

interface ConfigContent {
  readonly parameters: NetworkParameters;
  readonly organizations: readonly OrganizationConfig[];
}

/** Binary fields in base64url; the order of the organizations is the caller's. */
export function configToJson({ parameters, organizations }: ConfigContent): ConfigJson {
  return {
    parameters: {
      ...Object.fromEntries(NUMERIC_PARAMETERS.map((name) => [name, parameters[name]])),
      profile: parameters.profile
    },
    organizations: organizations.map((organization) => ({
      id: organization.id,
      name: organization.name,
      validatorKey: toBase64Url(organization.validatorKey),
      adminKey: toBase64Url(organization.adminKey),
      tlsKeyHash: toBase64Url(organization.tlsKeyHash),
      custodyMode: organization.custodyMode,
      gln: organization.gln,
      companyPrefixes: organization.companyPrefixes,
      ...((organization.roles ?? []).length === 0 ? {} : { roles: organization.roles })
    }))
  };
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
  const parameters = parametersFrom(
    (name) => inner.uint(name),
    () => inner.plain('profile', 16)
  );
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
