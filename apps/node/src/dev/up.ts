import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ControlServer } from './controlServer.js';
import { DemoNetwork, type DemoOptions } from './demoNetwork.js';
import { Progress } from './progress.js';
import { loadStory } from './storyLoader.js';
import { demoTable, median } from './table.js';

export interface UpOptions extends DemoOptions {
  /** Superuser URL of another PostgreSQL server. */
  readonly postgresUrl?: string;
}

const TRY_NEXT = `
 Try next (in another terminal)
   npx lading trace LOT-7F3 --back              where did this coffee come from?
   npx lading prove LOT-7F3 -o lot.proof && npx lading verify lot.proof
   npx lading dev stop 2                        stop one node; blocks continue
   npx lading dev stop 3                        stop two; the network halts safely

 Ctrl-C stops everything; npm start goes on where it stopped.`;

/** Process id of a living owner of this demo, or null. */
export function livingOwner(controlFile: string): number | null {
  if (!existsSync(controlFile)) return null;
  try {
    const { pid } = JSON.parse(readFileSync(controlFile, 'utf8')) as { pid: number };
    process.kill(pid, 0);
    return pid === process.pid ? null : pid;
  } catch {
    return null;
  }
}

/** Runs the demo until a signal: resolves with the exit code. */
export async function up(options: UpOptions): Promise<number> {
  const progress = new Progress();
  const network = new DemoNetwork(options);
  const owner = livingOwner(network.layout.controlFile);
  if (owner !== null) {
    process.stderr.write(`The demo already runs (process ${owner}). See it: npx lading dev status\n`);
    return 6;
  }
  const interrupted = untilSignal(network);
  let control: ControlServer | null = null;
  try {
    const where = relative(process.cwd(), network.layout.directory) || '.';
    const { started, storage } = await bring(network, options, progress, where);
    control = new ControlServer(network.layout, network.nodes, storage);
    await control.start();
    progress.line();
    progress.line(await demoTable(network.layout, storage, started));
    progress.line(TRY_NEXT);
    await interrupted;
    progress.line('\n Stopping …');
    return 0;
  } catch (error) {
    process.stderr.write(
      `\n${error instanceof Error ? error.message : String(error)}\n\nWhat to do: npx lading doctor\n`
    );
    return 1;
  } finally {
    control?.stop();
    await network.stop();
    progress.line(' Stopped. Nothing is lost: npm start goes on.');
  }
}

async function bring(
  network: DemoNetwork,
  options: UpOptions,
  progress: Progress,
  where: string
): Promise<{ readonly started: number | null; readonly storage: string }> {
  progress.line('\n DEV ONLY  demo keys on this disk. For production see docs/operators/install.md\n');
  if (!network.exists)
    await progress.step(
      'Creating a demo network',
      () => network.create(),
      () => `Created a 4-organization demo network    ${where}`
    );
  await progress.step(
    'Starting PostgreSQL',
    () => network.startStorage(options.postgresUrl),
    () => 'Started PostgreSQL, one database an organization'
  );
  await progress.step(
    'Starting 4 nodes',
    async () => {
      await network.startNodes();
      await network.register();
    },
    () => 'Started 4 nodes (3 of 4 must agree)'
  );
  const story = await progress.step(
    'Loading the coffee story',
    (report) => loadStory(network.layout, network.genesis, report),
    ({ events, latenciesMs }) =>
      latenciesMs.length === 0
        ? `The coffee story is loaded: ${events} events`
        : `Loaded the coffee story: 3 farms, 1 port, 1 roaster, ${events} events`
  );
  return {
    started: story.latenciesMs.length === 0 ? null : median(story.latenciesMs),
    storage:
      options.postgresUrl === undefined
        ? `PostgreSQL in ${where}/pg (another server: --pg URL)`
        : 'PostgreSQL at the given URL'
  };
}

/** First SIGINT or SIGTERM resolves; a second SIGINT kills the nodes and ends at once. */
function untilSignal(network: DemoNetwork): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) {
        void network.stop(true).finally(() => process.exit(130));
        return;
      }
      asked = true;
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
