import { assert, equalBytes } from '@lading/kernel';
import { keyId } from '@lading/ledger';
import type { Contract, EpochConfig, OrganizationConfig, Outcome, StateView, StateWriter } from '@lading/ledger';
import { adminMember } from './genesisEntries.js';
import { keyKey, memberKey, organizationKey, publicKeyKey } from './keys.js';
import {
  decodeKeyRecord,
  decodePublicKeyOwner,
  encodeKeyRecord,
  encodeOrganizationRecord,
  encodePublicKeyOwner
} from './records.js';
import { GENESIS_ADMIN } from './roles.js';

/** An organization of the next config beside itself in the present one, where it is there. */
interface Pair {
  readonly next: OrganizationConfig;
  readonly present: OrganizationConfig | undefined;
}

/** A public key that gets a new key id. `record`: whether signers use it, so that it has a record of its own. */
interface Registration {
  readonly kid: string;
  readonly publicKey: Uint8Array;
  readonly record: boolean;
}

const adminKid = ({ id, adminKey }: OrganizationConfig): string => keyId(id, GENESIS_ADMIN, adminKey);

function pairs(config: EpochConfig, next: EpochConfig): Pair[] {
  return next.organizations.map((organization) => {
    return { next: organization, present: config.organizations.find(({ id }) => id === organization.id) };
  });
}

function registrations(config: EpochConfig, next: EpochConfig): Registration[] {
  return pairs(config, next).flatMap(({ next: { id, adminKey, validatorKey }, present }) => {
    const found: Registration[] = [];
    if (present === undefined || !equalBytes(present.adminKey, adminKey)) {
      found.push({ kid: keyId(id, GENESIS_ADMIN, adminKey), publicKey: adminKey, record: true });
    }
    if (present === undefined || !equalBytes(present.validatorKey, validatorKey)) {
      found.push({ kid: keyId(id, 'validator', validatorKey), publicKey: validatorKey, record: false });
    }
    return found;
  });
}

/** Administrators' keys of the present config that the next one does not hold. */
function retired(config: EpochConfig, next: EpochConfig): string[] {
  const kept = new Set(next.organizations.map(adminKid));
  return config.organizations.map(adminKid).filter((kid) => !kept.has(kid));
}

/**
 * What an effective config transaction does to the state (spec/membership.md §4), as the steps of a contract whose input
 * is the next config. It never refuses: consensus has acted on the change before it is executed.
 */
export const configEffects: Pick<Contract<EpochConfig>, 'keys' | 'apply'> = {
  keys(next, context, view): readonly string[] {
    const { config } = context;
    const registered = registrations(config, next);
    return [
      ...next.organizations.flatMap(({ id }) => [organizationKey(id), memberKey(id, GENESIS_ADMIN)]),
      ...retired(config, next).map(keyKey),
      ...registered.flatMap(({ kid, publicKey }) => [keyKey(kid), publicKeyKey(publicKey)]),
      ...registered.flatMap(({ publicKey }) => ownerOf(publicKey, view).map(keyKey))
    ];
  },

  apply(next, context, state): Outcome {
    const { config, height } = context;
    for (const { next: organization, present } of pairs(config, next)) {
      const { id, name, gln } = organization;
      if (present?.name !== name || present.gln !== gln) {
        state.put(organizationKey(id), encodeOrganizationRecord({ name, gln }));
      }
      if (present === undefined) state.put(memberKey(id, GENESIS_ADMIN), adminMember(organization));
    }
    for (const kid of retired(config, next)) revoke(kid, height, state);
    for (const { kid, publicKey, record } of registrations(config, next)) {
      for (const owner of ownerOf(publicKey, state)) revoke(owner, height, state);
      state.put(publicKeyKey(publicKey), encodePublicKeyOwner(kid));
      const fields = { purpose: 'admin', status: 'active', addedHeight: height, revokedHeight: 0 } as const;
      if (record) state.put(keyKey(kid), encodeKeyRecord(fields));
    }
    return { status: 'APPLIED', code: '', detail: [] };
  }
};

/** The key id under which a public key is registered; at most one. */
function ownerOf(publicKey: Uint8Array, view: StateView): string[] {
  const value = view.get(publicKeyKey(publicKey));
  if (value === null) return [];
  const owner = decodePublicKeyOwner(value);
  assert(owner.ok, `damaged state entry ${publicKeyKey(publicKey)}`);
  return [owner.value];
}

function revoke(kid: string, height: number, state: StateWriter): void {
  const value = state.get(keyKey(kid));
  if (value === null) return;
  const record = decodeKeyRecord(value);
  assert(record.ok, `damaged state entry ${keyKey(kid)}`);
  if (record.value.status === 'revoked') return;
  state.put(keyKey(kid), encodeKeyRecord({ ...record.value, status: 'revoked', revokedHeight: height }));
}
