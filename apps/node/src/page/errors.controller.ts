import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ApiFault } from '@lading/api';
import { Public } from '@lading/identity';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { escapeHtml, htmlPage } from './html.js';
import { markdownToHtml } from './markdown.js';

const CODE = /^[A-Z][A-Z0-9_]{2,63}$/;

/** The pages that `type` of problem documents points to: HTML for people, Markdown for who asks for it. */
@ApiExcludeController()
@Controller('errors')
export class ErrorsController {
  constructor(@Inject(NODE_CONTEXT) private readonly context: NodeContext) {}

  @Get()
  @Public()
  async getIndex(@Res() reply: HttpReply): Promise<void> {
    const files = await readdir(this.context.errorPages).catch(() => [] as string[]);
    const codes = files
      .filter((name) => name.endsWith('.md'))
      .map((name) => name.slice(0, -3))
      .filter((name) => CODE.test(name));
    const links = codes.sort().map((code) => `<li><a href="/errors/${code}"><code>${escapeHtml(code)}</code></a></li>`);
    send(reply, 'text/html', htmlPage('Error codes', `<h1>Error codes</h1><ul>${links.join('')}</ul>`));
  }

  @Get(':code')
  @Public()
  async getCode(@Param('code') code: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const text = CODE.test(code)
      ? await readFile(join(this.context.errorPages, `${code}.md`), 'utf8').catch(() => null)
      : null;
    if (text === null) throw new ApiFault('ROUTE_UNKNOWN', 'there is no such code; /errors lists them');
    if (/text\/markdown/.test(request.headers.accept ?? '')) send(reply, 'text/markdown', text);
    else send(reply, 'text/html', htmlPage(code, `${markdownToHtml(text)}\n<p><a href="/errors">All codes</a></p>`));
  }
}

const send = (reply: HttpReply, type: string, text: string): void => {
  reply.header('Content-Type', `${type}; charset=utf-8`).header('Cache-Control', 'public, max-age=300').send(text);
};
