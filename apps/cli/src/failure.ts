import { EXIT, type ExitCode } from './exitCodes.js';

export interface FailureText {
  /** Stable UPPER_SNAKE code where there is one, else ''. */
  readonly code: string;
  readonly what: string;
  readonly why: string;
  /** The command, or the deed, that comes next. */
  readonly next: string;
  /** Id under which the node's log has the request, or ''. */
  readonly requestId: string;
  readonly exitCode: ExitCode;
}

/** An end of a command that the user can do something about. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly text: FailureText;

  constructor(
    text: Partial<FailureText> & Pick<FailureText, 'what' | 'next'>,
    options?: { readonly cause?: unknown }
  ) {
    super(text.what, options);
    this.text = { code: '', why: '', requestId: '', exitCode: EXIT.failed, ...text };
  }
}

export const usage = (what: string, next: string): CliFailure => new CliFailure({ what, next, exitCode: EXIT.usage });

interface Coded {
  readonly name: string;
  readonly code: string;
  readonly detail: string;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly url: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
  readonly data: unknown;
}

/** What to do next, for codes where one sentence helps more than the page of the code. */
const NEXT: Readonly<Record<string, string>> = {
  NODE_UNREACHABLE: 'lading status        (in the demo: npm start, or lading dev start N)',
  NODE_TIMEOUT: 'lading status, then run the same command again: nothing is done twice',
  NOT_CERTIFIED_YET: 'run it again in a moment; if it stays so: lading status',
  COMMIT_TIMEOUT: 'lading status, then run the same command again: nothing is done twice',
  NODE_HALTED: 'lading status        says what is missing',
  NODE_SYNCING: 'run it again in a moment',
  SIGNATURE_REQUIRED: 'choose a member whose key you hold: --member NAME',
  KEY_NOT_ACTIVE: 'lading member list   shows which keys are active',
  ITEM_UNKNOWN: 'lading event list    shows what was recorded',
  EVENT_UNKNOWN: 'lading event list    shows what was recorded',
  AMBIGUOUS_ITEM: 'run it again with one of the full identifiers above',
  ROLE_MISSING: 'lading member list   shows the roles of each member'
};

/** Any error as what, why and next. Bugs keep their own name: they are reported, not explained. */
export function failureText(error: unknown): FailureText {
  if (error instanceof CliFailure) return error.text;
  const { name, message } = error as Error;
  if (name === 'LadingError') return ladingFailure(error as Coded);
  if (name === 'IdentityFault') return identityFailure(error as Error & { readonly code: string });
  const { code, path } = error as { readonly code?: unknown; readonly path?: unknown };
  if (code === 'ENOENT' && typeof path === 'string') {
    return {
      code: '',
      what: `There is no file ${path}`,
      why: '',
      next: 'check the name',
      requestId: '',
      exitCode: EXIT.failed
    };
  }
  if (typeof code === 'string' && typeof path === 'string') {
    return {
      code: '',
      what: `${path} cannot be used`,
      why: message,
      next: 'check the file and its mode',
      requestId: '',
      exitCode: EXIT.failed
    };
  }
  const next = 'run it again with --debug; if it stays so, report it with that output';
  return {
    code: '',
    what: 'Something went wrong inside lading',
    why: `${name}: ${message}`,
    next,
    requestId: '',
    exitCode: EXIT.failed
  };
}

function ladingFailure(error: Coded): FailureText {
  const { code, status, requestId, url } = error;
  const details = error.errors
    .slice(0, 20)
    .map((one) => `${one.pointer === '' ? 'document' : one.pointer}: ${one.detail} (${one.code})`);
  const origin = status === null || url === '' ? '' : new URL(url).origin;
  return {
    code,
    what: status === null ? sentenceOf(error.detail) : `The node answered ${code}`,
    why: [...(status === null ? [] : [error.detail]), ...candidates(error.data), ...details].join('\n'),
    next: NEXT[code] ?? (origin === '' ? 'lading doctor' : `read ${origin}/errors/${code}`),
    requestId: requestId ?? '',
    exitCode: exitCodeOf(code, status)
  };
}

function exitCodeOf(code: string, status: number | null): ExitCode {
  if (code === 'NODE_UNREACHABLE' || code === 'NODE_TIMEOUT' || code === 'NOT_CERTIFIED_YET') return EXIT.unreachable;
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 409) return EXIT.conflict;
  if (status === 408 || status === 429 || (status !== null && status >= 502)) return EXIT.unreachable;
  return EXIT.failed;
}

/** AMBIGUOUS_ITEM lists what it could be. */
function candidates(data: unknown): readonly string[] {
  const list = Array.isArray(data)
    ? data
    : typeof data === 'object' && data !== null
      ? Object.values(data).find(Array.isArray)
      : undefined;
  return (list ?? []).slice(0, 20).flatMap((one: unknown) => (typeof one === 'string' ? [`  ${one}`] : []));
}

function identityFailure(error: Error & { readonly code: string }): FailureText {
  const notAllowed = error.code === 'KEY_FILE_MODE' || error.code === 'KEY_PASSPHRASE';
  return {
    code: error.code,
    what: sentenceOf(error.message.replace(`${error.code}: `, '')),
    why: '',
    next:
      error.code === 'KEY_PASSPHRASE'
        ? 'name the file that holds the passphrase: --passphrase-file FILE'
        : 'lading doctor',
    requestId: '',
    exitCode: notAllowed ? EXIT.notAllowed : error.code === 'KEY_FILE_EXISTS' ? EXIT.conflict : EXIT.failed
  };
}

const sentenceOf = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
