import { FileSigner, readPassphraseFile } from '@lading/identity';
import { equalBytes } from '@lading/kernel';
import { configReadyBytes, newValidators } from '@lading/ledger';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { usage } from '../../failure.js';
import { changeFileOf, readChangeFile, writeChangeFile } from '../../files/changeFile.js';
import { Session } from '../../profile/session.js';

/** Proves that the holder of a new validator key has it, and has followed the network up to now. */
export async function run(call: Call): Promise<number> {
  const path = call.arg(0);
  const { client } = Session.open(call);
  const [config, view] = [await client.config(), await client.network()];
  const { change, next } = readChangeFile(path, config);
  const { passphraseFile } = call.globals;
  const passphrase = passphraseFile === undefined ? undefined : await readPassphraseFile(passphraseFile);
  const signer = await FileSigner.open(call.required('key', '--key FILE'), passphrase);
  const own = newValidators(config, next).find(({ validatorKey }) => equalBytes(validatorKey, signer.publicKey));
  if (own === undefined) throw usage('The key is not a new validator key of this change', `look into ${path}`);
  const signature = signer.sign(configReadyBytes(config.chainId, change.prevConfigHash, view.height));
  const statement = { organization: own.id, height: view.height, signature };
  const ready = [...change.ready.filter(({ organization }) => organization !== own.id), statement];
  ready.sort((a, b) => (a.organization < b.organization ? -1 : 1));
  writeChangeFile(path, changeFileOf({ ...change, ready }, config));
  call.out.line(`${own.id} is ready at height ${view.height}`);
  call.out.say(`  next    give ${path} to the others: lading network approve ${path}`);
  return EXIT.ok;
}
