import { Inject, Injectable } from '@nestjs/common';
import { ApiFault, type CaptureJob } from '@lading/api';
import { historyFault } from '../history/historyFault.js';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { CaptureMemory, captureJob } from './captureJobs.js';
import type { CaptureRequest } from './captureRequest.js';
import { eventIdConflict, knownEvents } from './knownEvents.js';
import { LaneSender, type Sent } from './laneSender.js';
import { isRefused, within, type Submitted } from './submitted.js';

/** How long a request waits for room in the lane before its client is asked to come again. */
const ROOM_MS = 5_000;
/** How long an asynchronous answer waits for what the node knows at once: the transaction waits in its lane, or a refusal. */
const EARLY_MS = 10_000;
/** How long an answer waits for the query tables to reflect its own write. */
const REFLECT_MS = 10_000;

/** Orders captures and tells what became of them. */
@Injectable()
export class CaptureService {
  private readonly memory = new CaptureMemory();
  private readonly lane: LaneSender;

  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector
  ) {
    this.lane = new LaneSender(options.node);
  }

  /**
   * Starts a capture; its parts enter the lane one after another, so that events keep the document's order, and also
   * that of a document whose parts come as requests: this resolves when the first part waits in the lane. A refusal
   * known at once, of the first part, is thrown: nothing has been ordered then.
   */
  async start(request: CaptureRequest): Promise<void> {
    const [transaction] = request.transactions;
    if (transaction === undefined) throw new ApiFault('REQUEST_MALFORMED', 'nothing to capture');
    await this.refuseConflicts(request);
    this.memory.add(request, this.options.nowMs());
    const first = this.lane.first(transaction, ROOM_MS);
    void this.submitRest(request, first);
    const refusal = (await within(first, EARLY_MS))?.refusal ?? null;
    if (refusal !== null && isRefused(refusal) && refusal.code !== 'COMMIT_TIMEOUT')
      throw new ApiFault(refusal.code, refusal.detail);
  }

  /** One event, until it is committed and can be read back. */
  async one(request: CaptureRequest, waitMs: number): Promise<Exclude<Submitted, { ok: false }>> {
    const [transaction] = request.transactions;
    if (transaction === undefined) throw new ApiFault('REQUEST_MALFORMED', 'nothing to capture');
    this.memory.add(request, this.options.nowMs());
    const answer = await this.options.node.submit(transaction, waitMs);
    this.memory.settle(request, 0, answer);
    if (isRefused(answer)) throw new ApiFault(answer.code, answer.detail);
    await this.projector.waitFor(answer.height, REFLECT_MS);
    return answer;
  }

  async job(organization: string, captureId: string): Promise<CaptureJob> {
    const memory = this.memory.find(organization, captureId);
    const { reflectedHeight } = this.projector;
    const parts = await this.options.projection.captureParts(organization, captureId);
    if (memory === null && parts.length === 0) {
      const { historyFrom } = this.options.node.status();
      if (historyFrom !== undefined) throw historyFault(historyFrom);
      throw new ApiFault('CAPTURE_UNKNOWN', 'no capture of your organization has this id on this node');
    }
    return captureJob(captureId, parts, memory, reflectedHeight);
  }

  /** Ids of the organization's captures under way, newest first. */
  running(organization: string): readonly string[] {
    return this.memory.running(organization, this.projector.reflectedHeight).map(({ captureId }) => captureId);
  }

  /** A part that cannot enter the lane ends the capture: what comes after it would be out of order. */
  private async submitRest(request: CaptureRequest, first: Promise<Sent>): Promise<void> {
    try {
      let refused: Submitted | null = null;
      for (const [part, transaction] of request.transactions.entries()) {
        if (refused !== null) {
          this.memory.settle(request, part, refused);
          continue;
        }
        const { refusal, answer } = await (part === 0 ? first : this.lane.inLane(transaction));
        if (refusal !== null && isRefused(refusal)) refused = refusal;
        void this.settle(request, part, answer);
      }
    } catch (error) {
      this.options.reportFailure('capture', error);
    }
  }

  private async settle(request: CaptureRequest, part: number, answer: Promise<Submitted>): Promise<void> {
    try {
      this.memory.settle(request, part, await answer);
    } catch (error) {
      this.options.reportFailure('capture', error);
    }
  }

  /** With rollback an event id that is known for other content dooms the document: it is told before ordering. */
  private async refuseConflicts({ behaviour, organization, events }: CaptureRequest): Promise<void> {
    if (behaviour !== 'rollback') return;
    const known = await knownEvents(organization, events, this.options.store);
    const conflict = known.find(({ same }) => !same);
    if (conflict !== undefined) throw eventIdConflict(conflict);
  }
}
