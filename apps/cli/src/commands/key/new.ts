import { createKeyFile, readPassphraseFile } from '@lading/identity';
import { keyId } from '@lading/ledger';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { usage } from '../../failure.js';

const OWNER = /^[a-z][a-z0-9-]{0,62}(?:\/[a-z0-9][a-z0-9._-]{0,62})?$/;

export async function run(call: Call): Promise<number> {
  const owner = call.required('owner', '--owner ORGANIZATION/MEMBER');
  if (!OWNER.test(owner))
    throw usage(`"${owner}" is neither ORGANIZATION nor ORGANIZATION/MEMBER`, 'lading key new --help');
  const { passphraseFile } = call.globals;
  const isDevOnly = call.flag('devOnly');
  if (isDevOnly === (passphraseFile !== undefined)) {
    throw usage('Choose how the key is kept', '--passphrase-file FILE, or --dev-only for a demo network');
  }
  const protection =
    passphraseFile === undefined
      ? ({ devOnly: true } as const)
      : { passphrase: await readPassphraseFile(passphraseFile) };
  const file = call.arg(0);
  const { publicKey } = await createKeyFile(file, owner, protection);
  const [organization = '', member] = owner.split('/');
  call.out.line(
    member === undefined ? Buffer.from(publicKey).toString('base64url') : keyId(organization, member, publicKey)
  );
  call.out.say(
    `A new key of ${owner} lies in ${file} (mode 0600, ${isDevOnly ? 'NOT sealed' : 'sealed'}). Keep a copy of it.`
  );
  call.out.say(
    member === undefined ? '  next    a new validator key needs a ballot' : `  next    lading key add ${file}`
  );
  return EXIT.ok;
}
