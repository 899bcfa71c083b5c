import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyFile, FileSigner, readPassphraseFile } from '@lading/identity';
import type { Hash } from '@lading/kernel';
import { encodeCountersigned, verifyCountersigned, witnessBytes } from '@lading/verifier';
import { usage } from '../failure.js';
import type { ShownPoint } from './certified.js';
import type { Statement, StatementLog } from './statementLog.js';

const KEY_FILE = 'witness.key';

/** Opens the witness's key in its folder, or makes one; how it is kept must be said when it is made. */
export async function openWitnessKey(folder: string, passphraseFile: string | undefined, isDevOnly: boolean): Promise<FileSigner> {
  const path = join(folder, KEY_FILE);
  if (!existsSync(path)) {
    if (isDevOnly === (passphraseFile !== undefined)) {
      throw usage('Choose how the key of the new witness is kept', '--passphrase-file FILE, or --dev-only to try it out');
    }
    const isSealed = passphraseFile !== undefined;
    const protection = isSealed ? { passphrase: await readPassphraseFile(passphraseFile) } : ({ devOnly: true } as const);
    await createKeyFile(path, 'witness', protection);
  }
  return FileSigner.open(path, passphraseFile);
}

/** Signs checkpoints that were linked to the one before; keeps each statement before anybody can see it. */
export class Witness {
  constructor(
    private readonly chainId: Hash,
    private readonly genesisBytes: Uint8Array,
    private readonly signer: Pick<FileSigner, 'publicKey' | 'sign'>,
    private readonly log: StatementLog,
    private readonly now: () => number
  ) {}

  /** Text of the last countersigned checkpoint (spec/proofs.md 9.1), null before the first. */
  get latest(): string | null {
    const { last } = this.log;
    return last === null ? null : this.#countersigned(last);
  }

  countersign(point: ShownPoint): void {
    const before = this.log.last;
    const known = before?.epochs ?? [];
    const { epoch } = point.checkpoint;
    // Links that are known already stay as they are kept: other nodes may show them with other signers.
    const epochs = [...known, ...point.epochs.slice(known.length)].slice(0, epoch);
    const timeMs = Math.max(this.now(), before?.timeMs ?? 0);
    const { checkpointHeader, encoded, checkpoint } = point;
    const statement: Statement = { timeMs, checkpointHeader, encoded, checkpoint, epochs };
    const { proven, detail } = verifyCountersigned(this.#countersigned(statement), this.genesisBytes, this.signer.publicKey);
    if (!proven) throw new Error(`height ${checkpoint.height} is not countersigned: ${detail}`);
    this.log.append(statement);
  }

  #countersigned({ timeMs, checkpointHeader, encoded, checkpoint, epochs }: Statement): string {
    const signature = this.signer.sign(witnessBytes({ ...checkpoint, chainId: this.chainId, timeMs }));
    const witness = this.signer.publicKey;
    return encodeCountersigned({ witness, timeMs, signature, checkpointHeader, checkpoint: encoded, epochs });
  }
}
