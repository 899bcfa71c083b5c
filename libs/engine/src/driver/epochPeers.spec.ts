import type { EpochConfig } from '@lading/ledger';
import { testNetwork } from '../../../../test/fixtures/testNetwork.js';
import { CHANNEL } from '../ports.js';
import type { PeerPin, PeerTransport } from '../ports.js';
import { EpochPeers } from './epochPeers.js';

/** Handles are given in the order in which organizations are seen. */
function setup(connected: number[]) {
  const names: string[] = [];
  let pins: readonly PeerPin[] = [];
  const sent: number[] = [];
  let tell: (handle: number, up: boolean) => void = () => undefined;
  const transport: PeerTransport = {
    onLink: (handler) => {
      tell = handler;
    },
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    onFrame: () => undefined,
    send: (to) => {
      sent.push(to);
      return true;
    },
    connectedPeers: () => connected,
    admit: (given) => {
      pins = given;
      for (const { organization } of given) if (!names.includes(organization)) names.push(organization);
    },
    handleOf: (organization) => (names.includes(organization) ? names.indexOf(organization) : null)
  };
  const linked = (handle: number, up: boolean): void => tell(handle, up);
  return { transport, sent, tell: linked, pinned: () => pins.map(({ organization }) => organization) };
}

const { config } = testNetwork();
const next = (organizations: EpochConfig['organizations']): EpochConfig => ({ ...config, epoch: config.epoch + 1, organizations });
const [a, b, c, d] = config.organizations as [never, never, never, never] & EpochConfig['organizations'];
const five = testNetwork({ organizations: 5 }).organization(4).config;

describe('EpochPeers', () => {
  it('keeps telling peers apart when an organization is removed and the indexes behind it move', () => {
    const { transport, sent } = setup([0, 1, 2, 3]);
    const peers = new EpochPeers(transport, []);
    peers.enter(config, null);
    expect([0, 1, 2, 3].map((handle) => peers.senderOf(handle))).toEqual(
      [0, 1, 2, 3].map((index) => ({ role: 'validator', index }))
    );
    peers.enter(next([a, c, d, five]), config);
    expect(peers.senderOf(1)).toEqual({ role: 'guest', handle: 1 });
    expect(peers.senderOf(2)).toEqual({ role: 'validator', index: 1 });
    peers.send(1, CHANNEL.consensus, new Uint8Array(0));
    peers.send(3, CHANNEL.consensus, new Uint8Array(0));
    expect(sent).toEqual([2, 4]);
    expect(peers.connectedPeers()).toEqual([0, 1, 2]);
  });

  it('admits the validators of the epoch before and approved observers, as guests, for one epoch', () => {
    const observer = { organization: 'observer:auditor', tlsKeyHash: new Uint8Array(32).fill(7) };
    const { transport, pinned } = setup([]);
    const peers = new EpochPeers(transport, [observer]);
    peers.enter(config, null);
    peers.enter(next([a, b, c, five]), config);
    expect(pinned()).toEqual([a, b, c, five, d].map(({ id }: { id: string }) => id).concat('observer:auditor'));
    peers.enter({ ...next([a, b, c, five]), epoch: 2 }, next([a, b, c, five]));
    expect(pinned()).not.toContain((d as { id: string }).id);
  });

  it('T6: tells of lost connections of validators by their indexes, and again by those of the next epoch', () => {
    const { transport, tell } = setup([]);
    const told: string[] = [];
    const peers = new EpochPeers(transport, [], (index, up) => told.push(`${index} ${up ? 'up' : 'down'}`));
    peers.enter(config, null);
    tell(1, false);
    tell(2, false);
    tell(1, true);
    tell(7, false);
    expect(told.splice(0)).toEqual(['1 down', '2 down', '1 up']);
    peers.enter(next([a, c, d, five]), config);
    expect(told.splice(0).sort()).toEqual(['0 up', '1 down', '2 up', '3 up']);
    tell(1, false);
    expect(told).toEqual([]);
  });

  it('answers a guest by a number that no validator has', () => {
    const { transport, sent } = setup([4]);
    const peers = new EpochPeers(transport, [{ organization: 'observer:auditor', tlsKeyHash: new Uint8Array(32).fill(7) }]);
    peers.enter(config, null);
    const [guest] = peers.guests();
    expect(guest).toBeGreaterThan(1000);
    expect(peers.numberOf(peers.senderOf(4))).toBe(guest);
    peers.send(guest as number, CHANNEL.consensus, new Uint8Array(0));
    expect(sent).toEqual([4]);
  });

  it('admits both TLS keys of an organization that replaces one', () => {
    const { transport, pinned } = setup([]);
    const peers = new EpochPeers(transport, []);
    const rekeyed = { ...(a as EpochConfig['organizations'][number]), tlsKeyHash: five.tlsKeyHash };
    peers.enter(next([rekeyed, b, c, d]), config);
    expect(pinned().filter((id) => id === rekeyed.id)).toHaveLength(2);
    expect(peers.size).toBe(4);
  });
});
