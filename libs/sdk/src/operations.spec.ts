import { parseOperation } from '@lading/provenance';
import { signTransaction as signTestTransaction, testNetwork } from '../../../test/fixtures/testNetwork.js';
import * as sdk from './index.js';
import { memberActions } from './memberActions.js';
import type { Operation } from './operationPayload.js';

const network = testNetwork();
const organization = network.organization(0);
const member = organization.memberKey('anna');
const LOT = 'https://id.gs1.org/01/04012345222227/10/A1';
const SERIAL = 'https://id.gs1.org/01/04012345111118/21/1';
const PALLET = 'https://id.gs1.org/00/040123450000000078';
const PARTY = 'https://id.gs1.org/417/4012345000009';

/** What the contract reads, or its refusal. */
const read = ({ op, payload }: Operation): unknown => {
  const result = parseOperation(signTestTransaction(network, member, { op, payload, jti: 'j' }));
  return result.ok ? result.value.body : `${result.code} ${result.detail} ${result.pointer ?? ''}`;
};
const kilograms = (quantity: string) => ({ item: LOT, uom: 'KGM', quantity });

describe('operations of the supply chain are what the contract reads', () => {
  const goods = { items: [SERIAL], quantities: [{ uri: LOT, uom: 'KGM', amount: 12_500_000n }] };

  it.each<[string, Operation, object]>([
    [
      'a refusal',
      sdk.rejectTransfer({ from: 'finca-alta', items: [SERIAL], quantities: [kilograms('12.5')] }),
      { from: 'finca-alta', goods }
    ],
    ['a cancellation', sdk.cancelTransfer({ to: '', items: [SERIAL] }), { to: '', goods: { items: [SERIAL], quantities: [] } }],
    [
      'a dispute',
      sdk.openDispute({ dispute: 'D1', from: 'finca-alta', kind: 'missing', quantities: [kilograms('12.5')], reason: 'one bag' }),
      { id: `${organization.id}/D1`, kind: 'missing', goods: { ...goods, items: [] } }
    ],
    ['its end', sdk.resolveDispute({ dispute: 'nordic-roast/D1', result: 'lost' }), { id: 'nordic-roast/D1', result: 'lost' }],
    [
      'a recall of a product',
      sdk.openRecall({ recall: 'R1', scope: { gtin: '04012345222227' } }),
      { scope: { kind: 'gtin' }, destinations: [] }
    ],
    [
      'a recall of lots',
      sdk.openRecall({ recall: 'R1', scope: { gtin: '04012345222227', lots: [LOT] }, destinations: [PARTY] }),
      { id: `${organization.id}/R1`, scope: { kind: 'lots', items: [LOT] }, destinations: [PARTY] }
    ],
    [
      'a recall of a range',
      sdk.openRecall({ recall: 'R1', scope: { gtin: '04012345111118', range: { from: '10', to: '20' } } }),
      { scope: { kind: 'range', from: '10', to: '20' } }
    ],
    [
      'a recall of a container',
      sdk.openRecall({ recall: 'R1', scope: { item: PALLET } }),
      { scope: { kind: 'container' }, subject: PALLET }
    ],
    [
      'its extension',
      sdk.extendRecall({ recall: 'a/R1', links: [{ item: PALLET, from: SERIAL, by: '' }] }),
      { links: [{ item: PALLET, from: SERIAL, by: '' }] }
    ],
    [
      'what one has',
      sdk.acknowledgeRecall({ recall: 'a/R1', onHand: [{ uom: '', quantity: '3' }] }),
      { onHand: [{ uom: '', amount: 3_000_000n }] }
    ],
    [
      'what one did',
      sdk.reportRecall({ recall: 'a/R1', act: 'destroy', uom: '', quantity: '3' }),
      { act: 'destroy', amount: { uom: '', amount: 3_000_000n } }
    ],
    ['the end of a recall', sdk.closeRecall({ recall: 'a/R1' }), { released: [] }],
    [
      'a place',
      sdk.putLocation({ location: 'https://id.gs1.org/414/4012345000016', latitude: '47.5', longitude: '-8.25' }),
      { record: { parent: '', users: [] } }
    ],
    [
      'a product',
      sdk.putProduct({ gtin: '04012345222227', limits: [{ type: 'Temperature', uom: 'CEL', min: '-2', max: '8' }] }),
      { gtin: '04012345222227', record: { netMass: 0n, yieldMax: 0, limits: [{ type: 'Temperature', min: -2_000_000n }] } }
    ],
    [
      'a grant of a prefix',
      sdk.letPrefix({ prefix: '4012345', organization: 'a', allows: ['recall'] }),
      { prefix: '4012345', allows: ['recall'] }
    ],
    ['a grant to an agent', sdk.letAgent({ organization: 'a', allows: ['observe'] }), { organization: 'a', allows: ['observe'] }],
    ['a profile', sdk.putProfile({ profile: 'pharma' }), { profile: 'pharma' }],
    ['the end of a transformation', sdk.closeTransformation({ transformationID: 'urn:x:batch:1' }), { op: 'transformation.close' }]
  ])('%s', (_, operation, body) => {
    expect(read(operation)).toMatchObject({ ...body, op: operation.op });
  });

  it('leave what is wrong in them to the contract, which names the place', () => {
    const comma = sdk.rejectTransfer({ from: 'finca-alta', quantities: [kilograms('12,5')] });
    expect(read(comma)).toMatch(/^PAYLOAD_MALFORMED .* \/quantities\/0\/quantity$/);
    const blank = sdk.openDispute({ dispute: 'a b', from: 'x', kind: 'missing', items: [SERIAL] });
    expect(read(blank)).toMatch(/^PAYLOAD_MALFORMED .* \/dispute$/);
  });
});

describe('operations as calls', () => {
  it('encode what they are given, hand it to be signed, and give the answer', async () => {
    const performed: Operation[] = [];
    const answer = { txId: 'A', state: 'committed', height: 1, index: 0, status: 'APPLIED', code: '', detail: [] } as const;
    const actions = memberActions(async (operation) => {
      performed.push(operation);
      return answer;
    });
    expect(await actions.recalls.close({ recall: 'a/R1' })).toBe(answer);
    await actions.members.add('anna', 'Anna', ['capture']);
    await actions.disputes.resolve({ dispute: 'a/D1', result: 'settled' });
    expect(performed.map(({ op }) => op)).toEqual(['recall.close', 'member.add', 'transfer.resolve']);
    expect(JSON.parse(new TextDecoder().decode(performed[1]?.payload))).toEqual({ member: 'anna', name: 'Anna', roles: ['capture'] });
  });
});
