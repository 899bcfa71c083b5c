import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { inspectKeyFile, spkiHashOf } from '@lading/identity';
import { fromBase64Url, toBase64Url, type Result } from '@lading/kernel';
import {
  changedConfig,
  checkConfigStep,
  configHash,
  newValidators,
  NUMERIC_PARAMETERS,
  organizationFromJson,
  quorum,
  type NetworkParameters,
  type OrganizationConfig,
  type OrganizationRole
} from '@lading/ledger';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { CliFailure, usage } from '../../failure.js';
import { changeFileOf, readChangeContent, writeChangeFile } from '../../files/changeFile.js';
import { Session } from '../../profile/session.js';
import { changeLines } from '../../text/changeLines.js';

/** Writes the config in force, as changed, to a file. Nothing reaches the ledger. */
export async function run(call: Call): Promise<number> {
  const out = call.required('out', '--out FILE');
  const config = await Session.open(call).client.config({ timeoutMs: call.globals.timeoutMs });
  const again = call.option('again');
  const base = again === undefined ? config : readChangeContent(again);
  const organizations = await changedOrganizations(call, base.organizations);
  const parameters = changedParameters(call, base.parameters);
  const prevConfigHash = configHash(config);
  const change = { prevConfigHash, organizations, parameters, approvals: [], ready: [] };
  const next = changedConfig(change, config);
  if (toBase64Url(configHash({ ...next, epoch: config.epoch })) === toBase64Url(prevConfigHash)) {
    throw usage('This changes nothing', 'lading network propose --help');
  }
  refuse(checkConfigStep(config, next));
  const file = changeFileOf(change, config);
  writeChangeFile(out, file);
  call.out.line(out);
  for (const line of changeLines(config, next)) call.out.say(line);
  call.out.say(`Hash of the next config: ${file.hash}`);
  const fresh = newValidators(config, next).map(({ id }) => id);
  if (fresh.length > 0) call.out.say(`  next    ${fresh.join(', ')}: lading network ready ${out} --key FILE`);
  call.out.say(`  next    ${quorum(config.organizations.length)} organizations: lading network approve ${out}`);
  return EXIT.ok;
}

function refuse(result: Result<true>): void {
  if (result.ok) return;
  const { code, detail, pointer } = result;
  const next = 'docs/operators/change-members.md says what may change at once';
  throw new CliFailure({ code, what: 'The network may not change in this way', why: `${detail} (${pointer ?? '/'})`, next });
}

async function changedOrganizations(
  call: Call,
  base: readonly OrganizationConfig[]
): Promise<readonly OrganizationConfig[]> {
  const known = new Map<string, OrganizationConfig>(base.map((one) => [one.id, one]));
  const present = (id: string): OrganizationConfig => {
    const found = known.get(id);
    if (found === undefined) throw usage(`${id} is not an organization of this network`, 'lading network show');
    return found;
  };
  for (const file of call.list('add')) {
    const added = organizationFromJson(new Uint8Array(readFileSync(file)));
    if (!added.ok) {
      const what = `${file} describes no organization`;
      throw new CliFailure({ code: added.code, what, why: added.detail, next: 'lading init organization makes it' });
    }
    if (known.has(added.value.id)) throw usage(`${added.value.id} is in the network already`, 'lading network show');
    known.set(added.value.id, added.value);
  }
  for (const id of call.list('remove')) known.delete(present(id).id);
  for (const [id, key] of pairs(call, 'replaceKey')) known.set(id, { ...present(id), validatorKey: await publicKey(key) });
  for (const [id, key] of pairs(call, 'replaceAdminKey')) known.set(id, { ...present(id), adminKey: await publicKey(key) });
  for (const [id, file] of pairs(call, 'replaceTls')) {
    const { raw } = new X509Certificate(readFileSync(file));
    known.set(id, { ...present(id), tlsKeyHash: spkiHashOf(new Uint8Array(raw)) });
  }
  for (const [id, role] of pairs(call, 'role')) {
    const { roles: _before, ...without } = present(id);
    known.set(id, role === '' ? without : { ...without, roles: [role as OrganizationRole] });
  }
  return [...known.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** "name=value" of a repeated option. */
function pairs(call: Call, option: string): readonly (readonly [string, string])[] {
  return call.list(option).map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw usage(`"${text}" is not NAME=VALUE`, 'lading network propose --help');
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

/** Base64url of a public key, or a key file, of which only the public key is read. */
async function publicKey(text: string): Promise<Uint8Array> {
  const bytes = /^[A-Za-z0-9_-]{43}$/.test(text) ? fromBase64Url(text) : null;
  return bytes ?? (await inspectKeyFile(text)).publicKey;
}

function changedParameters(call: Call, present: NetworkParameters): NetworkParameters {
  let parameters = present;
  for (const [name, value] of pairs(call, 'set')) {
    const numeric = NUMERIC_PARAMETERS.find((known) => known === name);
    if (numeric === undefined && name !== 'profile') {
      throw usage(`There is no parameter ${name}`, `one of: ${[...NUMERIC_PARAMETERS, 'profile'].join(', ')}`);
    }
    // Ranges and names of profiles are checked with the rules of the step.
    parameters = { ...parameters, [name]: numeric === undefined ? value : Number(value) };
  }
  return parameters;
}
