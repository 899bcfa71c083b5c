import type { Hash, OrganizationId, Result, Sha256 } from '@lading/kernel';
import { assert, encodeUtf8, LIMITS, ok, reject, toBase64Url } from '@lading/kernel';
import type { EpochConfig, NetworkParameters, OrganizationConfig } from './config.js';
import { configFromJson, configToJson } from './configJson.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { JsonFields } from './jsonFields.js';

/** Operation of a config transaction (spec/ledger.md §7). */
export const CONFIG_CHANGE = 'config.change';

/** An organization of the present config consents: its admin key signs {@link configApprovalBytes}. */
export interface ConfigApproval {
  readonly organization: OrganizationId;
  readonly signature: Uint8Array;
}

/** A new validator key's own signature of {@link configReadyBytes}: its holder has it, and has followed to `height`. */
export interface ReadyStatement {
  readonly organization: OrganizationId;
  readonly height: number;
  readonly signature: Uint8Array;
}

/** Payload of a config transaction. */
export interface ConfigChange {
  readonly prevConfigHash: Hash;
  readonly organizations: readonly OrganizationConfig[];
  readonly parameters: NetworkParameters;
  /** Strictly ascending by organization, like `ready`. */
  readonly approvals: readonly ConfigApproval[];
  readonly ready: readonly ReadyStatement[];
}

const MEMBERS = ['prevConfigHash', 'organizations', 'parameters', 'approvals', 'ready'] as const;

/** The config that a change makes of the present one. */
export function changedConfig(change: ConfigChange, config: EpochConfig): EpochConfig {
  const { organizations, parameters } = change;
  return { chainId: config.chainId, epoch: config.epoch + 1, organizations, parameters };
}

/** H("lading/approval/1", chainId, prevConfigHash, configHash(next)): 32 bytes that an admin key signs. */
export function configApprovalBytes(
  chainId: Hash,
  prevConfigHash: Hash,
  nextConfigHash: Hash,
  sha256: Sha256 = sha256Noble
): Hash {
  return hashTagged('lading/approval/1', [chainId, prevConfigHash, nextConfigHash], sha256);
}

/** H("lading/ready/1", chainId, prevConfigHash, height): 32 bytes that a new validator key signs. */
export function configReadyBytes(
  chainId: Hash,
  prevConfigHash: Hash,
  height: number,
  sha256: Sha256 = sha256Noble
): Hash {
  return hashTagged('lading/ready/1', [chainId, prevConfigHash, height], sha256);
}

/** The payload as this project writes it: one line of JSON. Any other writing of the same members is as good. */
export function encodeConfigChange(change: ConfigChange): Uint8Array {
  const { organizations, parameters } = configToJson(change);
  const document = {
    prevConfigHash: toBase64Url(change.prevConfigHash),
    organizations,
    parameters,
    approvals: change.approvals.map(({ organization, signature }) => {
      return { organization, signature: toBase64Url(signature) };
    }),
    ready: change.ready.map(({ organization, height, signature }) => {
      return { organization, height, signature: toBase64Url(signature) };
    })
  };
  const bytes = encodeUtf8(JSON.stringify(document));
  assert(bytes !== null, 'encodeConfigChange: text with a lone surrogate');
  return bytes;
}

/** Exactly the five members, with their types; whether it is effective is for {@link evaluateConfigChange}. */
export function decodeConfigChange(payload: Uint8Array): Result<ConfigChange, 'PAYLOAD_MALFORMED'> {
  const json = JsonFields.scan(payload, MEMBERS);
  const change: ConfigChange = {
    prevConfigHash: json.hash('prevConfigHash'),
    ...configFromJson(json),
    approvals: json.objects('approvals', LIMITS.validators, ['organization', 'signature']).map((fields) => ({
      organization: fields.plain('organization', 63) as OrganizationId,
      signature: fields.bytes('signature', 64)
    })),
    ready: json.objects('ready', LIMITS.validators, ['organization', 'height', 'signature']).map((fields) => ({
      organization: fields.plain('organization', 63) as OrganizationId,
      height: fields.uint('height'),
      signature: fields.bytes('signature', 64)
    }))
  };
  for (const name of ['approvals', 'ready'] as const) {
    if (!ascending(change[name])) json.refuse(name, 'is not strictly ascending by organization');
  }
  return json.fault === null ? ok(change) : reject('PAYLOAD_MALFORMED', json.fault.detail, json.fault.pointer);
}

/** Ids are ASCII, so comparing code units compares bytes. */
function ascending(entries: readonly { readonly organization: string }[]): boolean {
  return entries.every(({ organization }, index) => index === 0 || (entries[index - 1]?.organization ?? '') < organization);
}
