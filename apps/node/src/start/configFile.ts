import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseNodeConfig, withOutboxFiles, type NodeConfig, type OutboxConfig } from '@lading/api';
import { StartFault } from './startFault.js';

/** node.json with every path absolute. */
export interface NodeFiles {
  readonly config: NodeConfig;
  readonly genesis: string;
  readonly dataDirectory: string;
  readonly databaseUrl: string;
  readonly validatorKey: string;
  readonly tlsKey: string;
  readonly tlsCertificate: string;
  readonly serviceKey: string | null;
  readonly passphrase: string | null;
  /** Height from which an empty database begins from a snapshot; null: it never does. */
  readonly snapshotLag: number | null;
  readonly outbox: OutboxConfig | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads node.json. Containers give secrets as files of their own: LADING_<NAME>_FILE replaces a path. */
export async function readNodeFiles(path: string, environment: Environment): Promise<NodeFiles> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new StartFault('CONFIG_INVALID', `${path} cannot be read: ${error instanceof Error ? error.message : ''}`);
  });
  const parsed = parseNodeConfig(jsonOf(text, path));
  if (!parsed.ok) throw new StartFault('CONFIG_INVALID', `${path}: ${parsed.faults.join('; ')}`);
  const config = parsed.value;
  const folder = dirname(resolve(path));
  const at = (name: string, file: string): string => environment[`LADING_${name}_FILE`] ?? resolve(folder, file);
  const optional = (name: string, file: string | undefined): string | null => {
    const given = environment[`LADING_${name}_FILE`] ?? file;
    return given === undefined ? null : resolve(folder, given);
  };
  return {
    config,
    genesis: at('GENESIS', config.genesis),
    dataDirectory: environment['LADING_DATA_DIRECTORY'] ?? resolve(folder, config.dataDirectory),
    databaseUrl: at('DATABASE_URL', config.database.urlFile),
    validatorKey: at('VALIDATOR', config.keys.validator),
    tlsKey: at('TLS_KEY', config.keys.tlsKey),
    tlsCertificate: at('TLS_CERTIFICATE', config.keys.tlsCertificate),
    serviceKey: optional('SERVICE', config.keys.service),
    passphrase: optional('PASSPHRASE', config.keys.passphraseFile),
    snapshotLag: snapshotLag(config, environment['LADING_SNAPSHOT_JOIN']),
    outbox: config.outbox === undefined ? null : withOutboxFiles(config.outbox, (name, file) => at(outboxVariable(name), file))
  };
}

/** `credentialsFile` → OUTBOX_CREDENTIALS, `nkeySeedFile` → OUTBOX_NKEY_SEED */
const outboxVariable = (member: string): string =>
  `OUTBOX_${member.slice(0, -'File'.length).replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** LADING_SNAPSHOT_JOIN, `true` or `false`, counts more than the file. */
function snapshotLag({ snapshot }: NodeConfig, given: string | undefined): number | null {
  if (given !== undefined && given !== 'true' && given !== 'false') {
    throw new StartFault('CONFIG_INVALID', 'LADING_SNAPSHOT_JOIN is neither true nor false');
  }
  const join = given === undefined ? snapshot?.join === true : given === 'true';
  return join ? (snapshot?.minimumLag ?? MINIMUM_LAG) : null;
}

const MINIMUM_LAG = 1000;

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StartFault('CONFIG_INVALID', `${path} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
