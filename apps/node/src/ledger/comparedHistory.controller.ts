import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  ApiFault, COMPARISON_LIMITS, heightsOfGroup, HISTORY_PART_NAMES, schemaRef, type HeightRowsView, type HistoryDigests
} from '@lading/api';
import { Roles } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { sendJson } from '@lading/provenance-app';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/openApi.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { requireHeld } from './requireHeld.js';
import { wholeNumber } from './wholeNumber.js';

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
  @ApiResponse({ status: 200, description: `At most ${COMPARISON_LIMITS.groups} groups`, schema: schemaRef('HistoryDigests') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getHistory(
    @Query('part') name: unknown,
    @Query('from') first: unknown,
    @Query('to') last: unknown,
    @Res() reply: HttpReply
  ): Promise<void> {
    const part = HISTORY_PART_NAMES.find((one) => one === name);
    if (part === undefined) throw new ApiFault('PARAMETER_INVALID', `part is one of ${HISTORY_PART_NAMES.join(', ')}`);
    const [from, to] = [wholeNumber('from', first), wholeNumber('to', last)];
    const most = COMPARISON_LIMITS.heights[part];
    if (to < from || to - from >= most) throw new ApiFault('PARAMETER_INVALID', `to is ${most - 1} above from at most`);
    requireHeld(this.context.node, from);
    const { height } = this.context.node.status();
    const groups = await this.context.comparedRows.history(part, from, to, heightsOfGroup(from, to));
    const answer: HistoryDigests = {
      ...{ height, part, from, to },
      groups: groups.map((group) => ({ ...group, digest: toBase64Url(group.digest) }))
    };
    sendJson(reply, height, answer);
  }

  /** The rows of one height. */
  @Get(':height')
  @Roles('audit', 'admin')
  @ApiResponse({ status: 200, description: 'As they are, checked by nobody', schema: schemaRef('HeightRows') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getHeightRows(@Param('height') text: string, @Res() reply: HttpReply): Promise<void> {
    const height = wholeNumber('height', text);
    requireHeld(this.context.node, height);
    const { block, batches, transactions, outcomes } = await this.context.comparedRows.atHeight(height);
    const answer: HeightRowsView = {
      height,
      block: block === null ? null : { ...encoded(block), txCount: block.txCount },
      batches: batches.map((one) => ({ refIndex: one.refIndex, ...encoded(one) })),
      transactions: transactions.map((one) => ({ index: one.index, ...encoded(one) })),
      outcomes: outcomes.map(({ index, status, code, ...rest }) => ({ index, status, code, ...encoded(rest) }))
    };
    sendJson(reply, this.context.node.status().height, answer);
  }
}

/** The members that are bytes, in base64url. */
function encoded<T extends object>(row: T): { [K in keyof T as T[K] extends Uint8Array ? K : never]: string } {
  const pairs = Object.entries(row).filter((pair): pair is [string, Uint8Array] => pair[1] instanceof Uint8Array);
  return Object.fromEntries(pairs.map(([name, bytes]) => [name, toBase64Url(bytes)])) as ReturnType<typeof encoded<T>>;
}
