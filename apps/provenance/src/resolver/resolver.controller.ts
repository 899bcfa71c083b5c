import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ApiFault, MEDIA } from '@lading/api';
import { Public } from '@lading/identity';
import { canonicalItem, canonicalUri, readDigitalLink } from '@lading/provenance';
import { headerOf, type HttpReply, type HttpRequest } from '../http/http.types.js';
import { single, type RawParameters } from '../query/given.js';
import { chosenLink, linksetOf, linksOf, VOCABULARY } from './links.js';
import { OwnLinks } from './ownLinks.js';
import { RecallStatus } from './recallStatus.js';

/** Keys that can begin a Digital Link. */
const KEYS = ['00', '01', '253', '255', '401', '402', '414', '417', '8003', '8004', '8006', '8010', '8013', '8017', '8018'];
const PATHS = KEYS.flatMap((ai) => [`${ai}/:value`, `${ai}/:value/*`]);
const LINKSET = 'application/linkset+json';

/** GS1 Digital Link resolver: a scanned label leads here when its domain is this node's. */
@ApiExcludeController()
@Controller()
export class ResolverController {
  constructor(
    @Inject(RecallStatus) private readonly recalls: RecallStatus,
    @Inject(OwnLinks) private readonly own: OwnLinks
  ) {}

  @Get(PATHS)
  @Public()
  async resolve(@Query() query: RawParameters, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const base = baseOf(request);
    const elements = readDigitalLink(base + request.url);
    if (!elements.ok) throw new ApiFault(elements.code, elements.detail);
    const item = canonicalItem(base + (request.url.split('?')[0] ?? ''), 'class');
    if (!item.ok || item.value.gs1 === null) throw new ApiFault('DIGITAL_LINK_SYNTAX', 'the address names no GS1 key');
    const { uri } = item.value;
    const { recalled } = await this.recalls.of(uri);
    const links = linksOf(uri, base, await this.own.of(item.value));
    const raw = query['linkType'];
    const type = raw === undefined || raw === '' ? null : single(raw, 'linkType');
    reply.header('Access-Control-Allow-Origin', '*').header('Vary', 'Accept, Accept-Language');
    const wantsAll = type === 'linkset' || type === 'all' || type === 'gs1:linkset';
    if (wantsAll || (type === null && (headerOf(request, 'accept') ?? '').includes(LINKSET))) {
      reply.header('Content-Type', LINKSET).send(JSON.stringify(linksetOf(uri, links, recalled)));
      return;
    }
    const link = chosenLink(links, recalled, { type, languages: headerOf(request, 'accept-language') ?? '' });
    if (link === undefined) {
      const known = [...new Set(links.map((each) => `gs1:${each.type}`))].join(', ');
      throw new ApiFault('LINK_TYPE_UNKNOWN', `there is no link of type ${type ?? ''}; known: linkset, ${known}`);
    }
    const all = `<${base}${request.url.split('?')[0] ?? ''}?linkType=linkset>; rel="linkset"; type="${LINKSET}"`;
    reply.header('Link', all).header('Location', link.href).code(307).send();
  }

  @Get('.well-known/gs1resolver')
  @Public()
  describe(@Req() request: HttpRequest, @Res() reply: HttpReply): void {
    const description = {
      name: 'Lading node',
      resolverRoot: baseOf(request),
      supportedLinkType: [{ namespace: VOCABULARY, prefix: 'gs1:' }],
      supportedPrimaryKeys: KEYS,
      linkTypeDefaultCanBeLinkset: false,
      supportsLanguageVariants: true,
      supportsSemanticInterpretation: false,
      validatesAIcombinations: true
    };
    reply.header('Access-Control-Allow-Origin', '*').header('Content-Type', MEDIA.json).send(JSON.stringify(description));
  }

  /** Public: a recall is a warning to everybody. */
  @Get('v1/recall-status/:id')
  @Public()
  async getRecallStatus(@Param('id') id: string, @Res() reply: HttpReply): Promise<void> {
    const uri = canonicalUri(id);
    if (uri === null) throw new ApiFault('PARAMETER_INVALID', 'id: use the URI of an item, percent-encoded');
    const status = await this.recalls.of(uri);
    reply.header('Access-Control-Allow-Origin', '*').header('Content-Type', MEDIA.json);
    reply.header('Lading-Height', status.height).send(JSON.stringify(status));
  }
}

/** Where the asker found this node, as it said. */
function baseOf(request: HttpRequest): string {
  const host = headerOf(request, 'host') ?? '';
  if (!/^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:]+\](:\d{1,5})?$/.test(host)) {
    throw new ApiFault('REQUEST_MALFORMED', 'the header Host names no host');
  }
  return `${headerOf(request, 'x-forwarded-proto') === 'https' ? 'https' : 'http'}://${host}`;
}
