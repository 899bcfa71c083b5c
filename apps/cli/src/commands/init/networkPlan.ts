import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isOrganizationId, MEMBER_PATTERN, type NetworkParameters, type OrganizationRole } from '@lading/ledger';
import type { OrganizationPlan } from '@lading/identity';
import type { Call } from '../../call.js';
import { CliFailure, usage } from '../../failure.js';

/** What a plan file says (docs/operators/install.md). */
export interface Plan {
  readonly name: string;
  readonly constitution: string;
  readonly parameters: Partial<NetworkParameters>;
  readonly organizations: readonly OrganizationPlan[];
}

const HTTP_PORT = 4101;
const PEER_PORT = 4201;
const PLAN_FIELDS = ['name', 'constitution', 'constitutionFile', 'parameters', 'organizations'];
const ORGANIZATION_FIELDS = [
  'id',
  'name',
  'gln',
  'companyPrefixes',
  'roles',
  'custodyMode',
  'http',
  'peer',
  'peerAddress',
  'publicUrl',
  'members'
];

type Fields = Readonly<Record<string, unknown>>;

/** The plan of --plan, or of --name and --organization for a network on this machine. */
export function planOf(call: Call): Plan {
  const file = call.option('plan');
  if (file !== undefined) return readPlan(file);
  const given = call.list('organization');
  if (given.length === 0)
    throw usage('A network needs organizations', '--plan FILE, or --organization ID=NAME for each');
  const organizations = given.map((text, i) => {
    const [id = '', name = id] = text.split('=', 2);
    return organizationPlan({ id, name }, i, `--organization ${text}`);
  });
  return { name: call.required('name', '--name NAME'), constitution: '', parameters: {}, organizations };
}

function readPlan(path: string): Plan {
  const plan = record(parse(path), path);
  refuseOthers(plan, PLAN_FIELDS, path);
  const constitutionFile = text(plan, 'constitutionFile', path);
  const constitution =
    constitutionFile === undefined
      ? text(plan, 'constitution', path)
      : readFileSync(resolve(dirname(path), constitutionFile), 'utf8');
  const list = plan['organizations'];
  if (!Array.isArray(list) || list.length === 0) throw wrong(path, '"organizations" is a list of at least one');
  return {
    name: text(plan, 'name', path) ?? '',
    constitution: constitution ?? '',
    // Ranges are checked where genesis is made: one place knows them.
    parameters:
      plan['parameters'] === undefined
        ? {}
        : (record(plan['parameters'], `${path}: parameters`) as Partial<NetworkParameters>),
    organizations: list.map((one, i) =>
      organizationPlan(record(one, `${path}: organizations/${i}`), i, `${path}: organizations/${i}`)
    )
  };
}

/** One organization alone: the entry that a network's plan would have of it. */
export function readOrganizationPlan(path: string): OrganizationPlan {
  return organizationPlan(record(parse(path), path), 0, path);
}

/** Defaults are those of a network on one machine: ports that count up, reached on loopback. */
function organizationPlan(fields: Fields, index: number, where: string): OrganizationPlan {
  refuseOthers(fields, ORGANIZATION_FIELDS, where);
  const id = text(fields, 'id', where) ?? '';
  if (!isOrganizationId(id)) throw wrong(where, '"id" is 1–63 of a–z, 0–9, "-", starting with a letter');
  const http = address(fields['http'], HTTP_PORT + index, `${where}: http`);
  const peer = address(fields['peer'], PEER_PORT + index, `${where}: peer`);
  const members = texts(fields, 'members', where);
  const bad = members.find((member) => !MEMBER_PATTERN.test(member));
  if (bad !== undefined) throw wrong(where, `"${bad}" is no name for a member`);
  return {
    id,
    name: text(fields, 'name', where) ?? id,
    gln: text(fields, 'gln', where) ?? '',
    companyPrefixes: texts(fields, 'companyPrefixes', where),
    // Known ones are checked where genesis is made.
    ...(fields['roles'] === undefined ? {} : { roles: texts(fields, 'roles', where) as OrganizationRole[] }),
    custodyMode: fields['custodyMode'] === true,
    http,
    peer,
    peerAddress: text(fields, 'peerAddress', where) ?? `127.0.0.1:${peer.port}`,
    publicUrl: text(fields, 'publicUrl', where) ?? `http://127.0.0.1:${http.port}`,
    members: members.length === 0 ? ['clerk'] : members
  };
}

function address(value: unknown, port: number, where: string): { readonly host: string; readonly port: number } {
  if (value === undefined) return { host: '127.0.0.1', port };
  const fields = record(value, where);
  refuseOthers(fields, ['host', 'port'], where);
  const given = fields['port'];
  if (!Number.isInteger(given) || (given as number) < 1 || (given as number) > 65_535)
    throw wrong(where, '"port" is 1 … 65535');
  return { host: text(fields, 'host', where) ?? '127.0.0.1', port: given as number };
}

function parse(path: string): unknown {
  const source = readFileSync(path, 'utf8');
  try {
    return JSON.parse(source) as unknown;
  } catch (error) {
    throw wrong(path, (error as Error).message);
  }
}

function record(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrong(where, 'a JSON object is expected');
}

function text(fields: Fields, name: string, where: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'string') return value;
  throw wrong(where, `"${name}" is a text`);
}

function texts(fields: Fields, name: string, where: string): readonly string[] {
  const value = fields[name] ?? [];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw wrong(where, `"${name}" is a list of texts`);
}

function refuseOthers(fields: Fields, known: readonly string[], where: string): void {
  const other = Object.keys(fields).find((name) => !known.includes(name));
  if (other !== undefined) throw wrong(where, `"${other}" is not known; known: ${known.join(', ')}`);
}

const wrong = (where: string, why: string): CliFailure =>
  new CliFailure({
    code: 'NETWORK_PLAN',
    what: `The plan is wrong: ${where}`,
    why,
    next: 'read docs/operators/install.md'
  });
