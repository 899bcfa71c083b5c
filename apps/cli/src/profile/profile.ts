import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CliFailure, usage } from '../failure.js';

/** One organization as far as this machine knows it. */
export interface KnownOrganization {
  readonly id: string;
  /** Address of its node's API, or null. */
  readonly url: string | null;
  /** Folder with its node.json and keys, or null. */
  readonly directory: string | null;
}

/** Which network, which organization, and where their files lie. Nothing is read but node.json and profile.json. */
export interface Profile {
  readonly genesisFile: string;
  /** Id of the organization that this user acts for. */
  readonly organization: string;
  readonly organizations: readonly KnownOrganization[];
  /** Folder of the demo or network that holds all organizations, or null. */
  readonly networkDirectory: string | null;
  /** Of profile.json only. */
  readonly keyFile: string | null;
  readonly tokenFile: string | null;
}

const DEMO = join('.lading', 'demo');
const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();
const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** `.lading/demo` in this folder or one above, or null. */
export function findDemo(from: string = process.cwd()): string | null {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const demo = join(folder, DEMO);
    if (isFolder(demo)) return demo;
    if (dirname(folder) === folder) return null;
  }
}

/**
 * The profile of a name: an organization of the demo, a folder of a network, of one organization, or with profile.json;
 * by default the demo. `organization` chooses one of a network's (from --member ORGANIZATION/NAME).
 */
export function findProfile(name: string | undefined, organization: string | null): Profile {
  const demo = findDemo();
  if (name === undefined) {
    if (demo !== null && isFile(join(demo, 'genesis.json'))) return networkProfile(demo, organization);
    const next = 'npm start        makes and runs a demo network; or name your own: --profile FOLDER';
    throw new CliFailure({ what: 'There is no network here', why: `no ${DEMO} in this folder or above it`, next });
  }
  if (isFile(name) && basename(name) === 'profile.json') return fileProfile(name);
  if (isFile(join(name, 'profile.json'))) return fileProfile(join(name, 'profile.json'));
  if (isFile(join(name, 'node.json'))) return organizationProfile(resolve(name));
  if (isFile(join(name, 'genesis.json'))) return networkProfile(resolve(name), organization);
  if (demo !== null && isFile(join(demo, name, 'node.json'))) return networkProfile(demo, name);
  const known = demo === null ? [] : organizationFolders(demo).map((folder) => basename(folder));
  const why = known.length === 0 ? '' : `the demo has: ${known.join(', ')}`;
  throw new CliFailure({
    what: `There is no profile "${name}"`,
    why,
    next: 'name an organization of the demo, or a folder: --profile FOLDER'
  });
}

function organizationFolders(network: string): readonly string[] {
  const folders = readdirSync(network).map((entry) => join(network, entry));
  return folders.filter((folder) => isFile(join(folder, 'node.json'))).sort(byPort);
}

/** Demo organizations are numbered by their ports; ids decide between equal ones. */
function byPort(a: string, b: string): number {
  const port = (folder: string): number => Number(/:(\d+)$/.exec(urlOf(folder) ?? '')?.[1] ?? 0);
  return port(a) - port(b) || (a < b ? -1 : 1);
}

function networkProfile(network: string, wanted: string | null): Profile {
  const organizations = organizationFolders(network).map((directory) => ({
    id: basename(directory),
    url: urlOf(directory),
    directory
  }));
  const chosen = wanted === null ? organizations[0] : organizations.find(({ id }) => id === wanted);
  if (chosen === undefined) {
    throw usage(
      `${network} has no organization ${wanted ?? ''}`.trim(),
      `choose one of: ${organizations.map(({ id }) => id).join(', ')}`
    );
  }
  const genesisFile = join(network, 'genesis.json');
  return {
    genesisFile,
    organization: chosen.id,
    organizations,
    networkDirectory: network,
    keyFile: null,
    tokenFile: null
  };
}

function organizationProfile(directory: string): Profile {
  const config = readJson(join(directory, 'node.json'));
  const id = text(config, 'organization') ?? basename(directory);
  const genesis = text(config, 'genesis') ?? 'genesis.json';
  const organizations = [{ id, url: urlOf(directory), directory }];
  return {
    genesisFile: resolve(directory, genesis),
    organization: id,
    organizations,
    networkDirectory: null,
    keyFile: null,
    tokenFile: null
  };
}

/**
 * profile.json, for members who do not hold their organization's folder: {"organization", "genesis", "url",
 * "others": {organization: url}, "key": file, "tokenFile": file}. Paths are relative to it.
 */
function fileProfile(path: string): Profile {
  const file = readJson(path);
  const at = (name: string): string | null => {
    const value = text(file, name);
    return value === null ? null : resolve(dirname(path), value);
  };
  const organization = text(file, 'organization');
  const genesisFile = at('genesis');
  if (organization === null || genesisFile === null) {
    throw new CliFailure({
      what: `${path} is not a profile`,
      why: '"organization" or "genesis" is missing',
      next: 'read docs/members/first-event.md'
    });
  }
  const others = typeof file['others'] === 'object' && file['others'] !== null ? Object.entries(file['others']) : [];
  const organizations: KnownOrganization[] = [
    { id: organization, url: text(file, 'url'), directory: null },
    ...others.map(([id, url]) => ({ id, url: String(url), directory: null }))
  ];
  return {
    genesisFile,
    organization,
    organizations,
    networkDirectory: null,
    keyFile: at('key'),
    tokenFile: at('tokenFile')
  };
}

/** Address of the node in a folder: its publicUrl, else where it listens. */
function urlOf(directory: string): string | null {
  const config = readJson(join(directory, 'node.json'));
  const url = text(config, 'publicUrl');
  if (url !== null) return url;
  const http = config['http'] as { readonly host?: unknown; readonly port?: unknown } | undefined;
  const host = http?.host === '0.0.0.0' || http?.host === '::' ? '127.0.0.1' : http?.host;
  return typeof host === 'string' && typeof http?.port === 'number' ? `http://${host}:${http.port}` : null;
}

function readJson(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new CliFailure({
      what: `${path} cannot be read`,
      why: String((error as Error).message),
      next: 'repair the file'
    });
  }
  throw new CliFailure({ what: `${path} is not a JSON object`, next: 'repair the file' });
}

function text(from: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = from[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
