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

/** Refuses a file whose hash is not that of its content, or that was made for another config than the one in force. */
export function readChangeFile(path: string, config: EpochConfig): ChangeFile {
  const refuse = (why: string, next: string): CliFailure =>
    new CliFailure({ code: 'CHANGE_FILE', what: `${path} cannot be used as a change`, why, next });
  let document: Record<string, unknown>;
  try {
    document = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') throw error;
    throw refuse(`not JSON: ${(error as Error).message}`, 'get the file again');
  }
  if (document['format'] !== FORMAT) throw refuse('it is no change of a network', 'lading network propose makes one');
  const payload = Object.fromEntries(MEMBERS.map((name) => [name, document[name]]));
  const decoded = decodeConfigChange(Buffer.from(JSON.stringify(payload)));
  if (!decoded.ok) throw refuse(`${decoded.detail} at ${decoded.pointer ?? '/'}`, 'get the file again');
  if (toBase64Url(decoded.value.prevConfigHash) !== toBase64Url(configHash(config))) {
    throw new CliFailure({
      code: 'STALE_CONFIG',
      what: `${path} was made for another state of the network`,
      why: `the network is in epoch ${config.epoch} now`,
      next: 'lading network show; then propose the change again'
    });
  }
  const file = changeFileOf(decoded.value, config);
  if (document['nextConfigHash'] !== file.hash) throw refuse('its hash is not that of its content', 'get the file again');
  return file;
}
