import { redact, redactText } from './redact.js';
import type { Loggable } from './redact.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'human' | 'json';
export type LogFields = Readonly<Record<string, unknown>>;

export interface LoggerOptions {
  readonly format: LogFormat;
  /** Lines below it are dropped; info by default. */
  readonly level?: LogLevel;
  /** What speaks: `node`, `consensus`, `http`. */
  readonly name?: string;
  /** On every line. */
  readonly fields?: LogFields;
  /** Takes one line with its line break; stderr by default, since stdout is for results. */
  readonly write?: (line: string) => void;
  readonly nowMs?: () => number;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Structured logging: one line an entry, for people or as JSON. Everything passes redact(). */
export class Logger {
  readonly #options: Required<LoggerOptions>;

  constructor(options: LoggerOptions) {
    this.#options = {
      level: 'info',
      name: 'node',
      fields: {},
      write: (line) => void process.stderr.write(line),
      nowMs: Date.now,
      ...options
    };
  }

  /** The same output under another name, with more fields on every line. */
  child(name: string, fields: LogFields = {}): Logger {
    return new Logger({ ...this.#options, name, fields: { ...this.#options.fields, ...fields } });
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#log('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#log('error', message, fields);
  }

  #log(level: LogLevel, message: string, fields: LogFields | undefined): void {
    const { format, name, write, nowMs } = this.#options;
    if (RANK[level] < RANK[this.#options.level]) return;
    const time = new Date(nowMs()).toISOString();
    const shown = redact({ ...this.#options.fields, ...fields }) as Readonly<Record<string, Loggable>>;
    const text = redactText(message);
    write(format === 'json' ? jsonLine(time, level, name, text, shown) : humanLine(time, level, name, text, shown));
  }
}

function jsonLine(
  time: string, level: LogLevel, name: string, message: string, fields: Readonly<Record<string, Loggable>>
): string {
  // Our own members last: a field cannot pass itself off as one of them.
  return `${JSON.stringify({ ...fields, time, level, name, message })}\n`;
}

function humanLine(
  time: string, level: LogLevel, name: string, message: string, fields: Readonly<Record<string, Loggable>>
): string {
  const head = `${time.slice(11, 23)} ${level.toUpperCase().padEnd(5)} ${name.padEnd(9)}`;
  const shown = Object.entries(fields).map(([field, value]) => ` ${oneLine(field)}=${humanValue(value)}`);
  return `${head} ${oneLine(message)}${shown.join('')}\n`;
}

function humanValue(value: Loggable): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return oneLine(value);
  return oneLine(JSON.stringify(value));
}

/** Control characters and line separators would let an entry look like several, or steer the terminal. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (char) => {
    if (char === '\n') return '\\n';
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
