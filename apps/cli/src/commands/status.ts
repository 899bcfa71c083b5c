import type { NodeStatusAnswer } from '@lading/api';
import { LadingClient } from '@lading/sdk';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { CliFailure } from '../failure.js';
import { findProfile, type KnownOrganization } from '../profile/profile.js';
import { readGenesis } from '../profile/genesis.js';
import { NameBook } from '../text/nameBook.js';
import { safeText } from '../text/safe.js';
import { table } from '../text/table.js';

/** A node that is alone on a machine answers in milliseconds; one that does not in this time is as good as away. */
const ANSWER_MS = 3_000;

interface Row {
  readonly organization: KnownOrganization;
  readonly status: NodeStatusAnswer | null;
}

export async function run(call: Call): Promise<number> {
  const profile = findProfile(call.globals.profile, null);
  const { config } = readGenesis(profile.genesisFile);
  const names = new NameBook(config);
  const timeoutMs = Math.min(ANSWER_MS, call.globals.timeoutMs);
  const rows = await Promise.all(
    profile.organizations.map(async (organization) => ({ organization, status: await ask(organization, timeoutMs) }))
  );
  const running = rows.flatMap(({ status }) => (status === null ? [] : [status]));
  const agreement = agreementOf(running);
  if (call.out.isJson) {
    const organizations = rows.map(({ organization, status }) => ({
      id: organization.id,
      url: organization.url,
      reachable: status !== null,
      status
    }));
    call.out.json({ agreement: { ...agreement, validators: config.organizations.length }, organizations });
  } else if (running.length > 0) print(call, rows, names, agreement, config.organizations.length);
  if (running.length === 0) {
    throw new CliFailure({
      code: 'NODE_UNREACHABLE',
      what: 'No node answers',
      why: rows.map(({ organization }) => `${organization.id}: ${organization.url ?? 'no address known'}`).join('\n'),
      next: 'npm start        (demo); or lading doctor',
      exitCode: EXIT.unreachable
    });
  }
  return agreement.differ ? EXIT.failed : EXIT.ok;
}

async function ask({ url }: KnownOrganization, timeoutMs: number): Promise<NodeStatusAnswer | null> {
  if (url === null) return null;
  return new LadingClient({ urls: [url], timeoutMs, delay: () => Promise.resolve() }).status().catch(() => null);
}

interface Agreement {
  readonly height: number;
  /** Nodes at the greatest height with one state. */
  readonly agree: number;
  /** Two nodes show different blocks or states for one height: that must never happen. */
  readonly differ: boolean;
}

function agreementOf(statuses: readonly NodeStatusAnswer[]): Agreement {
  const height = Math.max(0, ...statuses.map((status) => status.height));
  const seen = new Map<number, string>();
  const differ = statuses.some((status) => {
    const shown = `${status.blockHash} ${status.stateRoot}`;
    const before = seen.get(status.height);
    seen.set(status.height, shown);
    return before !== undefined && before !== shown;
  });
  return { height, agree: statuses.filter((status) => status.height === height).length, differ };
}

function historyText({ height, target, problem }: NonNullable<NodeStatusAnswer['history']>): string {
  const why = problem === null ? '' : `; ${safeText(problem)}`;
  return `began from a snapshot, and has fetched ${height} of the ${target} blocks below${why}`;
}

function print(call: Call, rows: readonly Row[], names: NameBook, agreement: Agreement, validators: number): void {
  const { green, red, yellow, dim } = call.out.colors;
  const head = ['', 'Organization', 'Height', 'Certified', 'Mode', 'Reaches', 'Final in', 'Web and API'];
  const lines = rows.map(({ organization, status }) => {
    const name = names.organization(organization.id);
    if (status === null) return [red('✖'), name, '–', '–', red('not reachable'), '', '', organization.url ?? ''];
    const latency = status.commitLatencyMs === null ? '–' : `${status.commitLatencyMs.median.toFixed(0)} ms`;
    return [
      status.ready ? green('✔') : yellow('!'),
      name,
      String(status.height),
      String(status.certifiedHeight),
      status.mode.toLowerCase(),
      `${status.reachable} of ${status.validators}`,
      latency,
      organization.url ?? ''
    ];
  });
  call.out.line(table([head.map((cell) => dim(cell)), ...lines]));
  call.out.line();
  const text = `Height ${agreement.height}  ·  ${agreement.agree}/${validators} agree`;
  call.out.line(
    agreement.differ ? red('STATES DIFFER: stop, keep all disks, and run lading audit db on every node') : text
  );
  const [any] = rows.flatMap(({ status }) => (status === null ? [] : [status]));
  if (any !== undefined && any.quorumMargin === 0)
    call.out.line(yellow('One more failure halts the network (safely).'));
  for (const { organization, status } of rows) {
    if (status?.history !== undefined) call.out.line(dim(`  ${names.organization(organization.id)}: ${historyText(status.history)}`));
    if (status !== null && status.reason !== null)
      call.out.line(`${yellow('!')} ${names.organization(organization.id)}: ${safeText(status.reason)}`);
  }
}
