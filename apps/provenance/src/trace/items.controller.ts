import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, schemaRef, type ItemView } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { encodeProof, formatQuantity, PROVENANCE, PROVENANCE_FORMAT } from '@lading/ledger';
import { decodeItem, itemStateKey, type ItemState } from '@lading/provenance';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/refused.js';
import { sendJson } from '../http/sendJson.js';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { StoryProver } from '../proofs/storyProver.js';
import { ItemFinder } from './itemFinder.js';
import { traceEvents } from './traceEvents.js';

/** Events shown with an item; longer stories are read by GET /epcis/v2/events. */
const SHOWN = 1000;

@ApiTags('Trace')
@ApiBearerAuth()
@Controller('v1/items')
export class ItemsController {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(ItemFinder) private readonly finder: ItemFinder,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(StoryProver) private readonly prover: StoryProver
  ) {}

  /** `id`: a percent-encoded EPC URI in any spelling, or a lot, serial or SSCC. */
  @Get(':id')
  @Authenticated()
  @ApiQuery({ name: 'include', required: false, enum: ['proof'] })
  @ApiResponse({ status: 200, description: 'State and story of one item', schema: schemaRef('Item') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getItem(@Param('id') id: string, @Query('include') include: unknown, @Res() reply: HttpReply): Promise<void> {
    if (include !== undefined && include !== 'proof') throw new ApiFault('PARAMETER_INVALID', 'include is proof, or absent');
    const { projection, store } = this.options;
    const height = this.projector.reflectedHeight;
    const uri = await this.finder.find(id);
    const key = itemStateKey(uri);
    const value = (await store.stateValues([key])).get(key);
    const state = value === undefined ? null : decodeItem(value);
    const rows = await projection.eventsOfItems([uri], SHOWN);
    const view = itemView(uri, height, state, await traceEvents(rows, projection));
    const answer = include === undefined ? view : { ...view, proof: await this.proofOf(uri) };
    sendJson(reply, height, answer);
  }

  /** As an object: written without white space it is the file again (spec/proofs.md 1.1). */
  private async proofOf(uri: string): Promise<unknown> {
    const { proof } = await this.prover.prove(uri, 'history');
    return JSON.parse(encodeProof(PROVENANCE_FORMAT, PROVENANCE, proof));
  }
}

const orNull = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

/** An item without state is a party or document that events mention but no rule follows. */
function itemView(item: string, height: number, state: ItemState | null, events: ItemView['events']): ItemView {
  return {
    item,
    kind: state?.kind ?? 'mention',
    height,
    status: state?.status ?? 'UNKNOWN',
    custodian: orNull(state?.custodian),
    parent: orNull(state?.parent),
    eventCount: state?.count ?? 0,
    head: state === null ? '' : toBase64Url(state.head),
    state: state === null ? {} : details(state),
    events
  };
}

const details = (state: ItemState): Record<string, unknown> => ({
  owner: orNull(state.owner),
  location: orNull(state.location),
  lot: orNull(state.lot),
  disposition: orNull(state.disposition),
  persistentDispositions: state.persistent,
  children: state.children,
  contents: state.contents.map(({ uri, uom, amount }) => ({ item: uri, uom, quantity: formatQuantity(amount) })),
  balances: state.balances.map(({ place, uom, amount }) => ({ place, uom, quantity: formatQuantity(amount) })),
  transfer:
    state.transfer === null
      ? null
      : { from: state.transfer.from, to: orNull(state.transfer.to), owner: orNull(state.transfer.owner) }
});
