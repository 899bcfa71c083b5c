import { parseOperation } from '@lading/membership';
import { signTransaction as signTestTransaction, testKey, testNetwork } from '../../../test/fixtures/testNetwork.js';
import { keyRevoke, memberAdd, registrations } from './index.js';

const network = testNetwork();
const { admin, id } = network.organization(0);

const parsed = ({ op, payload }: { readonly op: string; readonly payload: Uint8Array }): unknown => {
  const result = parseOperation(signTestTransaction(network, admin, { op, payload, jti: 'j' }));
  return result.ok ? result.value : `${result.code} ${result.detail} ${result.pointer ?? ''}`;
};

describe('membership operations', () => {
  it('are what the membership contract reads, in an order in which each can be applied', () => {
    const [token, service, anna] = ['token', 'service', 'anna'].map((label) => testKey(label).publicKey) as [
      Uint8Array,
      Uint8Array,
      Uint8Array
    ];
    const members = [{ member: 'anna', name: 'Anna "A" Ruiz', roles: ['capture', 'query'], publicKey: anna }];
    expect(registrations({ members, tokenKey: token, serviceKey: service }).map(parsed)).toMatchObject([
      { op: 'key.add', purpose: 'token', parts: { member: 'token', publicKey: token, organization: id } },
      { op: 'key.add', purpose: 'service', parts: { publicKey: service } },
      { op: 'member.add', member: 'anna', name: 'Anna "A" Ruiz', roles: ['capture', 'query'] },
      { op: 'key.add', purpose: 'member', parts: { member: 'anna', publicKey: anna } }
    ]);
    expect(parsed(keyRevoke(admin.kid))).toMatchObject({ op: 'key.revoke', kid: admin.kid });
  });

  it('leave what is wrong in them to the contract, which names the place', () => {
    expect(parsed(memberAdd('anna', 'Anna', ['capture', 'king']))).toMatch(/^ROLE_UNKNOWN .* \/roles\/1$/);
  });
});
