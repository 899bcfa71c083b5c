import pc from 'picocolors';
import { safeText } from './text/safe.js';
import type { FailureText } from './failure.js';

export type Colors = ReturnType<typeof pc.createColors>;

/** Results go to stdout and words to stderr, so that a pipe gets results only. */
export class Output {
  /** Colours of results; plain when stdout is not a terminal or NO_COLOR is set. */
  readonly colors: Colors;
  readonly #wordColors: Colors;

  constructor(
    /** human, json, ndjson, env, tree or csv. */
    readonly format: string,
    private readonly quiet: boolean
  ) {
    const wanted = process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';
    this.colors = pc.createColors(wanted && process.stdout.isTTY);
    this.#wordColors = pc.createColors(wanted && process.stderr.isTTY);
  }

  get isJson(): boolean {
    return this.format === 'json' || this.format === 'ndjson';
  }

  /** One result; a line break is added. */
  line(text = ''): void {
    process.stdout.write(`${text}\n`);
  }

  /** Text as it is. */
  raw(text: string): void {
    process.stdout.write(text);
  }

  json(value: unknown): void {
    process.stdout.write(`${this.format === 'ndjson' ? JSON.stringify(value) : JSON.stringify(value, null, 2)}\n`);
  }

  /** Words about what happened and what comes next; silenced by -q. */
  say(text: string): void {
    if (!this.quiet) process.stderr.write(`${text}\n`);
  }

  /** Words that -q does not silence. */
  warn(text: string): void {
    process.stderr.write(`${this.#wordColors.yellow('!')} ${text}\n`);
  }

  failure(text: FailureText): void {
    if (this.isJson) {
      process.stderr.write(`${JSON.stringify(text)}\n`);
      return;
    }
    const { red, dim } = this.#wordColors;
    const lines = (label: string, words: string): string[] =>
      words === ''
        ? []
        : words.split('\n').map((line, i) => `  ${dim(i === 0 ? label.padEnd(8) : ' '.repeat(8))}${safeText(line)}`);
    const code = text.code === '' || text.what.includes(text.code) ? '' : ` (${text.code})`;
    const request = text.requestId === '' ? [] : lines('request', text.requestId);
    const all = [
      `${red('✖')} ${safeText(text.what)}${code}`,
      ...lines('why', text.why),
      ...request,
      ...lines('next', text.next)
    ];
    process.stderr.write(`${all.join('\n')}\n`);
  }
}
