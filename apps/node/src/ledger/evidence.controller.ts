import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiFault, schemaRef, type EvidenceItemView, type EvidencePage } from '@lading/api';
import { decodeEvidence, evidenceStatement, type EvidenceStatement } from '@lading/consensus';
import type { StoredEvidence } from '@lading/engine';
import { Roles } from '@lading/identity';
import { LIMITS, toBase64Url } from '@lading/kernel';
import { configHash, encodeConfig } from '@lading/ledger';
import { sendJson } from '@lading/provenance-app';
import type { HttpReply } from '../http/http.types.js';
import { REFUSED } from '../http/openApi.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { EpochConfigs } from './epochConfigs.js';

const NUMBER = /^(0|[1-9][0-9]{0,14})$/;

@ApiTags('Ledger')
@ApiBearerAuth()
@Controller('v1/evidence')
export class EvidenceController {
  constructor(
    @Inject(NODE_CONTEXT) private readonly context: NodeContext,
    @Inject(EpochConfigs) private readonly configs: EpochConfigs
  ) {}

  /** What this node holds; another may have seen more or less. */
  @Get()
  @Roles('audit', 'admin')
  @ApiQuery({ name: 'after', required: false, description: 'Number of the last item seen' })
  @ApiQuery({ name: 'perPage', required: false })
  @ApiResponse({ status: 200, description: 'Proofs that validators broke the protocol', schema: schemaRef('EvidencePage') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getEvidence(
    @Query('after') after: unknown,
    @Query('perPage') perPage: unknown,
    @Res() reply: HttpReply
  ): Promise<void> {
    const limit = Math.min(numberOf('perPage', perPage, LIMITS.perPageDefault), LIMITS.perPageMax);
    if (limit === 0) throw new ApiFault('PARAMETER_INVALID', 'perPage: use a number from 1');
    const rows = await this.context.store.evidenceAfter(numberOf('after', after, 0), limit + 1);
    const page = rows.slice(0, limit);
    const next = rows.length > limit ? (page.at(-1)?.number ?? null) : null;
    if (next !== null) reply.header('Link', `</v1/evidence?perPage=${limit}&after=${next}>; rel="next"`);
    const answer: EvidencePage = { items: [], configs: await this.configsOf(page), next };
    for (const row of page) answer.items.push(await this.view(row));
    sendJson(reply, this.context.node.status().height, answer);
  }

  private async configsOf(rows: readonly StoredEvidence[]): Promise<EvidencePage['configs']> {
    const epochs = [...new Set(rows.map(({ epoch }) => epoch))].sort((a, b) => a - b);
    const configs = await Promise.all(epochs.map((epoch) => this.configs.of(epoch)));
    return configs.map((config) => ({
      epoch: config.epoch,
      configHash: toBase64Url(configHash(config)),
      config: toBase64Url(encodeConfig(config))
    }));
  }

  private async view(row: StoredEvidence): Promise<EvidenceItemView> {
    const config = await this.configs.of(row.epoch);
    const decoded = decodeEvidence(row.encoded, config);
    // Its hash is right: it was verified when it was stored, or the config is another one.
    if (!decoded.ok) throw new Error(`table evidence, number ${row.number}: ${decoded.code}: ${decoded.detail}`);
    const { number, digest, kind, epoch, validator, slot, recordedAtMs, encoded } = row;
    return {
      ...{ number, digest: toBase64Url(digest), kind, epoch, validator, slot },
      organization: config.organizations[validator]?.id ?? '',
      recordedAt: new Date(recordedAtMs).toISOString(),
      statements: [decoded.value.first, decoded.value.second].map((item) => statementView(evidenceStatement(item))),
      encoded: toBase64Url(encoded)
    };
  }
}

function statementView({ type, view, height, content, signature }: EvidenceStatement): EvidenceItemView['statements'][number] {
  return { type, view, height, content: toBase64Url(content), signature: toBase64Url(signature) };
}

function numberOf(name: string, value: unknown, otherwise: number): number {
  if (value === undefined || value === '') return otherwise;
  if (typeof value === 'string' && NUMBER.test(value)) return Number(value);
  throw new ApiFault('PARAMETER_INVALID', `${name}: it is no number`);
}
