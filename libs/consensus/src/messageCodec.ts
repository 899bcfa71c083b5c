import type { Hash, Height, Result, Sha256 } from '@lading/kernel';
import { LIMITS, ok, reject } from '@lading/kernel';
import {
  CborFields,
  certificateFromCbor,
  certificateToCbor,
  checkpointFromCbor,
  checkpointToCbor,
  commitProofFromCbor,
  commitProofToCbor,
  decodeBlock,
  decodeCbor,
  encodeCbor,
  MAX_U32
} from '@lading/ledger';
import type { Block, CborValue, Certificate, EpochConfig } from '@lading/ledger';
import type { Blocks, Message, NewView, PrePrepare, Status, StatusSlot, ViewChange } from './message.js';

export type MessageFault = 'MESSAGE_MALFORMED';

const MODES: readonly Status['mode'][] = ['BOOT', 'SYNCING', 'NORMAL', 'CHANGING', 'OBSERVER', 'HALTED'];

/** Deterministic CBOR: [type, field…]. Blocks are byte strings of their own encoding. */
export function encodeMessage(message: Message): Uint8Array {
  return encodeCbor(messageToCbor(message));
}

function messageToCbor(message: Message): CborValue {
  const { type } = message;
  switch (message.type) {
    case 'PRE-PREPARE':
      return [
        type, message.epoch, message.view, message.block.encoded, justificationToCbor(message.justification),
        message.signer, message.signature
      ];
    case 'PREPARE':
    case 'COMMIT':
      return [type, message.epoch, message.view, message.height, message.blockHash, message.signer, message.signature];
    case 'SUSPECT':
      return [type, message.epoch, message.view];
    case 'VIEW-CHANGE':
      return viewChangeToCbor(message);
    case 'NEW-VIEW':
      return newViewToCbor(message);
    case 'CHECKPOINT':
      return [
        type, message.epoch, message.height, message.blockHash, message.stateRoot, message.signer, message.signature
      ];
    case 'STATUS':
      return statusToCbor(message);
    case 'FETCH-BLOCKS':
      return [type, message.from, message.to];
    case 'BLOCKS': {
      const blocks = message.blocks.map(({ block, proof }) => [block.encoded, commitProofToCbor(proof)]);
      return [type, blocks, message.checkpoint === null ? null : checkpointToCbor(message.checkpoint)];
    }
    case 'FETCH-PROPOSAL':
      return [type, message.hash, message.above];
    case 'PROPOSALS':
      return [type, message.blocks.map((block) => block.encoded)];
    case 'BATCH-ACK':
      return [type, message.epoch, message.laneTips];
  }
}

export function justificationToCbor(justification: NewView | Certificate | null): CborValue {
  if (justification === null) return null;
  return 'statements' in justification ? newViewToCbor(justification) : certificateToCbor(justification);
}

function viewChangeToCbor(message: ViewChange): CborValue {
  return [
    message.type, message.epoch, message.newView, message.certEpoch, message.certView, message.certHeight,
    message.certHash, message.certKind, message.committedHeight, message.committedHash, message.signer,
    message.signature, message.highCert === null ? null : certificateToCbor(message.highCert)
  ];
}

function newViewToCbor(message: NewView): CborValue {
  const top = message.top === null ? null : certificateToCbor(message.top);
  return [
    message.type, message.epoch, message.view, message.statements.map(viewChangeToCbor), top, message.signer,
    message.signature
  ];
}

function statusToCbor(message: Status): CborValue {
  const window = message.window.map((slot) => [slot.height, slot.hasProposal, slot.prepares, slot.commits]);
  return [
    message.type, message.epoch, message.view, message.mode, message.suspect + 1, message.committedHeight,
    message.committedHash, message.executedHeight, message.stableCheckpoint, window, message.laneTips
  ];
}

/** Reads one message with the ranges of this epoch. The first fault sticks, as in CborFields. */
class MessageReader {
  readonly #config: EpochConfig;
  readonly #sha256: Sha256 | undefined;
  fault: string | null = null;

  constructor(config: EpochConfig, sha256: Sha256 | undefined) {
    this.#config = config;
    this.#sha256 = sha256;
  }

  /** A reader of an array that starts with this type's name. */
  open(value: CborValue, length: number, type: string): CborFields {
    const fields = CborFields.of(value, length, type);
    fields.tag(type);
    return fields;
  }

  /** The result of a whole reading: the first fault wins. */
  close<T>(fields: CborFields, value: T): T | null {
    this.fault ??= fields.fault;
    return this.fault === null ? value : null;
  }

  take<T>(fields: CborFields, name: string, result: Result<T>): T | null {
    if (result.ok) return result.value;
    fields.refuse(name, `${result.code}: ${result.detail}`);
    return null;
  }

  signer(fields: CborFields): number {
    return fields.uint('signer', this.#config.organizations.length - 1);
  }

  height = (fields: CborFields, name = 'height'): Height => fields.uint(name) as Height;

  block(fields: CborFields): Block | null {
    return this.take(fields, 'block', decodeBlock(fields.bytesUpTo('block', LIMITS.frameBytes), this.#sha256));
  }

  certificate(fields: CborFields, name: string): Certificate | null {
    const value = fields.any();
    return value === null ? null : this.take(fields, name, certificateFromCbor(value));
  }

  viewChange(value: CborValue): ViewChange | null {
    const fields = this.open(value, 13, 'VIEW-CHANGE');
    const message: Omit<ViewChange, 'highCert'> = {
      type: 'VIEW-CHANGE',
      epoch: fields.uint('epoch', MAX_U32),
      newView: fields.uint('newView', MAX_U32),
      certEpoch: fields.uint('certEpoch', MAX_U32),
      certView: fields.uint('certView', MAX_U32),
      certHeight: this.height(fields),
      certHash: fields.hash('certHash'),
      certKind: this.kind(fields),
      committedHeight: this.height(fields),
      committedHash: fields.hash('committedHash'),
      signer: this.signer(fields),
      signature: fields.bytes('signature', 64)
    };
    return this.close(fields, { ...message, highCert: this.certificate(fields, 'highCert') });
  }

  kind(fields: CborFields): 'P' | 'C' {
    const kind = fields.text('kind', 1);
    if (kind !== 'P' && kind !== 'C') fields.refuse('kind', 'is neither P nor C');
    return kind === 'P' ? 'P' : 'C';
  }

  newView(value: CborValue): NewView | null {
    const fields = this.open(value, 7, 'NEW-VIEW');
    const epoch = fields.uint('epoch', MAX_U32);
    const view = fields.uint('view', MAX_U32);
    const read = fields.list('statements', this.#config.organizations.length, (list) => this.viewChange(list.any()));
    const statements = read.filter((statement) => statement !== null);
    const top = this.certificate(fields, 'top');
    const signer = this.signer(fields);
    const signature = fields.bytes('signature', 64);
    return this.close(fields, { type: 'NEW-VIEW', epoch, view, statements, top, signer, signature });
  }

  justification(value: CborValue): NewView | Certificate | null {
    if (Array.isArray(value) && value[0] === 'NEW-VIEW') return this.newView(value);
    const decoded = certificateFromCbor(value);
    if (decoded.ok) return decoded.value;
    this.fault ??= `justification: ${decoded.detail}`;
    return null;
  }

  prePrepare(value: CborValue): PrePrepare | null {
    const fields = this.open(value, 7, 'PRE-PREPARE');
    const epoch = fields.uint('epoch', MAX_U32);
    const view = fields.uint('view', MAX_U32);
    const block = this.block(fields);
    const embedded = fields.any();
    const justification = embedded === null ? null : this.justification(embedded);
    const signer = this.signer(fields);
    const signature = fields.bytes('signature', 64);
    if (block === null) return this.close(fields, null);
    return this.close(fields, { type: 'PRE-PREPARE', epoch, view, block, justification, signer, signature });
  }

  status(value: CborValue): Status | null {
    const { organizations, parameters } = this.#config;
    const bits = 2 ** organizations.length - 1;
    const fields = this.open(value, 11, 'STATUS');
    const epoch = fields.uint('epoch', MAX_U32);
    const view = fields.uint('view', MAX_U32);
    const named = fields.text('mode', 10);
    const mode = MODES.find((known) => known === named);
    if (mode === undefined) fields.refuse('mode', 'is not a mode');
    const suspect = fields.uint('suspect', MAX_U32) - 1;
    const committedHeight = this.height(fields);
    const committedHash = fields.hash('committedHash');
    const executedHeight = this.height(fields);
    const stableCheckpoint = this.height(fields);
    const window = fields.list('window', 2 * parameters.window, (list): StatusSlot => {
      const slot = list.nested('slot', 4);
      const height = this.height(slot);
      return {
        height,
        hasProposal: slot.bool('hasProposal'),
        prepares: slot.uint('prepares', bits),
        commits: slot.uint('commits', bits)
      };
    });
    const laneTips = this.laneTips(fields);
    return this.close(fields, {
      type: 'STATUS', epoch, view, mode: mode ?? 'BOOT', suspect, committedHeight, committedHash, executedHeight,
      stableCheckpoint, window, laneTips
    });
  }

  laneTips(fields: CborFields): readonly number[] {
    const { length } = this.#config.organizations;
    const tips = fields.list('laneTips', length, (list) => list.uint('tip'));
    if (tips.length !== length) fields.refuse('laneTips', 'are not one for each lane');
    return tips;
  }

  blocks(value: CborValue): Blocks | null {
    const fields = this.open(value, 3, 'BLOCKS');
    const read = fields.list('blocks', LIMITS.syncBlocks, (list) => {
      const pair = list.nested('pair', 2);
      const block = this.block(pair);
      const proof = this.take(pair, 'proof', commitProofFromCbor(pair.any()));
      return block === null || proof === null ? null : { block, proof };
    });
    const embedded = fields.any();
    const checkpoint = embedded === null ? null : this.take(fields, 'checkpoint', checkpointFromCbor(embedded));
    return this.close(fields, { type: 'BLOCKS', blocks: read.filter((pair) => pair !== null), checkpoint });
  }

  #phase(value: CborValue, type: 'PREPARE' | 'COMMIT'): Message | null {
    const fields = this.open(value, 7, type);
    return this.close(fields, {
      type,
      epoch: fields.uint('epoch', MAX_U32),
      view: fields.uint('view', MAX_U32),
      height: this.height(fields),
      blockHash: fields.hash('blockHash'),
      signer: this.signer(fields),
      signature: fields.bytes('signature', 64)
    });
  }

  #checkpoint(value: CborValue): Message | null {
    const fields = this.open(value, 7, 'CHECKPOINT');
    return this.close(fields, {
      type: 'CHECKPOINT',
      epoch: fields.uint('epoch', MAX_U32),
      height: this.height(fields),
      blockHash: fields.hash('blockHash'),
      stateRoot: fields.hash('stateRoot'),
      signer: this.signer(fields),
      signature: fields.bytes('signature', 64)
    });
  }

  #proposals(value: CborValue): Message | null {
    const fields = this.open(value, 2, 'PROPOSALS');
    const read = fields.list('blocks', 2 * this.#config.parameters.window, (list) => this.block(list));
    return this.close(fields, { type: 'PROPOSALS', blocks: read.filter((block) => block !== null) });
  }

  message(value: CborValue): Message | null {
    const type = Array.isArray(value) ? value[0] : null;
    switch (type) {
      case 'PRE-PREPARE':
        return this.prePrepare(value);
      case 'PREPARE':
      case 'COMMIT':
        return this.#phase(value, type);
      case 'SUSPECT': {
        const fields = this.open(value, 3, type);
        return this.close(fields, { type, epoch: fields.uint('epoch', MAX_U32), view: fields.uint('view', MAX_U32) });
      }
      case 'VIEW-CHANGE':
        return this.viewChange(value);
      case 'NEW-VIEW':
        return this.newView(value);
      case 'CHECKPOINT':
        return this.#checkpoint(value);
      case 'STATUS':
        return this.status(value);
      case 'FETCH-BLOCKS': {
        const fields = this.open(value, 3, type);
        return this.close(fields, { type, from: this.height(fields), to: this.height(fields) });
      }
      case 'BLOCKS':
        return this.blocks(value);
      case 'FETCH-PROPOSAL': {
        const fields = this.open(value, 3, type);
        return this.close(fields, { type, hash: fields.hash('hash') as Hash, above: this.height(fields) });
      }
      case 'PROPOSALS':
        return this.#proposals(value);
      case 'BATCH-ACK': {
        const fields = this.open(value, 3, type);
        return this.close(fields, { type, epoch: fields.uint('epoch', MAX_U32), laneTips: this.laneTips(fields) });
      }
      default:
        this.fault ??= 'unknown type';
        return null;
    }
  }
}

/**
 * M6: checks every type, range, length and count of one frame, and that it has no second encoding. Signatures and the
 * structure of certificates are checked by verifyMessage.
 */
export function decodeMessage(
  bytes: Uint8Array,
  config: EpochConfig,
  sha256?: Sha256
): Result<Message, MessageFault> {
  if (bytes.length > LIMITS.frameBytes) return reject('MESSAGE_MALFORMED', 'larger than a frame');
  const value = decodeCbor(bytes);
  if (!value.ok) return reject('MESSAGE_MALFORMED', `${value.code}: ${value.detail}`);
  const reader = new MessageReader(config, sha256);
  const message = reader.message(value.value);
  return message === null ? reject('MESSAGE_MALFORMED', reader.fault ?? 'malformed') : ok(message);
}

/** For records that embed what opened a view. */
export function decodeJustification(
  value: CborValue,
  config: EpochConfig,
  sha256?: Sha256
): Result<NewView | Certificate | null, MessageFault> {
  if (value === null) return ok(null);
  const reader = new MessageReader(config, sha256);
  const justification = reader.justification(value);
  return justification === null ? reject('MESSAGE_MALFORMED', reader.fault ?? 'malformed') : ok(justification);
}
