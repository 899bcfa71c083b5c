import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiHeader, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, HEADER, MEDIA, preferredWaitSeconds, receiveCompact, schemaRef } from '@lading/api';
import { Authenticated, Public } from '@lading/identity';
import { fromBase64Url, toBase64Url, type Hash } from '@lading/kernel';
import { historyFault } from '@lading/provenance-app';
import { mediaType, readBody } from '../http/body.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { REFUSED } from '../http/openApi.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { BulkSubmissions, trimmed } from './bulk.js';
import { gatewayOf, isRefused, Submissions } from './submissions.js';
import { committedAnswer, pendingAnswer, pendingView, storedView } from './transactionViews.js';

const BULK_WAIT_SECONDS = 30;

@ApiTags('Transactions')
@ApiBearerAuth()
@Controller('v1/transactions')
export class TransactionsController {
  constructor(
    @Inject(NODE_CONTEXT) private readonly context: NodeContext,
    @Inject(Submissions) private readonly submissions: Submissions,
    @Inject(BulkSubmissions) private readonly bulk: BulkSubmissions
  ) {}

  /** Needs no token: each transaction carries its member's signature, and the first ones register the token keys. */
  @Post()
  @Public()
  @ApiConsumes(MEDIA.jose, MEDIA.ndjson)
  @ApiBody({
    description: 'One compact JWS; or one a line, answered while more arrive: a stream is read for 25 seconds',
    schema: { type: 'string' }
  })
  @ApiHeader({ name: 'Prefer', required: false, description: 'wait=N: answer 201 once committed, at most N seconds' })
  @ApiResponse({
    status: 200,
    description: 'To application/x-ndjson: one line a line, in their order, each as soon as it and those before it are decided',
    content: { [MEDIA.ndjson]: { schema: schemaRef('TransactionLine') } }
  })
  @ApiResponse({ status: 201, description: 'Committed', schema: schemaRef('TransactionAnswer') })
  @ApiResponse({ status: 202, description: 'Accepted; follow Location', schema: schemaRef('TransactionAnswer') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async postTransactions(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const wait = preferredWaitSeconds(request.headers[HEADER.prefer] as string | undefined);
    if (mediaType(request) === MEDIA.ndjson && request.body instanceof Readable && request.headers['content-length'] !== '0') {
      this.postLines(request.body, (wait ?? BULK_WAIT_SECONDS) * 1000, reply);
      return;
    }
    await this.postOne(readBody(request, [MEDIA.jose, MEDIA.ndjson]).bytes, wait, reply);
  }

  /** The body is read while it is answered. */
  private postLines(body: Readable, waitMs: number, reply: HttpReply): void {
    const answers = Readable.from(begun(this.bulk.open(body, waitMs), reply), { objectMode: false });
    // What a client goes on sending after the last answer would be read, and thrown away, for as long as it likes.
    reply.raw.once('finish', () => {
      if (!body.readableEnded) body.destroy();
    });
    reply.code(200).header('Content-Type', MEDIA.ndjson).send(answers);
  }

  private async postOne(bytes: Uint8Array, waitSeconds: number | null, reply: HttpReply): Promise<void> {
    const { node } = this.context;
    const transaction = receiveCompact(trimmed(bytes), gatewayOf(this.context));
    const running = this.submissions.submit(transaction);
    const submitted = await this.submissions.within(
      running,
      waitSeconds === null ? this.submissions.earlyMs(transaction) : waitSeconds * 1000
    );
    const place = (txId: Hash): string => `/v1/transactions/${toBase64Url(txId)}`;
    if (submitted !== null && isRefused(submitted)) {
      throw new ApiFault(submitted.code, submitted.detail, { headers: { Location: place(transaction.txId) } });
    }
    // A retry signed anew has another id; what exists on the ledger is the first.
    reply.header('Location', place(submitted?.txId ?? transaction.txId)).header('Content-Type', MEDIA.json);
    if (submitted === null || waitSeconds === null) {
      reply.code(202).send(JSON.stringify(pendingAnswer(transaction.txId)));
      return;
    }
    if (submitted.replayed) reply.header('Idempotent-Replayed', 'true');
    const { height, certifiedHeight } = node.heights();
    reply.code(201).header('Lading-Height', height);
    reply.send(JSON.stringify(committedAnswer(submitted, certifiedHeight)));
  }

  @Get(':txId')
  @Authenticated()
  @ApiResponse({
    status: 200,
    description: 'Where it was ordered, and its outcome',
    schema: schemaRef('TransactionView')
  })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getTransaction(@Param('txId') text: string, @Res() reply: HttpReply): Promise<void> {
    const { store, node } = this.context;
    const txId = asTxId(text);
    const [first] = await store.transactionsById(txId);
    const { height, certifiedHeight, historyFrom } = node.status();
    reply.header('Content-Type', MEDIA.json).header('Lading-Height', height);
    if (first === undefined) {
      if (!this.submissions.isPending(txId)) {
        if (historyFrom !== undefined) throw historyFault(historyFrom);
        throw new ApiFault('TRANSACTION_UNKNOWN', 'this node has not seen it');
      }
      reply.send(JSON.stringify(pendingView(txId)));
      return;
    }
    const [stored] = await store.blocks(first.height, first.height, 1);
    if (first.height <= certifiedHeight) reply.header('Cache-Control', 'private, max-age=31536000, immutable');
    reply.send(JSON.stringify(storedView(first, stored?.block.header.timestampMs ?? 0, certifiedHeight)));
  }
}

/** The head of the answer leaves before the first line is decided: a client then knows that it was let in. */
async function* begun(answers: AsyncGenerator<string>, { raw }: HttpReply): AsyncGenerator<string> {
  raw.flushHeaders();
  yield* answers;
}

/** A transaction id from a path. */
export function asTxId(text: string): Hash {
  const bytes = fromBase64Url(text);
  if (bytes === null || bytes.length !== 32) {
    throw new ApiFault('TRANSACTION_UNKNOWN', 'a transaction id is 43 characters of base64url');
  }
  return bytes as Hash;
}
