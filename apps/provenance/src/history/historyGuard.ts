import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AuditController } from '../audit/audit.controller.js';
import { ReportsController } from '../audit/reports.controller.js';
import { CaptureController } from '../capture/capture.controller.js';
import { RESOURCE_CONTROLLERS } from '../discovery/resources.controller.js';
import type { HttpRequest } from '../http/http.types.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { Projector } from '../projector/projector.js';
import { ItemProofsController } from '../proofs/itemProofs.controller.js';
import { QueriesController } from '../queries/queries.controller.js';
import { EventsController } from '../query/events.controller.js';
import { LabelsController } from '../resolver/labels.controller.js';
import { ResolverController } from '../resolver/resolver.controller.js';
import { ItemsController } from '../trace/items.controller.js';
import { TraceController } from '../trace/trace.controller.js';
import { historyFault, tablesFault } from './historyFault.js';

/** What they answer is read from every event since genesis. */
const READERS: ReadonlySet<unknown> = new Set([
  AuditController,
  ItemProofsController,
  ItemsController,
  LabelsController,
  QueriesController,
  ReportsController,
  ResolverController,
  TraceController,
  ...RESOURCE_CONTROLLERS
]);

/** A node that began from a snapshot knows the events since then only: it answers no question about events at all. */
@Injectable()
export class HistoryGuard implements CanActivate {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (!isQuestion(context)) return true;
    const { historyFrom } = this.options.node.status();
    if (historyFrom !== undefined) throw historyFault(historyFrom);
    if (this.projector.holdsTail) throw tablesFault();
    return true;
  }
}

/** An event may be captured, and the capture followed; the list of all captures is not whole. */
function isQuestion(context: ExecutionContext): boolean {
  const controller = context.getClass();
  const { method } = context.switchToHttp().getRequest<HttpRequest>();
  if (controller === EventsController) return method !== 'POST';
  if (controller === CaptureController) return context.getHandler().name === 'getCaptures';
  return READERS.has(controller);
}
