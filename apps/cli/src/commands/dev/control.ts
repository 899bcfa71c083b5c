import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { CliFailure, usage } from '../../failure.js';
import { findDemo } from '../../profile/profile.js';

/** The demo's owner, as its control API answers. */
export interface DemoStatus {
  readonly storage: string;
  readonly organizations: readonly {
    readonly n: number;
    readonly id: string;
    readonly name: string;
    readonly url: string;
    readonly running: boolean;
    readonly pid: number | null;
  }[];
}

interface Control {
  readonly port: number;
  readonly secret: string;
  readonly pid: number;
}

/** A node that starts replays what it missed before it answers. */
const START_MS = 45_000;

/** Folder of the demo: the profile's, when it names one, else `.lading/demo` here or above. */
export function demoDirectory(call: Call): string {
  const { profile } = call.globals;
  if (profile !== undefined && existsSync(join(profile, 'genesis.json'))) return profile;
  const demo = findDemo();
  if (demo === null) throw notRunning('no .lading/demo in this folder or above it');
  return demo;
}

/** The owner's process id, or null when no owner lives. */
export function ownerOf(directory: string): number | null {
  const control = readControl(directory);
  if (control === null) return null;
  try {
    process.kill(control.pid, 0);
    return control.pid;
  } catch (error) {
    // A process of another user cannot be signalled, but it lives.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? control.pid : null;
  }
}

export async function demoStatus(call: Call): Promise<DemoStatus> {
  return ask(call, 'GET', '/status');
}

/** `stop` or `start` of the node that the first argument numbers. */
export async function switchNode(call: Call, action: 'stop' | 'start'): Promise<DemoStatus> {
  const text = call.arg(0);
  const { organizations } = await demoStatus(call);
  const known = organizations.find(({ n, id }) => String(n) === text || id === text);
  if (known === undefined) {
    throw usage(
      `There is no node "${text}"`,
      `choose: ${organizations.map(({ n, name }) => `${n} ${name}`).join(', ')}`
    );
  }
  return ask(call, 'POST', `/${action}`, { n: known.n });
}

async function ask(call: Call, method: 'GET' | 'POST', path: string, body?: object): Promise<DemoStatus> {
  const directory = demoDirectory(call);
  const control = readControl(directory);
  if (control === null) throw notRunning(`${directory} has no control.json`);
  let response: Response;
  try {
    response = await fetch(`http://127.0.0.1:${control.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${control.secret}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(START_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    });
  } catch {
    throw notRunning(`nobody answers on port ${control.port}: the demo has ended`);
  }
  const answer = (await response.json()) as DemoStatus & { readonly error?: string };
  if (!response.ok) {
    throw new CliFailure({
      what: 'The demo refused',
      why: answer.error ?? `status ${response.status}`,
      next: 'lading dev logs N'
    });
  }
  return answer;
}

function readControl(directory: string): Control | null {
  try {
    const { port, secret, pid } = JSON.parse(
      readFileSync(join(directory, 'control.json'), 'utf8')
    ) as Partial<Control>;
    return typeof port === 'number' && typeof secret === 'string' && typeof pid === 'number'
      ? { port, secret, pid }
      : null;
  } catch {
    return null;
  }
}

const notRunning = (why: string): CliFailure =>
  new CliFailure({
    what: 'The demo does not run',
    why,
    next: 'npm start        in another terminal',
    exitCode: EXIT.unreachable
  });
