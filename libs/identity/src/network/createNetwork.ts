import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrganizationId } from '@lading/kernel';
import {
  DEFAULT_PARAMETERS,
  decodeGenesis,
  encodeGenesis,
  type NetworkParameters,
  type OrganizationConfig,
  type OrganizationRole
} from '@lading/ledger';
import { IdentityFault } from '../fault.js';
import { createKeyFile, type KeyProtection } from '../keys/keystore.js';
import { writeSecretFile } from '../keys/secretFile.js';
import { createTlsIdentity } from '../tls/tlsIdentity.js';

/** One organization of a new network, with the addresses of its node. */
export interface OrganizationPlan {
  readonly id: string;
  readonly name: string;
  /** 13 digits or ''. */
  readonly gln: string;
  readonly companyPrefixes: readonly string[];
  /** What it is beyond a member: `regulator`. */
  readonly roles?: readonly OrganizationRole[];
  readonly custodyMode: boolean;
  readonly http: { readonly host: string; readonly port: number };
  /** What the node listens on, and `host:port` under which the others reach it. */
  readonly peer: { readonly host: string; readonly port: number };
  readonly peerAddress: string;
  readonly publicUrl: string;
  /** Names of members whose keys are made; they are registered on the ledger after the start. */
  readonly members: readonly string[];
}

export interface NetworkPlan {
  /** Made when missing; must not hold a network yet. */
  readonly directory: string;
  readonly name: string;
  readonly constitution: string;
  readonly parameters: Partial<NetworkParameters>;
  readonly organizations: readonly OrganizationPlan[];
  readonly protection: KeyProtection;
  /** Set in node.json when the keys are sealed. */
  readonly passphraseFile?: string;
  /** Birth of the network, milliseconds since 1970. */
  readonly timeMs: number;
}

/** Files of one organization, relative to its folder. */
export const NETWORK_FILES = {
  node: 'node.json',
  validator: 'keys/validator.json',
  service: 'keys/service.json',
  tlsKey: 'keys/tls.key.pem',
  tlsCertificate: 'keys/tls.cert.pem',
  admin: 'admin.json',
  token: 'token.json',
  databaseUrl: 'database.url',
  member: (name: string): string => `members/${name}.json`
} as const;

/**
 * The key ceremony: new keys for every organization, genesis.json, and one folder an organization with its node.json
 * and 0600 key files. Throws KEY_FILE_EXISTS where files of an earlier ceremony lie, and the faults of genesis.
 */
export async function createNetwork(plan: NetworkPlan): Promise<{ readonly genesisBytes: Uint8Array }> {
  const organizations: OrganizationConfig[] = [];
  for (const organization of plan.organizations) {
    const folder = join(plan.directory, organization.id);
    const others = plan.organizations.filter(({ id }) => id !== organization.id);
    const peers = Object.fromEntries(others.map(({ id, peerAddress }) => [id, peerAddress]));
    organizations.push(await createOrganization({ ...plan, folder, organization, peers }));
  }
  const genesisBytes = encodeGenesis({
    name: plan.name,
    nonce: randomBytes(32),
    timeMs: plan.timeMs,
    constitution: plan.constitution,
    parameters: { ...DEFAULT_PARAMETERS, ...plan.parameters },
    organizations
  });
  const decoded = decodeGenesis(genesisBytes);
  if (!decoded.ok) throw new IdentityFault('NETWORK_PLAN', `${decoded.code}: ${decoded.detail}`);
  for (const { id } of plan.organizations) await writeFile(join(plan.directory, id, 'genesis.json'), genesisBytes);
  await writeFile(join(plan.directory, 'genesis.json'), genesisBytes);
  return { genesisBytes };
}

/** The files of one organization, in a folder of its own. */
export interface OrganizationFiles {
  /** Made when missing; must not hold keys yet. */
  readonly folder: string;
  readonly organization: OrganizationPlan;
  /** `host:port` of the other nodes, by organization. */
  readonly peers: Readonly<Record<string, string>>;
  readonly protection: KeyProtection;
  /** Set in node.json when the keys are sealed. */
  readonly passphraseFile?: string;
}

/** Keys and node.json of one organization; answers with what the network's config says of it. */
export async function createOrganization(files: OrganizationFiles): Promise<OrganizationConfig> {
  const { folder, organization } = files;
  const { id } = organization;
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  await mkdir(join(folder, 'members'), { recursive: true, mode: 0o700 });
  const key = async (file: string, owner: string): Promise<Uint8Array> =>
    (await createKeyFile(join(folder, file), owner, files.protection)).publicKey;
  const validatorKey = await key(NETWORK_FILES.validator, id);
  const adminKey = await key(NETWORK_FILES.admin, `${id}/admin`);
  await key(NETWORK_FILES.token, `${id}/token`);
  if (organization.custodyMode) await key(NETWORK_FILES.service, `${id}/service`);
  for (const member of organization.members) await key(NETWORK_FILES.member(member), `${id}/${member}`);
  const tls = await createTlsIdentity(id);
  await writeSecretFile(join(folder, NETWORK_FILES.tlsKey), tls.keyPem);
  await writeFile(join(folder, NETWORK_FILES.tlsCertificate), tls.certificatePem);
  await writeFile(join(folder, NETWORK_FILES.node), `${JSON.stringify(nodeConfig(files), null, 2)}\n`);
  return {
    id: id as OrganizationId,
    name: organization.name,
    validatorKey,
    adminKey,
    tlsKeyHash: tls.tlsKeyHash,
    custodyMode: organization.custodyMode,
    gln: organization.gln,
    companyPrefixes: organization.companyPrefixes,
    ...(organization.roles === undefined ? {} : { roles: organization.roles })
  };
}

/** node.json: what `apps/node` reads (docs/operators/install.md). Paths are relative to the file. */
function nodeConfig({ organization, peers, passphraseFile }: OrganizationFiles): object {
  return {
    organization: organization.id,
    genesis: 'genesis.json',
    dataDirectory: 'data',
    http: organization.http,
    peer: organization.peer,
    peers,
    database: { urlFile: NETWORK_FILES.databaseUrl },
    keys: {
      validator: NETWORK_FILES.validator,
      tlsKey: NETWORK_FILES.tlsKey,
      tlsCertificate: NETWORK_FILES.tlsCertificate,
      ...(organization.custodyMode ? { service: NETWORK_FILES.service } : {}),
      ...(passphraseFile === undefined ? {} : { passphraseFile })
    },
    log: 'human',
    publicUrl: organization.publicUrl
  };
}
