import { usage } from './failure.js';
import { Output } from './output.js';

/** Values as the parser of the command line gives them. */
export type RawOptions = Readonly<Record<string, unknown>>;

/** Flags that every command has. */
export interface Globals {
  readonly profile: string | undefined;
  readonly member: string | undefined;
  readonly passphraseFile: string | undefined;
  readonly timeoutMs: number;
  readonly debug: boolean;
}

const DEFAULT_TIMEOUT_SECONDS = '30';

/** One run of a command: its arguments, options and where its words go. */
export class Call {
  readonly out: Output;
  readonly globals: Globals;

  constructor(
    /** "event submit" */
    readonly command: string,
    readonly args: readonly string[],
    private readonly options: RawOptions,
    private readonly defaultFormat: string
  ) {
    const format = this.flag('json') ? 'json' : (this.option('format') ?? defaultFormat);
    this.out = new Output(format, this.flag('quiet'));
    this.globals = {
      profile: this.option('profile') ?? envOf('LADING_PROFILE'),
      member: this.option('member') ?? envOf('LADING_MEMBER'),
      passphraseFile: this.option('passphraseFile') ?? envOf('LADING_PASSPHRASE_FILE'),
      timeoutMs: this.seconds('timeout', this.option('timeout') ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
      debug: this.flag('debug')
    };
  }

  /** The same call with another profile, for commands whose argument names one. */
  withProfile(profile: string): Call {
    return new Call(this.command, this.args, { ...this.options, profile }, this.defaultFormat);
  }

  arg(index: number): string {
    const value = this.args[index];
    if (value === undefined) throw usage('An argument is missing', `lading ${this.command} --help`);
    return value;
  }

  option(name: string): string | undefined {
    const value = this.options[name];
    return typeof value === 'string' ? value : undefined;
  }

  required(name: string, flag: string): string {
    const value = this.option(name);
    if (value === undefined) throw usage(`${flag} is missing`, `lading ${this.command} --help`);
    return value;
  }

  list(name: string): readonly string[] {
    const value = this.options[name];
    return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
  }

  flag(name: string): boolean {
    return this.options[name] === true;
  }

  /** A positive number of an option or argument. */
  count(what: string, text: string, most = 1_000_000): number {
    const value = Number(text);
    if (!/^[0-9]{1,9}$/.test(text) || value < 1 || value > most) {
      throw usage(`${what} is a number from 1 to ${most}, not "${text}"`, `lading ${this.command} --help`);
    }
    return value;
  }

  private seconds(what: string, text: string): number {
    const value = Number(text);
    if (!/^[0-9]+(\.[0-9]+)?$/.test(text) || value <= 0 || value > 86_400) {
      throw usage(`--${what} takes seconds, not "${text}"`, `lading ${this.command} --help`);
    }
    return value;
  }
}

export type Run = (call: Call) => Promise<number>;

function envOf(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
}
