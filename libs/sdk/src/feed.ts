import { LadingError } from './errors.js';
import type { HttpClient } from './http/httpClient.js';
import { delay } from './http/retry.js';
import { questionPath } from './questions.js';

export interface FeedQuery {
  /** Operations, or families of them: `epcis.capture`, `recall`. */
  readonly types?: readonly string[];
  readonly organizations?: readonly string[];
  readonly statuses?: readonly string[];
  /** Cursor of the last message seen; '0.0' is the beginning. Default: what happens from now on. */
  readonly after?: string;
  readonly signal?: AbortSignal;
}

export interface FeedMessage {
  /** Keep it: with it the next run goes on here. */
  readonly cursor: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const PAUSE_MS = 1000;
/** Longer messages are no messages. */
const MESSAGE_CHARACTERS = 4 << 20;

/** Messages of the feed, for ever: a connection that ends is opened again behind the last message. */
export async function* followFeed(http: HttpClient, query: FeedQuery): AsyncGenerator<FeedMessage> {
  const signal = query.signal ?? new AbortController().signal;
  let cursor = query.after;
  while (!signal.aborted) {
    const path = questionPath('/v1/stream', '', {
      types: query.types?.join(','),
      organizations: query.organizations?.join(','),
      statuses: query.statuses?.join(','),
      after: cursor
    });
    try {
      const { body } = await http.open(path, { accept: 'text/event-stream' }, signal);
      for await (const message of messagesOf(body as AsyncIterable<Uint8Array> | null)) {
        cursor = message.cursor;
        yield message;
      }
    } catch (error) {
      if (signal.aborted) return;
      // A broken connection is no LadingError: `fetch` tells it while the body is read.
      if (error instanceof LadingError && !error.retryable && error.code !== 'NODE_UNREACHABLE') throw error;
    }
    await delay(PAUSE_MS, signal).catch(() => undefined);
  }
}

async function* messagesOf(body: AsyncIterable<Uint8Array> | null): AsyncGenerator<FeedMessage> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const message = messageOf(text.slice(0, end).split('\n'));
      text = text.slice(end + 2);
      if (message !== null) yield message;
    }
    if (text.length > MESSAGE_CHARACTERS) return;
  }
}

function messageOf(lines: readonly string[]): FeedMessage | null {
  const field = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const [cursor, type, data] = [field('id'), field('event'), field('data')];
  if (cursor === undefined || type === undefined || data === undefined) return null;
  return { cursor, type, data: JSON.parse(data) as FeedMessage['data'] };
}
