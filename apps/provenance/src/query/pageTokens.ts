import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ApiFault } from '@lading/api';
import type { HttpReply } from '../http/http.types.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';

const LIFE_MS = 3_600_000;
const MAX_TOKEN = 1024;
/** Tokens that were ended before their time; beyond, the oldest are forgotten. */
const ENDED = 10_000;
const MAC_BYTES = 16;

export interface PageToken {
  readonly token: string;
  readonly expires: string;
}

/** A list that goes on behind the page in the answer. */
export interface NextPage {
  /** Everything that must be the same on the next page. */
  readonly scope: string;
  readonly position: readonly (string | number)[];
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>> | URLSearchParams;
}

/**
 * Page tokens: a position in a list, signed together with what the list was. Nothing is kept for them, so there is
 * nothing to release but the right to use one.
 */
@Injectable()
export class PageTokens implements OnModuleInit {
  private key: Uint8Array = new Uint8Array();
  private readonly ended = new Map<string, number>();

  constructor(@Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions) {}

  async onModuleInit(): Promise<void> {
    const { projection, randomBytes } = this.options;
    this.key = await projection.standing.setting('page-token-key', randomBytes(32));
  }

  /** Says in an answer where the next page is, and until when (RFC 8288). */
  offer(reply: HttpReply, { scope, position, path, parameters }: NextPage): void {
    const { token, expires } = this.issue(scope, position);
    const query = new URLSearchParams(parameters);
    query.set('nextPageToken', token);
    reply.header('Link', `<${path}?${query.toString()}>; rel="next"`).header('GS1-Next-Page-Token-Expires', expires);
  }

  issue(scope: string, position: readonly (string | number)[]): PageToken {
    const expiresMs = this.options.nowMs() + LIFE_MS;
    const text = [expiresMs.toString(36), ...position].join('.');
    const token = `${Buffer.from(text).toString('base64url')}.${this.mac(scope, text).toString('base64url')}`;
    return { token, expires: new Date(expiresMs).toISOString() };
  }

  /** The position in a token of this scope. Throws CURSOR_INVALID or CURSOR_EXPIRED. */
  read(scope: string, token: string): readonly string[] {
    const [encoded = '', mac = ''] = token.length > MAX_TOKEN ? [] : token.split('.');
    const text = Buffer.from(encoded, 'base64url').toString('utf8');
    const given = Buffer.from(mac, 'base64url');
    if (given.length !== MAC_BYTES || !timingSafeEqual(given, this.mac(scope, text))) {
      throw new ApiFault('CURSOR_INVALID', 'use a nextPageToken with exactly the request of the page that gave it');
    }
    const [expires = '', ...position] = text.split('.');
    if (this.ended.has(token) || Number.parseInt(expires, 36) < this.options.nowMs()) {
      throw new ApiFault('CURSOR_EXPIRED', 'the page token has come to its end; ask for the first page again');
    }
    return position;
  }

  end(token: string): void {
    const now = this.options.nowMs();
    for (const [old, untilMs] of this.ended) {
      if (untilMs >= now && this.ended.size < ENDED) break;
      this.ended.delete(old);
    }
    if (token.length <= MAX_TOKEN) this.ended.set(token, now + LIFE_MS);
  }

  private mac(scope: string, text: string): Buffer {
    return createHmac('sha256', this.key).update(`${scope.length}|${scope}|${text}`).digest().subarray(0, MAC_BYTES);
  }
}
