import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Nest's own lines through our logger: `app.useLogger(new NestLogger(logger))`. Nest's context comes last. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...more: unknown[]): void {
    this.logger.debug(textOf(message), contextOf(more));
  }

  error(message: unknown, ...more: unknown[]): void {
    this.logger.error(textOf(message), { ...contextOf(more), ...(message instanceof Error ? { error: message } : {}) });
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.logger.warn(textOf(message), contextOf(more));
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.logger.debug(textOf(message), contextOf(more));
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.logger.debug(textOf(message), contextOf(more));
  }
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  return message instanceof Error ? message.message : 'Nest logged an object';
}

function contextOf(more: readonly unknown[]): Readonly<Record<string, unknown>> {
  const context = more.at(-1);
  return typeof context === 'string' ? { context } : {};
}
