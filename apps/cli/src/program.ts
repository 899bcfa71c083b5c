import { Command, CommanderError, Option } from 'commander';
import { Call, type RawOptions } from './call.js';
import { COMMANDS, NOUNS } from './commandTree/commands.js';
import type { CommandSpec } from './commandTree/spec.js';
import { EXIT } from './exitCodes.js';
import { failureText } from './failure.js';
import { Output } from './output.js';
import { VERSION } from './version.js';

const GLOBAL_FLAGS: readonly (readonly [flags: string, description: string])[] = [
  ['--json', 'results as JSON'],
  ['--profile <name>', 'organization of the demo, or a folder with a network, an organization or profile.json'],
  ['--member <name>', 'who acts: NAME or ORGANIZATION/NAME'],
  ['--passphrase-file <file>', 'file with the passphrase of sealed keys'],
  ['--timeout <seconds>', 'give up after (default: 30)'],
  ['--no-input', 'never ask (this program never does)'],
  ['-q, --quiet', 'results only, no words'],
  ['--debug', 'show requests and stack traces']
];

const CLOSING = `
First steps:
  npm start                    a demo network of four organizations
  lading status                who is where
  lading trace LOT-7F3 --back  where did this coffee come from?

Exit codes: 0 ok, 1 failed, 2 usage, 3 proof false, 4 not allowed, 5 unreachable, 6 conflict`;

/** Runs the command line; resolves with the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command('lading')
    .description('Record, trace and prove shipments on a consortium ledger')
    .version(VERSION, '-V, --version')
    .enablePositionalOptions()
    .addHelpText('after', CLOSING);
  prepare(program, false);
  const nouns = new Map<string, Command>();
  for (const { name, summary, group } of NOUNS) {
    const noun = prepare(program.command(name).description(summary).helpGroup(`${group}:`), false);
    nouns.set(name, noun);
  }
  for (const spec of COMMANDS) {
    addCommand(spec, program, nouns, async (call) => {
      exitCode = await runCommand(spec, call);
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    // Commander has printed the help or the fault already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
  return exitCode;
}

function prepare(command: Command, isLeaf: boolean): Command {
  command
    .exitOverride()
    .showHelpAfterError(isLeaf ? '(add --help for examples)' : '(lading --help lists all commands)')
    .helpCommand(false);
  if (!isLeaf) command.showSuggestionAfterError(true);
  return command;
}

function addCommand(
  spec: CommandSpec,
  program: Command,
  nouns: ReadonlyMap<string, Command>,
  run: (call: Call) => Promise<void>
): void {
  const [noun = '', verb] = spec.name.split(' ');
  const parent = verb === undefined ? program : (nouns.get(noun) ?? program);
  const command = prepare(
    parent.command(`${verb ?? noun} ${spec.args ?? ''}`.trim()).description(spec.summary),
    true
  );
  if (spec.group !== undefined) command.helpGroup(`${spec.group}:`);
  for (const option of spec.options ?? []) {
    const made = new Option(option.flags, option.description);
    if (option.repeats === true) made.argParser((value: string, before: string[] = []) => [...before, value]);
    command.addOption(made);
  }
  if (spec.formats !== undefined) {
    const [first = 'human', ...others] = spec.formats;
    command.addOption(
      new Option('-o, --format <format>', `form of results, default ${first}`).choices([first, ...others])
    );
  }
  for (const [flags, description] of GLOBAL_FLAGS) command.option(flags, description);
  const examples = spec.examples.map(([line, comment]) => `  ${line.padEnd(52)} ${comment}`.trimEnd());
  command.addHelpText('before', `Examples:\n${examples.join('\n')}\n`);
  command.action(async () => {
    const options: RawOptions = command.opts();
    let call: Call;
    try {
      call = new Call(spec.name, command.args, options, spec.formats?.[0] ?? 'human');
    } catch (error) {
      const text = failureText(error);
      new Output('human', false).failure(text);
      throw new CommanderError(text.exitCode, 'usage', text.what);
    }
    await run(call);
  });
}

async function runCommand(spec: CommandSpec, call: Call): Promise<number> {
  try {
    const { run } = await spec.load();
    return await run(call);
  } catch (error) {
    const text = failureText(error);
    call.out.failure(text);
    if (call.globals.debug) process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    return text.exitCode;
  }
}
