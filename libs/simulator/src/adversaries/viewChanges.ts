import type { Height } from '@lading/kernel';
import type { Message, NewView, ViewChange } from '@lading/consensus';
import type { Certificate } from '@lading/ledger';
import { compareRanks, quorumOf, rankOf } from '../oracle/ballots.js';
import type { Adversary, Power } from '../surroundings.js';
import { resign } from './resign.js';

/** The VIEW-CHANGEs heard for each view, by signer. */
class Heard {
  readonly #byView = new Map<string, Map<number, ViewChange>>();

  hear(message: Message): void {
    if (message.type !== 'VIEW-CHANGE') return;
    const key = `${message.epoch}/${message.newView}`;
    const held = this.#byView.get(key) ?? new Map<number, ViewChange>();
    held.set(message.signer, message);
    this.#byView.set(key, held);
  }

  of(epoch: number, view: number): readonly ViewChange[] {
    return [...(this.#byView.get(`${epoch}/${view}`)?.values() ?? [])];
  }
}

/** A NEW-VIEW of q of these statements, in order of signer, with the top that they must lead to. */
function assemble(like: NewView, chosen: readonly ViewChange[], power: Power): NewView {
  const statements = [...chosen].sort((a, b) => a.signer - b.signer);
  let top: Certificate | null = null;
  for (const { highCert } of statements) {
    if (highCert !== null && (top === null || compareRanks(highCert, top) > 0)) top = highCert;
  }
  return resign({ ...like, statements: statements.map((one) => ({ ...one, highCert: null })), top }, power);
}

const byRank = (a: ViewChange, b: ViewChange): number => compareRanks(rankOf(a), rankOf(b));

const isOwnNewView = (message: Message, power: Power): message is NewView =>
  message.type === 'NEW-VIEW' && message.signer === power.self;

/** Opens its view on two different tops, each for a part of the peers; also with statements that do not suffice. */
export function twoFacedNewView(): Adversary {
  const heard = new Heard();
  return {
    name: 'two-faced new view',
    hear: (_, message) => heard.hear(message),
    outgoing: (to, message, power) => {
      heard.hear(message);
      if (!isOwnNewView(message, power)) return [message];
      const q = quorumOf(power.config.organizations.length);
      const known = [...heard.of(message.epoch, message.view)].sort(byRank);
      if (known.length < q || power.dice.chance(0.3, 'side', power.self, to, message.view)) return [message];
      power.acted();
      const other = assemble(message, known.slice(0, q), power);
      if (power.dice.chance(0.5, 'lie', power.self, message.view)) return [other, message];
      // A top below what the statements say: refused by whoever checks that none outranks it.
      const lowest = known[0]?.highCert ?? null;
      return [resign({ ...other, top: lowest }, power), other];
    }
  };
}

/** Among all VIEW-CHANGEs it takes the ones that know least: allowed, and harmless only because quorums intersect. */
export function subsetChooser(): Adversary {
  const heard = new Heard();
  return {
    name: 'subset chooser',
    hear: (_, message) => heard.hear(message),
    outgoing: (_, message, power) => {
      heard.hear(message);
      if (!isOwnNewView(message, power)) return [message];
      const q = quorumOf(power.config.organizations.length);
      const known = [...heard.of(message.epoch, message.view)].sort(byRank);
      if (known.length < q) return [message];
      power.acted();
      return [assemble(message, known.slice(0, q), power)];
    }
  };
}

const isOwnChange = (message: Message, power: Power): message is ViewChange =>
  message.type === 'VIEW-CHANGE' && message.signer === power.self;

/** Conceals what it has committed: a VIEW-CHANGE that knows of nothing, or of an old certificate. */
export function staleViewChange(): Adversary {
  let old: ViewChange | null = null;
  return {
    name: 'stale view change',
    outgoing: (_, message, power) => {
      if (!isOwnChange(message, power)) return [message];
      if (old === null || old.epoch !== message.epoch) old = message;
      power.acted();
      const { genesis } = power.node.world.world;
      const { certEpoch, certView, certHeight, certHash, certKind, highCert } = old;
      const known = { certEpoch, certView, certHeight, certHash, certKind, highCert };
      const none = {
        certEpoch: 0, certView: 0, certHeight: 0 as Height, certHash: genesis.blockHash, certKind: 'C' as const, highCert: null
      };
      const forgets = message.epoch === 0 && power.dice.chance(0.6, 'forgets', power.self);
      return [resign({ ...message, ...(forgets ? none : known) }, power)];
    }
  };
}

/** States a rank that its certificate does not have. Must be dropped alone, and not make others' invalid. */
export function lyingViewChange(): Adversary {
  return {
    name: 'lying view change',
    outgoing: (to, message, power) => {
      if (!isOwnChange(message, power)) return [message];
      power.acted();
      const lie = power.dice.between(0, 3, 'lie', power.self, to, message.newView);
      const certHeight = (message.certHeight + 1) as Height;
      if (lie === 0) return [resign({ ...message, certHeight }, power)];
      if (lie === 1) return [resign({ ...message, certView: message.certView + 1 }, power)];
      if (lie === 2 && message.highCert !== null) {
        const highCert = { ...message.highCert, view: message.highCert.view + 1 };
        return [resign({ ...message, highCert, certView: highCert.view }, power), message];
      }
      return [resign({ ...message, certKind: message.certKind === 'P' ? 'C' : 'P' }, power), message];
    }
  };
}

/** Wants to leave every view there will ever be. */
export function suspectEverything(): Adversary {
  const view = 0xffffffff;
  return {
    name: 'suspect everything',
    outgoing: (_, message) => [message.type === 'STATUS' ? { ...message, suspect: view - 1 } : message],
    tick: (power) => {
      power.acted();
      const message = { type: 'SUSPECT', epoch: power.config.epoch, view } as const;
      for (const to of power.peers) power.send(to, message);
    }
  };
}
