import { toBase64Url } from '@lading/kernel';
import { CONFIG_CHANGE, encodeConfigChange, type ConfigChange } from '@lading/ledger';
import { operation, type Operation } from './operationPayload.js';

/** Administrator keys come with genesis and change by ballot only. */
export type KeyPurposeToAdd = 'member' | 'token' | 'service';

/** Payloads of membership operations (spec/membership.md §3). The organization's admin key signs them. */

/** `roles`: of admin, audit, capture, operate, query. */
export function memberAdd(member: string, name: string, roles: readonly string[]): Operation {
  return operation('member.add', { member, name, roles });
}

export function keyAdd(member: string, purpose: KeyPurposeToAdd, publicKey: Uint8Array): Operation {
  return operation('key.add', { member, purpose, publicKey: toBase64Url(publicKey) });
}

export function keyRevoke(kid: string): Operation {
  return operation('key.revoke', { kid });
}

/** A config transaction (spec/ledger.md §7): any administrator of the network signs and submits it. */
export function configChange(change: ConfigChange): Operation {
  return { op: CONFIG_CHANGE, payload: encodeConfigChange(change) };
}

/** Everything that an organization puts on the ledger once, after its node has started. */
export interface Registration {
  readonly members: readonly {
    readonly member: string;
    readonly name: string;
    readonly roles: readonly string[];
    readonly publicKey: Uint8Array;
  }[];
  /** Signs the organization's bearer tokens; null to leave it out. */
  readonly tokenKey: Uint8Array | null;
  /** Signs captures in custody mode. */
  readonly serviceKey: Uint8Array | null;
}

/** Operations in the order in which they must be applied. Repeating them is harmless: they are refused as known. */
export function registrations(registration: Registration): readonly Operation[] {
  const { members, tokenKey, serviceKey } = registration;
  return [
    ...(tokenKey === null ? [] : [keyAdd('token', 'token', tokenKey)]),
    ...(serviceKey === null ? [] : [keyAdd('service', 'service', serviceKey)]),
    ...members.flatMap(({ member, name, roles, publicKey }) => [
      memberAdd(member, name, roles),
      keyAdd(member, 'member', publicKey)
    ])
  ];
}
