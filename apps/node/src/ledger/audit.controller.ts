import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, MEDIA, schemaRef, type StateDigests, type StateEntries } from '@lading/api';
import { Roles } from '@lading/identity';
import { fromBase64Url, fromHex, LIMITS, toBase64Url } from '@lading/kernel';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/openApi.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';

/** The prefix of a question is shorter than a keyHash. */
const PREFIX_BYTES = 31;

/** For auditors who look for the first key in which two nodes differ (`lading audit compare`). */
@ApiTags('Audit')
@ApiBearerAuth()
@Controller('v1/audit')
export class LedgerAuditController {
  constructor(@Inject(NODE_CONTEXT) private readonly context: NodeContext) {}

  /** Digests of the state by the bytes of key hashes. Without a prefix the node reads its whole state. */
  @Get('state')
  @Roles('audit', 'admin')
  @ApiQuery({ name: 'prefix', required: false, description: 'Hex of the first bytes of keyHash, at most 31' })
  @ApiResponse({ status: 200, description: 'A digest for each next byte', schema: schemaRef('StateDigests') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getStateDigests(@Query('prefix') prefix: unknown, @Res() reply: HttpReply): Promise<void> {
    const bytes = prefixOf(prefix);
    const { height, groups } = await this.context.stateDigests.digests(bytes);
    const answer: StateDigests = {
      ...{ height, prefix: Buffer.from(bytes).toString('hex') },
      groups: groups.map(({ byte, count, digest }) => ({ byte, count, digest: toBase64Url(digest) }))
    };
    send(reply, height, answer);
  }

  @Get('entries')
  @Roles('audit', 'admin')
  @ApiQuery({ name: 'prefix', required: false })
  @ApiQuery({ name: 'after', required: false, description: 'keyHash of the last entry seen' })
  @ApiQuery({ name: 'perPage', required: false })
  @ApiResponse({ status: 200, description: 'Keys and hashes, ascending by keyHash', schema: schemaRef('StateEntries') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getStateEntries(
    @Query('prefix') prefix: unknown,
    @Query('after') after: unknown,
    @Query('perPage') perPage: unknown,
    @Res() reply: HttpReply
  ): Promise<void> {
    const bytes = prefixOf(prefix);
    const seen = after === undefined ? new Uint8Array(0) : typeof after === 'string' ? fromBase64Url(after) : null;
    if (seen === null) throw new ApiFault('PARAMETER_INVALID', 'after is base64url of a keyHash');
    const limit = limitOf(perPage);
    const { height, entries } = await this.context.stateDigests.entries(bytes, seen, limit + 1);
    const page = entries.slice(0, limit);
    const last = page.at(-1);
    const answer: StateEntries = {
      ...{ height, prefix: Buffer.from(bytes).toString('hex') },
      items: page.map(({ key, keyHash, valueHash }) => ({
        ...{ key: new TextDecoder().decode(key), keyHash: toBase64Url(keyHash), valueHash: toBase64Url(valueHash) }
      })),
      next: entries.length > limit && last !== undefined ? toBase64Url(last.keyHash) : null
    };
    send(reply, height, answer);
  }
}

function send(reply: HttpReply, height: number, answer: object): void {
  reply.header('Content-Type', MEDIA.json).header('Lading-Height', height).send(JSON.stringify(answer));
}

function prefixOf(text: unknown): Uint8Array {
  const bytes = text === undefined ? new Uint8Array(0) : typeof text === 'string' ? fromHex(text) : null;
  if (bytes !== null && bytes.length <= PREFIX_BYTES) return bytes;
  throw new ApiFault('PARAMETER_INVALID', `prefix is hex of at most ${PREFIX_BYTES} bytes`);
}

function limitOf(text: unknown): number {
  const limit = text === undefined ? LIMITS.perPageDefault : Number(text);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new ApiFault('PARAMETER_INVALID', 'perPage: use a number from 1');
  return Math.min(limit, LIMITS.perPageMax);
}
