import type { Run } from '../call.js';

export interface OptionSpec {
  /** As commander reads them: "--since <time>". */
  readonly flags: string;
  readonly description: string;
  /** May be given several times. */
  readonly repeats?: boolean;
}

/** What the command line knows of a command before it runs; the code is loaded only then. */
export interface CommandSpec {
  /** Noun and verb: "event submit". */
  readonly name: string;
  /** "<file>", "[organization]". */
  readonly args?: string;
  readonly summary: string;
  /** Of commands without a verb; the others stand with their noun. */
  readonly group?: Group;
  /** Values of -o; the first is the default. Without them there is no -o, or it is an option of the command's own. */
  readonly formats?: readonly string[];
  readonly options?: readonly OptionSpec[];
  readonly examples: readonly (readonly [command: string, comment: string])[];
  readonly load: () => Promise<{ readonly run: Run }>;
}

/** Heading under which `lading --help` shows a command or noun. */
export type Group = 'Members' | 'Auditors (no login; works offline)' | 'Operators';

export interface NounSpec {
  readonly name: string;
  readonly summary: string;
  readonly group: Group;
}
