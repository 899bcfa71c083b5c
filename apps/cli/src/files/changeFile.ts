import { readFileSync, writeFileSync } from 'node:fs';
import { toBase64Url } from '@lading/kernel';
import {
  changedConfig,
  configHash,
  decodeConfigChange,
  encodeConfigChange,
  type ConfigChange,
  type EpochConfig
} from '@lading/ledger';
import { CliFailure } from '../failure.js';

const FORMAT = 'lading/config-change/1';
const MEMBERS = ['prevConfigHash', 'organizations', 'parameters', 'approvals', 'ready'];

/** A change of the network on its way from hand to hand: the payload of its transaction, and what it is about. */
export interface ChangeFile {
  readonly change: ConfigChange;
  /** The config it leads to. */
  readonly next: EpochConfig;
  /** Hash of that, base64url: what approvers compare. */
  readonly hash: string;
}

export function changeFileOf(change: ConfigChange, config: EpochConfig): ChangeFile {
  const next = changedConfig(change, config);
  return { change, next, hash: toBase64Url(configHash(next)) };
}

export function writeChangeFile(path: string, file: ChangeFile): void {
  const payload = JSON.parse(Buffer.from(encodeConfigChange(file.change)).toString()) as Record<string, unknown>;
  const head = { format: FORMAT, epoch: file.next.epoch, nextConfigHash: file.hash };
  writeFileSync(path, `${JSON.stringify({ ...head, ...payload }, null, 2)}\n`);
}

const refuse = (path: string, why: string, next = 'get the file again'): CliFailure =>
  new CliFailure({ code: 'CHANGE_FILE', what: `${path} cannot be used as a change`, why, next });

interface Opened {
  readonly change: ConfigChange;
  readonly shownHash: unknown;
}

/** Form only: what the file says, for whichever config it was made. */
function openChangeFile(path: string): Opened {
  let document: Record<string, unknown>;
  try {
    document = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') throw error;
    throw refuse(path, `not JSON: ${(error as Error).message}`);
  }
  if (document['format'] !== FORMAT) throw refuse(path, 'it is no change of a network', 'lading network propose makes one');
  const payload = Object.fromEntries(MEMBERS.map((name) => [name, document[name]]));
  const decoded = decodeConfigChange(Buffer.from(JSON.stringify(payload)));
  if (!decoded.ok) throw refuse(path, `${decoded.detail} at ${decoded.pointer ?? '/'}`);
  return { change: decoded.value, shownHash: document['nextConfigHash'] };
}

/** Organizations and parameters of a change that may be stale, to be proposed again. */
export function readChangeContent(path: string): Pick<ConfigChange, 'organizations' | 'parameters'> {
  const { organizations, parameters } = openChangeFile(path).change;
  return { organizations, parameters };
}

/** Refuses a file whose hash is not that of its content, or that was made for another config than the one in force. */
export function readChangeFile(path: string, config: EpochConfig): ChangeFile {
  const { change, shownHash } = openChangeFile(path);
  if (toBase64Url(change.prevConfigHash) !== toBase64Url(configHash(config))) {
    throw new CliFailure({
      code: 'STALE_CONFIG',
      what: `${path} was made for another state of the network`,
      why: `the network is in epoch ${config.epoch} now`,
      next: `lading network show; then: lading network propose --again ${path} --out FILE`
    });
  }
  const file = changeFileOf(change, config);
  if (shownHash !== file.hash) throw refuse(path, 'its hash is not that of its content');
  return file;
}
