import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { canonicalUri, digitalLinkOf, formatAiBrackets, readDigitalLink } from '@lading/provenance';
import { AuditParameters } from '../audit/parameters.js';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { invalid, type RawParameters } from '../query/given.js';
import { ItemFinder } from '../trace/itemFinder.js';

const STEM = /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[A-Za-z0-9._~-]+)*$/;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

@ApiTags('Items')
@ApiBearerAuth()
@Controller('v1/labels')
export class LabelsController {
  constructor(@Inject(ItemFinder) private readonly finder: ItemFinder) {}

  /** A code to print. `id`: the URI of an item, known or not, or its lot or serial. */
  @Get(':id')
  @Authenticated()
  @ApiQuery({ name: 'symbol', required: false, enum: ['qr', 'datamatrix'], description: 'qr when absent' })
  @ApiQuery({ name: 'stem', required: false, description: 'Start of the link in a QR code; https://id.gs1.org when absent' })
  @ApiResponse({ status: 200, description: 'QR code with a Digital Link, or GS1 DataMatrix, as SVG' })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getLabel(@Param('id') id: string, @Query() query: RawParameters, @Res() reply: HttpReply): Promise<void> {
    const parameters = new AuditParameters(query, ['symbol', 'stem']);
    const symbol = parameters.text('symbol') ?? 'qr';
    const stem = parameters.text('stem') ?? 'https://id.gs1.org';
    if (!STEM.test(stem)) throw invalid('stem', 'use an address such as https://example.com');
    if (symbol !== 'qr' && symbol !== 'datamatrix') throw invalid('symbol', 'use qr or datamatrix');
    const uri = SCHEME.test(id) ? canonicalUri(id) : await this.finder.find(id);
    const elements = uri === null ? null : readDigitalLink(uri);
    if (elements === null || !elements.ok) throw new ApiFault('DIGITAL_LINK_SYNTAX', 'only a GS1 identifier can be on a GS1 label');
    const link = digitalLinkOf(elements.value, stem);
    if (!link.ok) throw new ApiFault(link.code, link.detail);
    // Loaded here: it holds a hundred symbologies, and most nodes never print one.
    const { toSVG } = await import('bwip-js/node');
    const svg =
      symbol === 'qr'
        ? toSVG({ bcid: 'qrcode', text: link.value, scale: 3, padding: 4 })
        : toSVG({ bcid: 'gs1datamatrix', text: formatAiBrackets(elements.value), scale: 3, padding: 1 });
    reply.header('Content-Type', 'image/svg+xml').send(svg);
  }
}
