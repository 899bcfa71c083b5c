import type { Sha256 } from '@lading/kernel';
import { decodeMessage, encodeMessage, verifyMessage } from '@lading/consensus';
import type { Message, Mutant, StoredBatch } from '@lading/consensus';
import type { BatchRef, EpochConfig } from '@lading/ledger';
import { mixBytes, mixNumbers } from './dice.js';
import { verifySymbolic } from './symbolicSigner.js';

/** What travels between nodes: consensus frames as real bytes, batches and requests for them as they are. */
export type Cargo =
  | { readonly kind: 'message'; readonly letter: Letter }
  | { readonly kind: 'batch'; readonly batch: StoredBatch }
  | { readonly kind: 'fetch'; readonly refs: readonly BatchRef[] };

const letters = new WeakMap<Message, Letter>();

/**
 * One encoded message. All receivers of a broadcast share it, repetitions too: it is encoded once, and decoded and
 * verified once for each epoch by the real gateway functions, because these depend on the bytes and the config alone.
 */
export class Letter {
  readonly bytes: Uint8Array;
  readonly type: Message['type'] | 'bytes';
  /** Of the message, or of the first block in it; null when it has none. */
  readonly epoch: number | null;
  /** Type, slot and signer, for traces. */
  readonly label: string;
  /** Names what the message is about and not its bytes: block times in them would change with every earlier delay. */
  readonly slot: number;
  #config: EpochConfig | null = null;
  #opened: Message | null = null;

  private constructor(bytes: Uint8Array, message: Message | null) {
    this.bytes = bytes;
    this.type = message === null ? 'bytes' : message.type;
    this.epoch = message === null ? null : epochOf(message);
    this.label = message === null ? 'bytes' : labelOf(message);
    this.slot = message === null ? mixBytes(bytes, 3)[0] : slotOf(message);
  }

  static of(message: Message): Letter {
    const held = letters.get(message);
    if (held !== undefined) return held;
    const letter = new Letter(encodeMessage(message), message);
    letters.set(message, letter);
    return letter;
  }

  /** Bytes that need not be a message. */
  static ofBytes(bytes: Uint8Array): Letter {
    return new Letter(bytes, null);
  }

  open(config: EpochConfig, sha256: Sha256 | undefined, mutants: ReadonlySet<Mutant>): Message | null {
    if (this.#config === config) return this.#opened;
    const decoded = decodeMessage(this.bytes, config, sha256);
    const valid = decoded.ok && verifyMessage(decoded.value, config, verifySymbolic, sha256, mutants);
    this.#config = config;
    this.#opened = valid ? decoded.value : null;
    return this.#opened;
  }
}

function epochOf(message: Message): number | null {
  if (message.type === 'BLOCKS') return message.blocks[0]?.block.header.epoch ?? message.checkpoint?.epoch ?? null;
  return 'epoch' in message ? message.epoch : null;
}

interface Slot {
  readonly view: number;
  readonly height: number;
  readonly signer: number;
}

function placeOf(message: Message): Slot {
  const signer = 'signer' in message ? message.signer : 31;
  switch (message.type) {
    case 'PRE-PREPARE':
      return { view: message.view, height: message.block.header.height, signer };
    case 'PREPARE':
    case 'COMMIT':
      return { view: message.view, height: message.height, signer };
    case 'VIEW-CHANGE':
      return { view: message.newView, height: 0, signer };
    case 'CHECKPOINT':
      return { view: 0, height: message.height, signer };
    case 'FETCH-BLOCKS':
      return { view: 0, height: message.from, signer };
    case 'BLOCKS':
      return { view: 0, height: message.blocks[0]?.block.header.height ?? 0, signer };
    case 'NEW-VIEW':
    case 'SUSPECT':
      return { view: message.view, height: 0, signer };
    default:
      return { view: 0, height: 0, signer };
  }
}

function slotOf(message: Message): number {
  const { view, height, signer } = placeOf(message);
  return mixNumbers(message.type.length * 256 + message.type.charCodeAt(message.type.length - 2), view, height, signer);
}

function labelOf(message: Message): string {
  const { view, height, signer } = placeOf(message);
  const place = [view > 0 ? `v${view}` : '', height > 0 ? `h${height}` : ''].filter((part) => part !== '').join(' ');
  return `${message.type}${place === '' ? '' : ` ${place}`}${signer === 31 ? '' : ` of ${signer}`}`;
}

export function slotOfCargo(cargo: Cargo): number {
  switch (cargo.kind) {
    case 'message':
      return cargo.letter.slot;
    case 'batch':
      return mixNumbers(cargo.batch.ref.lane, cargo.batch.ref.seq, 4);
    case 'fetch':
      return cargo.refs.reduce((sum, ref) => mixNumbers(sum, ref.lane, ref.seq), 5);
  }
}

export function labelOfCargo(cargo: Cargo): string {
  switch (cargo.kind) {
    case 'message':
      return cargo.letter.label;
    case 'batch':
      return `batch ${cargo.batch.ref.lane}/${cargo.batch.ref.seq}`;
    case 'fetch':
      return `fetch of ${cargo.refs.length} batches`;
  }
}
