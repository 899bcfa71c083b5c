import { Module, type DynamicModule } from '@nestjs/common';
import { identityProviders, KEY_REGISTRY, type KeyRegistry } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { ProvenanceModule, type ProvenanceOptions } from '@lading/provenance-app';
import { BulkSubmissions } from './ledger/bulk.js';
import { BlocksController } from './ledger/blocks.controller.js';
import { ComparedHistoryController } from './ledger/comparedHistory.controller.js';
import { ComparedStateController } from './ledger/comparedState.controller.js';
import { EpochConfigs } from './ledger/epochConfigs.js';
import { ExportController } from './ledger/export.controller.js';
import { EvidenceController } from './ledger/evidence.controller.js';
import { GenesisController } from './ledger/genesis.controller.js';
import { NetworkController } from './ledger/network.controller.js';
import { ProofsController } from './ledger/proofs.controller.js';
import { StateProofsController } from './ledger/stateProofs.controller.js';
import { Submissions } from './ledger/submissions.js';
import { TransactionsController } from './ledger/transactions.controller.js';
import { MembersController } from './members/members.controller.js';
import { NODE_CONTEXT, type NodeContext } from './nodeContext.js';
import { ErrorsController } from './page/errors.controller.js';
import { PageController } from './page/page.controller.js';
import { HealthController } from './status/health.controller.js';
import { StatusController } from './status/status.controller.js';
import { StatusReader } from './status/statusReader.js';

/** All HTTP routes of a node, behind one guard that refuses what carries no mark. */
@Module({})
export class NodeModule {
  static register(context: NodeContext, registry: KeyRegistry, provenance: ProvenanceOptions): DynamicModule {
    return {
      module: NodeModule,
      imports: [ProvenanceModule.register(provenance)],
      controllers: [
        TransactionsController,
        BlocksController,
        ComparedHistoryController,
        ComparedStateController,
        ExportController,
        GenesisController,
        NetworkController,
        EvidenceController,
        ProofsController,
        StateProofsController,
        MembersController,
        StatusController,
        HealthController,
        ErrorsController,
        PageController
      ],
      providers: [
        { provide: NODE_CONTEXT, useValue: context },
        { provide: KEY_REGISTRY, useValue: registry },
        ...identityProviders(toBase64Url(context.genesis.chainId)),
        EpochConfigs,
        Submissions,
        BulkSubmissions,
        StatusReader
      ]
    };
  }
}
