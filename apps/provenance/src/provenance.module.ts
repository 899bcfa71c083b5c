import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditController } from './audit/audit.controller.js';
import { ConditionQuestion } from './audit/conditionQuestion.js';
import { ForwardQuestions } from './audit/forwardQuestions.js';
import { ItemQuestions } from './audit/itemQuestions.js';
import { AuditReports } from './audit/reports.js';
import { ReportsController } from './audit/reports.controller.js';
import { StoryReader } from './audit/story.js';
import { CaptureController } from './capture/capture.controller.js';
import { CaptureService } from './capture/captureService.js';
import { OptionsController } from './discovery/options.controller.js';
import { ResourceAnswers } from './discovery/resourceAnswers.js';
import { RESOURCE_CONTROLLERS } from './discovery/resources.controller.js';
import { HistoryGuard } from './history/historyGuard.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from './provenance.options.js';
import { ProvenanceReader } from './provenanceReader.js';
import { Projector } from './projector/projector.js';
import { LabelsController } from './resolver/labels.controller.js';
import { OwnLinks } from './resolver/ownLinks.js';
import { RecallStatus } from './resolver/recallStatus.js';
import { ResolverController } from './resolver/resolver.controller.js';
import { ItemProofsController } from './proofs/itemProofs.controller.js';
import { StoryProver } from './proofs/storyProver.js';
import { Feed } from './feed/feed.js';
import { FeedController } from './feed/feed.controller.js';
import { Outbox } from './outbox/outbox.js';
import { QueriesController } from './queries/queries.controller.js';
import { EventAnswers } from './query/eventAnswers.js';
import { EventsController } from './query/events.controller.js';
import { PageTokens } from './query/pageTokens.js';
import { Reports } from './subscriptions/report.js';
import { SocketServer } from './subscriptions/socketServer.js';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.js';
import { WebhookRunner } from './subscriptions/webhookRunner.js';
import { ItemsController } from './trace/items.controller.js';
import { ItemFinder } from './trace/itemFinder.js';
import { TraceController } from './trace/trace.controller.js';

/** EPCIS capture and query, trace and items over one organization's ledger. */
@Module({})
export class ProvenanceModule {
  static register(options: ProvenanceOptions): DynamicModule {
    return {
      module: ProvenanceModule,
      controllers: [
        CaptureController,
        EventsController,
        OptionsController,
        ...RESOURCE_CONTROLLERS,
        QueriesController,
        SubscriptionsController,
        TraceController,
        ItemsController,
        ItemProofsController,
        AuditController,
        ReportsController,
        LabelsController,
        ResolverController,
        FeedController
      ],
      providers: [
        { provide: PROVENANCE_OPTIONS, useValue: options },
        { provide: APP_GUARD, useClass: HistoryGuard },
        Projector,
        CaptureService,
        EventAnswers,
        PageTokens,
        ResourceAnswers,
        Reports,
        WebhookRunner,
        SocketServer,
        ItemFinder,
        StoryProver,
        StoryReader,
        ItemQuestions,
        ForwardQuestions,
        ConditionQuestion,
        AuditReports,
        OwnLinks,
        RecallStatus,
        Feed,
        Outbox,
        ProvenanceReader
      ],
      exports: [ProvenanceReader]
    };
  }
}
