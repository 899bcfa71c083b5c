import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from './systemClock.js';
import type { Clock, Crypto } from '@lading/engine';
import { FileSigner, selfTestC1, selfTestSha256, sha256Node, sodiumVerify } from '@lading/identity';
import type { OrganizationId } from '@lading/kernel';
import { decodeGenesis, keyId, type Genesis } from '@lading/ledger';
import type { ServiceKey } from '@lading/provenance-app';
import { FileRecordLog } from '@lading/storage';
import type { NodeFiles } from './configFile.js';
import { StartFault } from './startFault.js';

/** What a node is made of before anything is opened that others could notice. */
export interface NodeParts {
  readonly organization: OrganizationId;
  readonly genesis: Genesis;
  readonly databaseUrl: string;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly tls: { readonly keyPem: string; readonly certificatePem: string };
  readonly service: ServiceKey | null;
}

/** Reads genesis and keys, and proves that this machine's cryptography gives the protocol's answers (rule C1). */
export async function readParts(files: NodeFiles): Promise<NodeParts> {
  selfTestC1();
  selfTestSha256();
  const genesis = await readGenesis(files.genesis);
  const { organization, joining } = files.config;
  const own = genesis.config.organizations.find(({ id }) => id === organization);
  if (own === undefined && joining !== true) {
    const advice = 'set "joining" in node.json when a configuration added it later, or is to add it';
    throw new StartFault('ORGANIZATION_UNKNOWN', `genesis does not name ${organization}; ${advice}`);
  }
  const passphrase = files.passphrase ?? undefined;
  const validator = await FileSigner.open(files.validatorKey, passphrase);
  // Whether the organization may sign for others is in the configuration in force; the ledger refuses what it may not.
  const mayServe = own?.custodyMode ?? true;
  const service = mayServe && files.serviceKey !== null ? await FileSigner.open(files.serviceKey, passphrase) : null;
  const id = organization as OrganizationId;
  return {
    organization: id,
    genesis,
    databaseUrl: (await readFile(files.databaseUrl, 'utf8')).trim(),
    crypto: {
      sha256: sha256Node,
      verify: sodiumVerify,
      validatorKey: validator.publicKey,
      sign: (message) => validator.sign(message)
    },
    clock: systemClock,
    tls: { keyPem: await readFile(files.tlsKey, 'utf8'), certificatePem: await readFile(files.tlsCertificate, 'utf8') },
    service:
      service === null
        ? null
        : { keyId: keyId(id, 'service', service.publicKey), sign: (message) => service.sign(message) }
  };
}

async function readGenesis(path: string): Promise<Genesis> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new StartFault('GENESIS_UNUSABLE', `${path} cannot be read: ${error instanceof Error ? error.message : ''}`);
  });
  const genesis = decodeGenesis(new Uint8Array(bytes));
  if (!genesis.ok) throw new StartFault('GENESIS_UNUSABLE', `${path}: ${genesis.code} ${genesis.detail}`);
  return genesis.value;
}

/** The two append-only files of consensus, in the data folder. */
export async function openLogs(directory: string): Promise<{ safety: FileRecordLog; batches: FileRecordLog }> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const safety = await FileRecordLog.open(join(directory, 'safety.log'));
  try {
    return { safety, batches: await FileRecordLog.open(join(directory, 'batches.log')) };
  } catch (error) {
    await safety.close();
    throw error;
  }
}
