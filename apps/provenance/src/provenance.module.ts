import { Module, type DynamicModule } from '@nestjs/common';
import { CaptureController } from './capture/capture.controller.js';
import { CaptureService } from './capture/captureService.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from './provenance.options.js';
import { ProvenanceReader } from './provenanceReader.js';
import { Projector } from './projector/projector.js';
import { EventsController } from './query/events.controller.js';
import { ItemsController } from './trace/items.controller.js';
import { ItemFinder } from './trace/itemFinder.js';
import { TraceController } from './trace/trace.controller.js';

/** EPCIS capture and query, trace and items over one organization's ledger. */
@Module({})
export class ProvenanceModule {
  static register(options: ProvenanceOptions): DynamicModule {
    return {
      module: ProvenanceModule,
      controllers: [CaptureController, EventsController, TraceController, ItemsController],
      providers: [
        { provide: PROVENANCE_OPTIONS, useValue: options },
        Projector,
        CaptureService,
        ItemFinder,
        ProvenanceReader
      ],
      exports: [ProvenanceReader]
    };
  }
}
