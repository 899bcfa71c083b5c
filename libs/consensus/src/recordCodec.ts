import type { Height, Result, Sha256 } from '@lading/kernel';
import { equalBytes, LIMITS, ok, reject } from '@lading/kernel';
import {
  CborFields,
  certificateFromCbor,
  certificateToCbor,
  decodeBlock,
  decodeCbor,
  encodeCbor,
  MAX_U32
} from '@lading/ledger';
import type { EpochConfig } from '@lading/ledger';
import { decodeJustification } from './messageCodec.js';
import { justificationToCbor } from './messageEncoding.js';
import type { PersistRecord, Safety } from './output.js';

export type RecordFault = 'RECORD_MALFORMED';

/** Records of the node's own log (spec D6): ["lading/safety/1", …] or ["lading/proposal/1", block bytes]. */
export function encodePersistRecord(record: PersistRecord): Uint8Array {
  if (record.kind === 'Block') return encodeCbor(['lading/proposal/1', record.block.encoded]);
  const { epoch, view, mode, base, baseProof, lastPrepared, highCert, ownViewChange } = record.safety;
  return encodeCbor([
    'lading/safety/1',
    epoch,
    view,
    mode,
    base.height,
    base.hash,
    justificationToCbor(baseProof),
    lastPrepared === null ? null : [lastPrepared.view, lastPrepared.height, lastPrepared.hash],
    highCert === null ? null : certificateToCbor(highCert),
    ownViewChange
  ]);
}

/**
 * Strict: a record that does not decode was damaged, and its node must not vote (spec B1). Records of all epochs of the
 * config's chain decode.
 */
export function decodePersistRecord(
  bytes: Uint8Array,
  config: EpochConfig,
  sha256?: Sha256
): Result<PersistRecord, RecordFault> {
  const value = decodeCbor(bytes);
  if (!value.ok) return reject('RECORD_MALFORMED', value.detail);
  if (Array.isArray(value.value) && value.value[0] === 'lading/proposal/1') {
    const fields = CborFields.of(value.value, 2, 'proposal record');
    fields.tag('lading/proposal/1');
    const block = decodeBlock(fields.bytesUpTo('block', LIMITS.frameBytes), sha256);
    if (fields.fault !== null) return reject('RECORD_MALFORMED', fields.fault);
    if (!block.ok) return reject('RECORD_MALFORMED', block.detail);
    if (!equalBytes(block.value.header.chainId, config.chainId)) return reject('RECORD_MALFORMED', 'of another chain');
    return ok({ kind: 'Block', block: block.value });
  }
  const fields = CborFields.of(value.value, 10, 'safety record');
  const safety = readSafety(fields, sha256);
  return fields.fault === null ? ok({ kind: 'Safety', safety }) : reject('RECORD_MALFORMED', fields.fault);
}

function readSafety(fields: CborFields, sha256?: Sha256): Safety {
  fields.tag('lading/safety/1');
  const epoch = fields.uint('epoch', MAX_U32);
  const view = fields.uint('view', MAX_U32);
  const mode = fields.text('mode', 8);
  if (mode !== 'NORMAL' && mode !== 'CHANGING') fields.refuse('mode', 'is not a voting mode');
  const base = { height: fields.uint('base height') as Height, hash: fields.hash('base hash') };
  const proof = decodeJustification(fields.any(), sha256);
  if (!proof.ok) fields.refuse('baseProof', proof.detail);
  const prepared = fields.any();
  const certificate = fields.any();
  const highCert = certificate === null ? null : certificateFromCbor(certificate);
  if (highCert !== null && !highCert.ok) fields.refuse('highCert', highCert.detail);
  const own = fields.any();
  if (own !== null && !(own instanceof Uint8Array)) fields.refuse('ownViewChange', 'is not a byte string');
  return {
    epoch,
    view,
    mode: mode === 'CHANGING' ? 'CHANGING' : 'NORMAL',
    base,
    baseProof: proof.ok ? proof.value : null,
    lastPrepared: prepared === null ? null : readPrepared(fields, prepared),
    highCert: highCert !== null && highCert.ok ? highCert.value : null,
    ownViewChange: own instanceof Uint8Array ? own : null
  };
}

function readPrepared(outer: CborFields, value: Parameters<typeof CborFields.of>[0]): Safety['lastPrepared'] {
  const fields = CborFields.of(value, 3, 'lastPrepared');
  const prepared = {
    view: fields.uint('view', MAX_U32),
    height: fields.uint('height') as Height,
    hash: fields.hash('hash')
  };
  if (fields.fault !== null) outer.refuse('lastPrepared', fields.fault);
  return prepared;
}
