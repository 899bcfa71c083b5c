import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, HISTORY_PART_NAMES, MEDIA, schemaRef, type HeightRowsView, type HistoryDigests } from '@lading/api';
import { Roles } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { historyFault } from '@lading/provenance-app';
import { HISTORY_PARTS, type HistoryPart } from '@lading/storage';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/openApi.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { wholeNumber } from './wholeNumber.js';

/** Heights of one question: what is read for it stays some hundred megabytes, whatever the blocks hold (spec/compare.md 2.1). */
const HEIGHTS: Readonly<Record<HistoryPart, number>> = {
  ...{ roots: 1 << 20, blocks: 1 << 16, batches: 1 << 16 },
  ...{ transactions: 1 << 10, outcomes: 1 << 10 }
};

/** History for auditors who look for the first height in which nodes differ (`lading audit compare`). */
@ApiTags('Audit')
@ApiBearerAuth()
@Controller('v1/audit/history')
export class ComparedHistoryController {
  constructor(@Inject(NODE_CONTEXT) private readonly context: NodeContext) {}

  /** Digests of the rows of some heights, in groups of heights. */
  @Get()
  @Roles('audit', 'admin')
  @ApiQuery({ name: 'part', required: true, enum: HISTORY_PART_NAMES })
  @ApiQuery({ name: 'from', required: true })
  @ApiQuery({ name: 'to', required: true })
  @ApiResponse({ status: 200, description: 'At most 64 groups', schema: schemaRef('HistoryDigests') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getHistory(
    @Query('part') name: unknown,
    @Query('from') first: unknown,
    @Query('to') last: unknown,
    @Res() reply: HttpReply
  ): Promise<void> {
    const part = HISTORY_PARTS.find((one) => one === name);
    if (part === undefined) throw new ApiFault('PARAMETER_INVALID', `part is one of ${HISTORY_PARTS.join(', ')}`);
    const [from, to] = [wholeNumber('from', first), wholeNumber('to', last)];
    const most = HEIGHTS[part];
    if (to < from || to - from >= most) throw new ApiFault('PARAMETER_INVALID', `to is ${most - 1} above from at most`);
    this.#held(from);
    const { height } = this.context.node.status();
    const groups = await this.context.comparedRows.history(part, from, to);
    const answer: HistoryDigests = {
      ...{ height, part, from, to },
      groups: groups.map((group) => ({ ...group, digest: toBase64Url(group.digest) }))
    };
    reply.header('Content-Type', MEDIA.json).header('Lading-Height', height).send(JSON.stringify(answer));
  }

  /** The rows of one height. */
  @Get(':height')
  @Roles('audit', 'admin')
  @ApiResponse({ status: 200, description: 'As they are, checked by nobody', schema: schemaRef('HeightRows') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getHeightRows(@Param('height') text: string, @Res() reply: HttpReply): Promise<void> {
    const height = wholeNumber('height', text);
    this.#held(height);
    const { block, batches, transactions, outcomes } = await this.context.comparedRows.atHeight(height);
    const answer: HeightRowsView = {
      height,
      block: block === null ? null : { ...encoded(block), txCount: block.txCount },
      batches: batches.map((one) => ({ refIndex: one.refIndex, ...encoded(one) })),
      transactions: transactions.map((one) => ({ index: one.index, ...encoded(one) })),
      outcomes: outcomes.map(({ index, status, code, ...rest }) => ({ index, status, code, ...encoded(rest) }))
    };
    const head = this.context.node.status().height;
    reply.header('Content-Type', MEDIA.json).header('Lading-Height', head).send(JSON.stringify(answer));
  }

  #held(height: number): void {
    const { historyFrom } = this.context.node.status();
    if (historyFrom !== undefined && height > 0 && height < historyFrom) throw historyFault(historyFrom);
  }
}

/** The members that are bytes, in base64url. */
function encoded<T extends object>(row: T): { [K in keyof T as T[K] extends Uint8Array ? K : never]: string } {
  const pairs = Object.entries(row).filter((pair): pair is [string, Uint8Array] => pair[1] instanceof Uint8Array);
  return Object.fromEntries(pairs.map(([name, bytes]) => [name, toBase64Url(bytes)])) as ReturnType<typeof encoded<T>>;
}
