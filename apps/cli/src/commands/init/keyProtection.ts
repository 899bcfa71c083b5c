import { resolve } from 'node:path';
import { readPassphraseFile } from '@lading/identity';
import type { Call } from '../../call.js';
import { usage } from '../../failure.js';

export interface KeyProtection {
  readonly protection: { readonly devOnly: true } | { readonly passphrase: string };
  /** Where the node finds the passphrase; absent for keys of a demo network. */
  readonly passphraseFile?: string;
}

/** How new keys are kept: under a passphrase, or open for a demo; the caller says which. */
export async function keyProtection(call: Call): Promise<KeyProtection> {
  const { passphraseFile } = call.globals;
  if (call.flag('devOnly') === (passphraseFile !== undefined)) {
    throw usage('Choose how the keys are kept', '--passphrase-file FILE, or --dev-only for a demo network');
  }
  if (passphraseFile === undefined) return { protection: { devOnly: true } };
  return { protection: { passphrase: await readPassphraseFile(passphraseFile) }, passphraseFile: resolve(passphraseFile) };
}
