import { Controller, Get, Inject } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { schemaRef, type NetworkView } from '@lading/api';
import { Public } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { configHash, configToJson, encodeConfig, faults, quorum } from '@lading/ledger';
import { REFUSED } from '../http/openApi.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { EpochConfigs } from './epochConfigs.js';

/** Epochs in one answer, the newest ones. */
const SHOWN = 256;

@ApiTags('Ledger')
@Controller('v1/network')
export class NetworkController {
  /** Made once an epoch: everybody may ask, and hashes of many configs are dear. */
  #made: { readonly epochs: number; readonly view: Omit<NetworkView, 'height'> } | null = null;

  constructor(
    @Inject(NODE_CONTEXT) private readonly context: NodeContext,
    @Inject(EpochConfigs) private readonly configs: EpochConfigs
  ) {}

  /** Public, as genesis is: an organization that is to join has no keys here yet, and needs it to prepare. */
  @Get()
  @Public()
  @ApiResponse({ status: 200, description: 'The config in force', schema: schemaRef('Network') })
  @ApiResponse({ status: 'default', ...REFUSED })
  async getNetwork(): Promise<NetworkView> {
    const epochs = await this.configs.all();
    if (this.#made?.epochs !== epochs.length) this.#made = { epochs: epochs.length, view: await this.#view() };
    return { ...this.#made.view, height: this.context.node.status().height };
  }

  async #view(): Promise<Omit<NetworkView, 'height'>> {
    const { genesis } = this.context;
    const [config, epochs] = [await this.configs.current(), await this.configs.all()];
    const n = config.organizations.length;
    const { organizations, parameters } = configToJson(config);
    return {
      chainId: toBase64Url(genesis.chainId),
      name: genesis.name,
      epoch: config.epoch,
      startHeight: epochs.at(-1)?.startHeight ?? 0,
      configHash: toBase64Url(configHash(config)),
      config: toBase64Url(encodeConfig(config)),
      quorum: quorum(n),
      faults: faults(n),
      organizations: organizations as NetworkView['organizations'],
      parameters: { ...parameters },
      epochs: epochs.slice(-SHOWN).map((epoch) => ({
        epoch: epoch.config.epoch,
        startHeight: epoch.startHeight,
        configHash: toBase64Url(configHash(epoch.config)),
        organizations: epoch.config.organizations.map(({ id }) => id)
      }))
    };
  }
}
