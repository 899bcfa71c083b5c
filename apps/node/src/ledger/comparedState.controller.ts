import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, COMPARISON_LIMITS, schemaRef, type StateChangesView, type TreeHashesView } from '@lading/api';
import { Roles } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { sendJson } from '@lading/provenance-app';
import { checkedRows, stateBuckets } from '../audit/comparedState.js';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/openApi.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { wholeNumber } from './wholeNumber.js';

const { buckets: BUCKETS, changes: CHANGES } = COMPARISON_LIMITS;

/** The state for auditors who look for the first key in which nodes differ (`lading audit compare`, spec/compare.md §3). */
@ApiTags('Audit')
@ApiBearerAuth()
@Controller('v1/audit')
export class ComparedStateController {
  constructor(@Inject(NODE_CONTEXT) private readonly context: NodeContext) {}

  /** After which heights the state is known; held for half a minute. */
  @Get('tree')
  @Roles('audit', 'admin')
  @ApiResponse({ status: 200, description: 'The window', schema: schemaRef('StateWindow') })
  @ApiResponse({ status: 'default', ...REFUSED })
  getStateWindow(@Res() reply: HttpReply): void {
    this.send(reply, this.context.states.hold());
  }

  /** Hashes below a node of the state tree, `depth` levels below the root. */
  @Get('tree/:height/:depth/:index')
  @Roles('audit', 'admin')
  @ApiResponse({ status: 200, description: 'At most 256 hashes', schema: schemaRef('TreeHashes') })
  @ApiResponse({ status: 'default', ...REFUSED })
  getTreeHashes(
    @Param('height') at: string,
    @Param('depth') level: string,
    @Param('index') place: string,
    @Res() reply: HttpReply
  ): void {
    const [height, depth, index] = [wholeNumber('height', at), wholeNumber('depth', level), wholeNumber('index', place)];
    const { states } = this.context;
    const deepest = states.window().depth;
    if (depth >= deepest || index >= 2 ** depth) {
      throw new ApiFault('PARAMETER_INVALID', `depth is below ${deepest}, and index below 2 to the power of depth`);
    }
    const found = states.hashes(height, { depth, index });
    if (!found.ok) throw new ApiFault(found.code, found.detail);
    const { treeRoot, outcomesLogRoot, hashes } = found.value;
    const answer: TreeHashesView = {
      ...{ height, depth, index, treeRoot: toBase64Url(treeRoot), outcomesLogRoot: toBase64Url(outcomesLogRoot) },
      hashes: hashes.map(toBase64Url)
    };
    this.send(reply, answer);
  }

  /** Keys, hashes and values of buckets. */
  @Get('buckets/:height')
  @Roles('audit', 'admin')
  @ApiQuery({ name: 'buckets', required: true, description: `Numbers with commas between them, at most ${BUCKETS}` })
  @ApiResponse({ status: 200, description: 'Entries', schema: schemaRef('StateBuckets') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getStateBuckets(@Param('height') at: string, @Query('buckets') list: unknown, @Res() reply: HttpReply): Promise<void> {
    const height = wholeNumber('height', at);
    const { depth } = this.context.states.window();
    const buckets = typeof list === 'string' ? list.split(',').map((one) => wholeNumber('a bucket', one)) : [];
    if (buckets.length === 0 || buckets.length > BUCKETS || buckets.some((bucket) => bucket >= 2 ** depth)) {
      throw new ApiFault('PARAMETER_INVALID', `buckets are 1 to ${BUCKETS} numbers below ${2 ** depth}`);
    }
    this.send(reply, await stateBuckets(this.context, height, buckets));
  }

  /** Keys that blocks have changed since the window began. */
  @Get('changes')
  @Roles('audit', 'admin')
  @ApiResponse({ status: 200, description: 'The first 1,024 by their hashes', schema: schemaRef('StateChanges') })
  @ApiResponse({ status: 'default', ...REFUSED })
  getStateChanges(@Res() reply: HttpReply): void {
    const { keys, ...window } = this.context.states.changes(CHANGES);
    const answer: StateChangesView = { ...window, keys: keys.map(({ key, keyHash }) => ({ key, keyHash: toBase64Url(keyHash) })) };
    this.send(reply, answer);
  }

  /** Rows of the state, hashed again by the node and held against its state tree. */
  @Get('rows')
  @Roles('audit', 'admin')
  @ApiQuery({ name: 'bucket', required: true, description: 'The first bucket' })
  @ApiResponse({ status: 200, description: 'What is wrong with them', schema: schemaRef('StateRows') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getStateRows(@Query('bucket') text: unknown, @Res() reply: HttpReply): Promise<void> {
    const bucket = wholeNumber('bucket', text);
    const { depth } = this.context.states.window();
    if (bucket >= 2 ** depth) throw new ApiFault('PARAMETER_INVALID', `bucket is below ${2 ** depth}`);
    this.send(reply, await checkedRows(this.context, bucket));
  }

  private send(reply: HttpReply, answer: object): void {
    sendJson(reply, this.context.node.heights().height, answer);
  }
}
