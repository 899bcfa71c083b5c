import type { Hash, Height, Result, Sha256 } from '@lading/kernel';
import { LIMITS, ok, reject } from '@lading/kernel';
import {
  CborFields,
  certificateFromCbor,
  checkpointFromCbor,
  commitProofFromCbor,
  decodeBatchHeader,
  decodeBlock,
  decodeCbor,
  MAX_U32,
  PARAMETER_RANGES
} from '@lading/ledger';
import type { Block, CborValue, Certificate, EpochConfig } from '@lading/ledger';
import type { Blocks, Evidence, EvidenceItem, EvidenceKind, Message, NewView, PrePrepare, SignedMessage } from './message.js';
import type { Status, StatusSlot, ViewChange } from './message.js';

export type MessageFault = 'MESSAGE_MALFORMED';

const MODES: readonly Status['mode'][] = ['BOOT', 'SYNCING', 'NORMAL', 'CHANGING', 'OBSERVER', 'HALTED'];

const EVIDENCE_KINDS: readonly EvidenceKind[] = [
  'PRE-PREPARE', 'PREPARE', 'COMMIT', 'VIEW-CHANGE', 'NEW-VIEW', 'CHECKPOINT', 'BATCH', 'CONCEAL', 'INVALID-NEW-VIEW'
];

function isSignedType(message: Message): message is SignedMessage {
  return 'signature' in message;
}

/** What counts and indexes of one epoch may be. */
interface MessageRanges {
  readonly epoch: number | null;
  readonly validators: number;
  readonly window: number;
}

/** Of any epoch. */
const WIDEST: MessageRanges = { epoch: null, validators: LIMITS.validators, window: PARAMETER_RANGES.window[1] };

const rangesOf = ({ epoch, organizations, parameters }: EpochConfig): MessageRanges => ({
  epoch,
  validators: organizations.length,
  window: parameters.window
});

/** Reads one message with the ranges of this epoch. The first fault sticks, as in CborFields. */
class MessageReader {
  readonly #ranges: MessageRanges;
  readonly #sha256: Sha256 | undefined;
  fault: string | null = null;

  constructor(ranges: MessageRanges, sha256: Sha256 | undefined) {
    this.#ranges = ranges;
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
    return fields.uint('signer', this.#ranges.validators - 1);
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
    const read = fields.list('statements', this.#ranges.validators, (list) => this.viewChange(list.any()));
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
    const fields = this.open(value, 11, 'STATUS');
    const epoch = fields.uint('epoch', MAX_U32);
    // N3: a node of another epoch has other lanes and another window; its heights are what counts.
    const { validators, window: width } = epoch === this.#ranges.epoch ? this.#ranges : WIDEST;
    const bits = 2 ** validators - 1;
    const view = fields.uint('view', MAX_U32);
    const named = fields.text('mode', 10);
    const mode = MODES.find((known) => known === named);
    if (mode === undefined) fields.refuse('mode', 'is not a mode');
    const suspect = fields.uint('suspect', MAX_U32) - 1;
    const committedHeight = this.height(fields);
    const committedHash = fields.hash('committedHash');
    const executedHeight = this.height(fields);
    const stableCheckpoint = this.height(fields);
    const window = fields.list('window', 2 * width, (list): StatusSlot => {
      const slot = list.nested('slot', 4);
      const height = this.height(slot);
      return {
        height,
        hasProposal: slot.bool('hasProposal'),
        prepares: slot.uint('prepares', bits),
        commits: slot.uint('commits', bits)
      };
    });
    const laneTips = this.laneTips(fields, epoch);
    return this.close(fields, {
      type: 'STATUS', epoch, view, mode: mode ?? 'BOOT', suspect, committedHeight, committedHash, executedHeight,
      stableCheckpoint, window, laneTips
    });
  }

  laneTips(fields: CborFields, epoch: number): readonly number[] {
    const { validators, epoch: own } = this.#ranges;
    const tips = fields.list('laneTips', epoch === own ? validators : WIDEST.validators, (list) => list.uint('tip'));
    if (epoch === own && tips.length !== validators) fields.refuse('laneTips', 'are not one for each lane');
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

  evidence(value: CborValue): Evidence | null {
    const fields = this.open(value, 5, 'EVIDENCE');
    const epoch = fields.uint('epoch', MAX_U32);
    const named = fields.text('what', 16);
    const what = EVIDENCE_KINDS.find((kind) => kind === named);
    if (what === undefined) fields.refuse('what', 'is no kind of evidence');
    const first = this.#item(fields.any());
    const second = this.#item(fields.any());
    if (what === undefined || first === null || second === null) return this.close(fields, null);
    return this.close(fields, { type: 'EVIDENCE', epoch, what, first, second });
  }

  #item(value: CborValue): EvidenceItem | null {
    if (Array.isArray(value) && value[0] === 'BATCH') {
      const fields = this.open(value, 3, 'BATCH');
      const header = this.take(fields, 'header', decodeBatchHeader(fields.bytesUpTo('header', 1024)));
      const signature = fields.bytes('signature', 64);
      return this.close(fields, header === null ? null : { type: 'BATCH', header, signature });
    }
    const message = Array.isArray(value) && value[0] === 'EVIDENCE' ? null : this.message(value);
    if (message !== null && isSignedType(message)) return message;
    this.fault ??= 'evidence of something unsigned';
    return null;
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
    const read = fields.list('blocks', 2 * this.#ranges.window, (list) => this.block(list));
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
        const epoch = fields.uint('epoch', MAX_U32);
        return this.close(fields, { type, epoch, laneTips: this.laneTips(fields, epoch) });
      }
      case 'EVIDENCE':
        return this.evidence(value);
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
  const reader = new MessageReader(rangesOf(config), sha256);
  const message = reader.message(value.value);
  return message === null ? reject('MESSAGE_MALFORMED', reader.fault ?? 'malformed') : ok(message);
}

/** For records that embed what opened a view; of any epoch: a record may be of an earlier one than the config. */
export function decodeJustification(value: CborValue, sha256?: Sha256): Result<NewView | Certificate | null, MessageFault> {
  if (value === null) return ok(null);
  const reader = new MessageReader(WIDEST, sha256);
  const justification = reader.justification(value);
  return justification === null ? reject('MESSAGE_MALFORMED', reader.fault ?? 'malformed') : ok(justification);
}

/** N3: type and epoch of a frame, before anything else of it is looked at; null when it is no message. */
export function messageEpoch(bytes: Uint8Array): { readonly type: string; readonly epoch: number | null } | null {
  const value = bytes.length > LIMITS.frameBytes ? null : decodeCbor(bytes);
  if (value === null || !value.ok || !Array.isArray(value.value)) return null;
  const [type, epoch] = value.value as readonly CborValue[];
  if (typeof type !== 'string') return null;
  return { type, epoch: WITHOUT_EPOCH.has(type) || typeof epoch !== 'number' ? null : epoch };
}

const WITHOUT_EPOCH: ReadonlySet<string> = new Set(['FETCH-BLOCKS', 'BLOCKS', 'FETCH-PROPOSAL', 'PROPOSALS']);
