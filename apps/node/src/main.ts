import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { readNodeFiles } from './start/configFile.js';
import { readParts } from './start/nodeParts.js';
import { errorPages } from './start/paths.js';
import { startNode, type RunningNode } from './start/runningNode.js';
import { explain, StartFault } from './start/startFault.js';
import { Telemetry } from './start/telemetry.js';

/** A stop that takes longer than this ends the process: everything that was promised is durable by then. */
const STOP_MS = 10_000;

/** `node dist/main.js --config node.json`: one organization's node, until a signal. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  if (values.config === undefined) throw new StartFault('USAGE', 'main.js --config <node.json>');
  const files = await readNodeFiles(values.config, process.env);
  const telemetry = new Telemetry({
    format: files.config.log,
    onFatal: () => end(1)
  });
  const parts = await readParts(files);
  let running: RunningNode | null = null;
  let ending = false;
  const stop = (why: string): void => {
    if (ending) return;
    ending = true;
    telemetry.info(`stopping: ${why}`);
    setTimeout(() => end(1), STOP_MS).unref();
    // A signal during the start ends it: nothing has been promised to anybody yet.
    if (running === null) end(0);
    else
      running.stop().then(
        () => end(0),
        (error: unknown) => fail(error)
      );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (process.env['LADING_EXIT_WITH_PARENT'] === '1') process.on('disconnect', () => stop('its owner has ended'));
  running = await startNode(parts, files, telemetry);
  const { http, organization } = files.config;
  telemetry.info(`${organization} is up`, {
    http: `${http.host}:${running.httpPort}`,
    height: running.node.status().height
  });
}

function end(code: number): void {
  process.exit(code);
}

function fail(error: unknown): void {
  void explain(error, errorPages).then((text) => {
    process.stderr.write(`${text}\n`);
    end(1);
  });
}

main().catch(fail);
