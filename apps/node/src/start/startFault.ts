import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Something that the operator set up wrongly; the process says so and ends with exit code 1. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
  constructor(
    readonly code: 'CONFIG_INVALID' | 'GENESIS_UNUSABLE' | 'ORGANIZATION_UNKNOWN' | 'HTTP_LISTEN' | 'USAGE',
    detail: string
  ) {
    super(`${code}: ${detail}`);
  }
}

/** Code, what happened and what to do, for stderr. What to do comes from the code's page. */
export async function explain(error: unknown, errorPages: string): Promise<string> {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code !== 'string' || !/^[A-Z][A-Z0-9_]+$/.test(code) || typeof message !== 'string') {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const what = message.startsWith(code) ? message : `${code}: ${message}`;
  const page = await readFile(join(errorPages, `${code}.md`), 'utf8').catch(() => '');
  const advice = /\*\*What to do\.?\*\*\s*([\s\S]*?)(?:\n\n|$)/.exec(page)?.[1];
  return advice === undefined ? what : `${what}\nWhat to do: ${advice.replace(/\s+/g, ' ').trim()}`;
}
