import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { schemaRef, type Members } from '@lading/api';
import { Authenticated } from '@lading/identity';
import { parseKeyId, type OrganizationConfig } from '@lading/ledger';
import { decodeKeyRecord, decodeMemberRecord, keyKey, memberKey } from '@lading/membership';
import { sendJson } from '@lading/provenance-app';
import type { HttpReply } from '../http/http.types.js';
import { EpochConfigs } from '../ledger/epochConfigs.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';

/** Members and keys of one organization shown at most; the registry itself has no such limit. */
const SHOWN = 1000;

@ApiTags('Network')
@ApiBearerAuth()
@Controller('v1/members')
export class MembersController {
  constructor(
    @Inject(NODE_CONTEXT) private readonly context: NodeContext,
    @Inject(EpochConfigs) private readonly configs: EpochConfigs
  ) {}

  @Get()
  @Authenticated()
  @ApiResponse({ status: 200, description: 'Organizations with their members and keys', schema: schemaRef('Members') })
  async getMembers(@Res() reply: HttpReply): Promise<void> {
    const { height } = this.context.node.status();
    const { organizations: present } = await this.configs.current();
    const organizations = await Promise.all(present.map((one) => this.organization(one)));
    const answer: Members = { organizations };
    sendJson(reply, height, answer);
  }

  private async organization(config: OrganizationConfig): Promise<Members['organizations'][number]> {
    const { id, name, gln, custodyMode } = config;
    const memberPrefix = memberKey(id, '');
    const keyPrefix = keyKey(`${id}/`);
    const [members, keys] = await Promise.all([
      this.context.store.stateByPrefix(memberPrefix, SHOWN),
      this.context.store.stateByPrefix(keyPrefix, SHOWN)
    ]);
    return {
      id,
      name,
      gln,
      custodyMode,
      members: members.flatMap(({ key, value }) => {
        const record = decodeMemberRecord(value);
        const member = `${id}/${key.slice(memberPrefix.length)}`;
        return record.ok
          ? [{ id: member, name: record.value.name, roles: [...record.value.roles], status: record.value.status }]
          : [];
      }),
      keys: keys.flatMap(({ key, value }) => {
        const kid = key.slice(keyKey('').length);
        const record = decodeKeyRecord(value);
        if (!record.ok || parseKeyId(kid) === null) return [];
        return [{ kid, purpose: record.value.purpose, status: record.value.status }];
      })
    };
  }
}
