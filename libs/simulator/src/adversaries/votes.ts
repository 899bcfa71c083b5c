import type { Height } from '@lading/kernel';
import { asHash } from '@lading/kernel';
import type { Message, PhaseVote, SignedMessage } from '@lading/consensus';
import type { Certificate } from '@lading/ledger';
import { quorumOf } from '../oracle/ballots.js';
import { fakeHash } from '../world.js';
import type { Adversary, Power } from '../surroundings.js';
import { resign } from './resign.js';

const isOwnVote = (message: Message, power: Power): message is PhaseVote =>
  (message.type === 'PREPARE' || message.type === 'COMMIT') && message.signer === power.self;

/** Votes for some only, or not at all, or only in one phase. */
export function voteWithholder(): Adversary {
  return {
    name: 'vote withholder',
    outgoing: (to, message, power) => {
      if (!isOwnVote(message, power)) return [message];
      const { dice, self } = power;
      const phase = dice.pick(['PREPARE', 'COMMIT', 'both'], 'phase', self);
      if (phase !== 'both' && phase !== message.type) return [message];
      if (!dice.chance(0.7, 'withhold', self, to, message.height)) return [message];
      power.acted();
      return [];
    }
  };
}

/** Votes for what it was shown, and to others for something else. */
export function twoFacedVoter(): Adversary {
  return {
    name: 'two-faced voter',
    outgoing: (to, message, power) => {
      if (!isOwnVote(message, power) || !power.dice.chance(0.4, 'face', power.self, to, message.height)) return [message];
      power.acted();
      const other = resign({ ...message, blockHash: fakeHash('other', message.height) }, power);
      return power.dice.chance(0.5, 'both', power.self, to) ? [other, message] : [other];
    }
  };
}

/**
 * One signer counted several times: certificates, proofs and NEW-VIEWs that repeat their author, and commit proofs of
 * invented blocks.
 */
export function duplicateSigners(): Adversary {
  return {
    name: 'duplicate signers',
    hear: (_, message, power) => {
      const { config, self, dice } = power;
      const n = config.organizations.length;
      if (message.type === 'PREPARE' && dice.chance(0.3, 'commit', self, message.height, message.signer)) {
        // The same vote again and again, as if every repetition counted.
        const vote = power.sign({ ...message, type: 'COMMIT', signer: self });
        power.acted();
        for (const to of power.peers) for (let i = 0; i < quorumOf(n); i++) power.send(to, vote);
      }
      if (message.type !== 'STATUS' || !dice.chance(0.2, 'proof', self, message.committedHeight)) return;
      const height = (message.committedHeight + 1) as Height;
      const hash = fakeHash('invented', height);
      const vote = power.sign({ type: 'COMMIT', epoch: config.epoch, view: message.view, height, blockHash: hash, signer: self });
      const q = quorumOf(n);
      const { signature } = vote;
      const certificate: Certificate = {
        kind: 'C', epoch: config.epoch, view: message.view, height, hash,
        signers: Array.from({ length: q }, (_one, i) => (dice.chance(0.5, 'same', self) ? self : i)),
        signatures: Array.from({ length: q }, () => signature)
      };
      power.acted();
      const change = {
        type: 'VIEW-CHANGE', epoch: config.epoch, newView: message.view + 1, certEpoch: config.epoch, certView: message.view,
        certHeight: height, certHash: hash, certKind: 'C', committedHeight: message.committedHeight,
        committedHash: message.committedHash, signer: self, highCert: certificate
      } as const;
      for (const to of power.peers) power.send(to, power.sign(change));
    },
    outgoing: (_, message, power) => {
      if (message.type !== 'NEW-VIEW' || message.signer !== power.self) return [message];
      const own = message.statements.find((one) => one.signer === power.self) ?? message.statements[0];
      if (own === undefined) return [message];
      power.acted();
      const stale = resign({ ...own, highCert: null }, power);
      return [resign({ ...message, statements: message.statements.map(() => stale), top: null }, power), message];
    }
  };
}

/** The number fields that a message of each type has. */
const FIELDS: readonly string[] = ['view', 'height', 'newView', 'epoch', 'certView', 'certHeight', 'committedHeight', 'signer', 'suspect'];

/** Small mutations of its own messages: one more or one less in one field, signed again. */
export function mutator(): Adversary {
  return {
    name: 'mutator',
    outgoing: (to, message, power) => {
      const { dice, self } = power;
      const place = 'height' in message ? message.height : 'view' in message ? message.view : 0;
      if (!dice.chance(0.15, 'mutate', self, to, message.type, place)) return [message];
      const fields = FIELDS.filter((field) => field in message);
      if (fields.length === 0) return [message];
      const field = dice.pick(fields, 'which', self, to, message.type, place);
      const by = dice.chance(0.7, 'up', self, to, place) ? 1 : -1;
      const before = (message as unknown as Readonly<Record<string, number>>)[field] ?? 0;
      if (before + by < 0 || (field === 'signer' && before + by >= power.config.organizations.length)) return [message];
      power.acted();
      const mutant = { ...message, [field]: before + by } as Message;
      const signed = 'signature' in mutant && 'signer' in mutant ? resign(mutant as SignedMessage, power) : mutant;
      return dice.chance(0.5, 'also', self, to, place) ? [signed, message] : [signed];
    }
  };
}

/** Old messages of this network again, and messages that the same keys signed in another one. */
export function replayer(): Adversary {
  const records: SignedMessage[] = [];
  return {
    name: 'replayer',
    hear: (_, message) => {
      if ('signature' in message && records.length < 400) records.push(message);
    },
    tick: (power) => {
      const { dice, node, config } = power;
      const at = Math.round(node.world.agenda.nowMs);
      if (records.length === 0 || !dice.chance(0.5, 'replay', power.self, at)) return;
      power.acted();
      const to = dice.pick(power.peers, 'to', power.self, at);
      for (let i = 0; i < 3; i++) power.send(to, dice.pick(records, 'record', power.self, at, i));
      const last = records.at(-1);
      if (last === undefined || (last.type !== 'PREPARE' && last.type !== 'COMMIT')) return;
      for (let signer = 0; signer < config.organizations.length; signer++) {
        const blockHash = asHash(fakeHash('elsewhere', last.height));
        power.send(to, power.signElsewhere({ ...last, type: 'COMMIT', signer, blockHash }));
      }
    }
  };
}
