import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '@lading/identity';
import type { HttpReply } from '../http/http.types.js';
import { StatusReader } from '../status/statusReader.js';
import { statusPage } from './statusPage.js';
import { STYLE } from './style.js';

const HTML = 'text/html; charset=utf-8';

/** The page for people at the root, and the style sheet of all pages of this server. */
@ApiExcludeController()
@Controller()
export class PageController {
  constructor(@Inject(StatusReader) private readonly reader: StatusReader) {}

  @Get()
  @Public()
  async getPage(@Res() reply: HttpReply): Promise<void> {
    reply.header('Content-Type', HTML).send(statusPage(await this.reader.read()));
  }

  @Get('style.css')
  @Public()
  getStyle(@Res() reply: HttpReply): void {
    reply.header('Content-Type', 'text/css; charset=utf-8').header('Cache-Control', 'public, max-age=300').send(STYLE);
  }
}
