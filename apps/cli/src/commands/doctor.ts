import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { examineDatabase } from '../doctor/database.js';
import { bad, unknown, type Finding } from '../doctor/finding.js';
import { examineKeyFiles } from '../doctor/keyFiles.js';
import { examineMachine } from '../doctor/machine.js';
import { examineBroker } from '../doctor/broker.js';
import { examineNode } from '../doctor/nodes.js';
import { failureText } from '../failure.js';
import { findProfile, type Profile } from '../profile/profile.js';

export async function run(call: Call): Promise<number> {
  const findings: Finding[] = [];
  const add = (found: readonly Finding[]): void => {
    findings.push(...found);
    if (!call.out.isJson) for (const finding of found) print(call, finding);
  };
  add(await examineMachine(process.cwd()));
  const profile = profileOf(call, add);
  if (profile !== null) {
    const directories = profile.organizations.flatMap(({ directory }) => (directory === null ? [] : [directory]));
    if (directories.length > 0) add(examineKeyFiles(directories));
    for (const organization of profile.organizations) {
      add(await examineNode(organization));
      if (organization.directory === null) continue;
      add([await examineDatabase(organization.id, organization.directory)]);
      add(await examineBroker(organization.id, organization.directory, organization.url));
    }
  }
  const wrong = findings.filter(({ state }) => state === 'bad').length;
  if (call.out.isJson) call.out.json({ ok: wrong === 0, findings });
  else call.out.say(wrong === 0 ? 'Nothing found that would keep things from working.' : `${wrong} found.`);
  return wrong === 0 ? EXIT.ok : EXIT.failed;
}

function profileOf(call: Call, add: (found: readonly Finding[]) => void): Profile | null {
  try {
    return findProfile(call.globals.profile, null);
  } catch (error) {
    const { what, why, next } = failureText(error);
    // Without a name the lack of a demo is no fault: there is simply nothing more to look at.
    add([call.globals.profile === undefined ? unknown(`${what} (${next})`) : bad(what, why, next)]);
    return null;
  }
}

function print(call: Call, { state, what, cause, fix }: Finding): void {
  const { green, red, dim } = call.out.colors;
  const mark = state === 'good' ? green('✔') : state === 'bad' ? red('✖') : dim('–');
  call.out.line(` ${mark} ${what}`);
  if (cause !== '') call.out.line(`     ${dim('cause')}  ${cause}`);
  if (fix !== '') call.out.line(`     ${dim('fix')}    ${fix}`);
}
