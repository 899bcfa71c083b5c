import type { Genesis } from '@lading/ledger';
import { keyId } from '@lading/ledger';
import { keyKey, memberKey, organizationKey, publicKeyKey } from './keys.js';
import { encodeKeyRecord, encodeMemberRecord, encodeOrganizationRecord, encodePublicKeyOwner } from './records.js';
import { GENESIS_ADMIN } from './roles.js';

export interface StateSeed {
  readonly key: string;
  readonly value: Uint8Array;
}

/**
 * The state before block 1: every organization, its administrator `<org>/admin` with the key of genesis, and the
 * validator keys as taken, so that none of them can be registered a second time.
 */
export function genesisEntries(genesis: Genesis): readonly StateSeed[] {
  return genesis.config.organizations.flatMap(({ id, name, gln, adminKey, validatorKey }) => {
    const kid = keyId(id, GENESIS_ADMIN, adminKey);
    return [
      { key: organizationKey(id), value: encodeOrganizationRecord({ name, gln }) },
      { key: memberKey(id, GENESIS_ADMIN), value: adminMember({ name }) },
      {
        key: keyKey(kid),
        value: encodeKeyRecord({ purpose: 'admin', status: 'active', addedHeight: 0, revokedHeight: 0 })
      },
      { key: publicKeyKey(adminKey), value: encodePublicKeyOwner(kid) },
      { key: publicKeyKey(validatorKey), value: encodePublicKeyOwner(keyId(id, 'validator', validatorKey)) }
    ];
  });
}

/** Value of the member `admin` of an organization that has just come in. */
export function adminMember({ name }: { readonly name: string }): Uint8Array {
  return encodeMemberRecord({ name: `${name} administrator`, status: 'active', roles: ['admin'] });
}
