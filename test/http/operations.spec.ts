import { LadingClient, type MemberActions } from '@lading/sdk';
import { bytes, CONTEXT, objectEvent, serial } from './sampleEvents.js';
import { ORGANIZATION, SingleNode, type Person } from './singleNode.js';

const GTIN = '04012345111118';
const uri = (n: string): string => `https://id.gs1.org/01/${GTIN}/21/${n}`;

describe('operations by the SDK, over HTTP, to a real ledger', () => {
  let node: SingleNode;
  let actions: MemberActions;
  const actionsOf = ({ member, signer }: Person): MemberActions =>
    new LadingClient({ urls: [node.url], genesis: node.genesis }).as({
      organization: ORGANIZATION,
      member,
      publicKey: signer.publicKey,
      sign: (message) => signer.sign(message)
    });
  const capture = async (changes: object): Promise<void> => {
    const answer = await node.postEpcis('/epcis/v2/events', bytes({ ...objectEvent(), ...changes }));
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  };

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'custody' });
    actions = actionsOf(node.clerk);
    await capture({ epcList: ['1', '2', '3'].map(serial) });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  it('registers members and keys with the admin key', async () => {
    const admin = actionsOf(node.admin);
    expect(await admin.members.add('berta', 'Berta', ['query'])).toMatchObject({ state: 'committed', status: 'APPLIED' });
    const { publicKey } = await node.newMember('carla', ['query']).then(({ signer }) => signer);
    expect((await admin.members.addKey('berta', 'member', publicKey)).status).not.toBeNull();
    expect((await actions.members.add('dora', 'Dora', ['query'])).status).toBe('REJECTED');
  });

  it('registers places, products and grants', async () => {
    const answers = [
      await actions.masterData.putLocation({ location: 'https://id.gs1.org/414/4012345000016', latitude: '47.5', longitude: '8.25' }),
      await actions.masterData.putProduct({ gtin: GTIN, limits: [{ type: 'Temperature', uom: 'CEL', min: '2', max: '8' }] }),
      await actions.masterData.putProfile({ profile: 'food' }),
      await actions.masterData.putProfile({ profile: '' })
    ];
    expect(answers.map(({ status, code }) => `${String(status)} ${code}`)).toEqual(Array(4).fill('APPLIED '));
    const foreign = await actions.masterData.letPrefix({ prefix: '9999999', organization: ORGANIZATION, allows: ['recall'] });
    expect(foreign).toMatchObject({ status: 'REJECTED', code: expect.stringMatching(/^[A-Z_]+$/) as string });
  });

  it('takes back what is under way to somebody who is no member', async () => {
    await capture({
      action: 'OBSERVE',
      bizStep: 'shipping',
      '@context': CONTEXT,
      epcList: [serial('1')],
      destinationList: [{ type: 'possessing_party', destination: 'urn:epc:id:pgln:9520009.00000' }]
    });
    expect(await actions.transfers.cancel({ to: '', items: [uri('1')], reason: 'wrong truck' })).toMatchObject({ status: 'APPLIED' });
    expect(await actions.transfers.cancel({ to: '', items: [uri('1')] })).toMatchObject({ status: 'REJECTED', code: 'NO_OPEN_TRANSFER' });
  });

  it('tells by a code why a transfer cannot be refused or disputed', async () => {
    const items = [uri('2')];
    for (const answer of [
      await actions.transfers.reject({ from: ORGANIZATION, items }),
      await actions.disputes.open({ dispute: 'D1', from: ORGANIZATION, kind: 'missing', items }),
      await actions.disputes.resolve({ dispute: `${ORGANIZATION}/D1`, result: 'lost' })
    ]) {
      expect(answer).toMatchObject({ state: 'rejected', status: 'REJECTED' });
      expect(['NO_OPEN_TRANSFER', 'NOT_SHIPPER', 'NOT_DESTINATION', 'DISPUTE_UNKNOWN']).toContain(answer.code);
    }
  });

  it('recalls from the opening to the close', async () => {
    const recall = `${ORGANIZATION}/R1`;
    const opened = await actions.recalls.open({ recall: 'R1', scope: { gtin: GTIN, serials: [uri('2'), uri('3')] }, reason: 'glass' });
    expect(opened).toMatchObject({ status: 'APPLIED' });
    expect(await actions.recalls.acknowledge({ recall, onHand: [{ uom: '', quantity: '2' }] })).toMatchObject({ status: 'APPLIED' });
    expect((await actions.recalls.close({ recall })).status).toBe('REJECTED');
    expect(await actions.recalls.report({ recall, act: 'destroy', uom: '', quantity: '1' })).toMatchObject({ status: 'APPLIED' });
    const released = [{ organization: ORGANIZATION, uom: '', quantity: '1' }];
    expect(await actions.recalls.close({ recall, released })).toMatchObject({ status: 'APPLIED' });
    expect((await node.get('/v1/items/2')).status).toBe(200);
  });
});
