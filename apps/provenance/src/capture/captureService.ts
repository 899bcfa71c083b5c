import { Inject, Injectable } from '@nestjs/common';
import { ApiFault, type CaptureJob } from '@lading/api';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { CaptureMemory, captureJob } from './captureJobs.js';
import type { CaptureRequest } from './captureRequest.js';
import { eventIdConflict, knownEvents } from './knownEvents.js';
import { isRefused, within, type Submitted } from './submitted.js';

/** A capture is followed for this long in the background; its transactions live longer. */
const FOLLOW_MS = 600_000;
/** How long an asynchronous answer waits for a refusal that the node knows at once. */
const EARLY_MS = 50;
/** How long an answer waits for the query tables to reflect its own write. */
const REFLECT_MS = 10_000;

/** Orders captures and tells what became of them. */
@Injectable()
export class CaptureService {
  private readonly memory = new CaptureMemory();

  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector
  ) {}

  /**
   * Starts a capture; its parts go one after another, so that events keep the document's order. A refusal known at
   * once, of the first part, is thrown: nothing has been ordered then.
   */
  async start(request: CaptureRequest): Promise<void> {
    await this.refuseConflicts(request);
    this.memory.add(request, this.options.nowMs());
    const first = this.submitPart(request, 0);
    void this.submitRest(request, first);
    const answer = await within(first, EARLY_MS);
    if (answer !== null && isRefused(answer) && answer.code !== 'COMMIT_TIMEOUT')
      throw new ApiFault(answer.code, answer.detail);
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
    const parts = await this.options.projection.captureParts(organization, captureId);
    if (memory === null && parts.length === 0) {
      throw new ApiFault('CAPTURE_UNKNOWN', 'no capture of your organization has this id on this node');
    }
    return captureJob(captureId, parts, memory);
  }

  /** Ids of the organization's captures under way, newest first. */
  running(organization: string): readonly string[] {
    return this.memory.running(organization).map(({ captureId }) => captureId);
  }

  private async submitRest(request: CaptureRequest, first: Promise<Submitted>): Promise<void> {
    try {
      let previous = await first;
      for (let part = 1; part < request.transactions.length; part++) {
        if (isRefused(previous)) {
          this.memory.settle(request, part, previous);
          continue;
        }
        previous = await this.submitPart(request, part);
      }
    } catch (error) {
      this.options.reportFailure('capture', error);
    }
  }

  private async submitPart(request: CaptureRequest, part: number): Promise<Submitted> {
    const transaction = request.transactions[part];
    if (transaction === undefined) throw new RangeError(`capture has no part ${part}`);
    const answer = await this.options.node.submit(transaction, FOLLOW_MS);
    // A job that says finished must be readable: the tables first, then the answer.
    if (!isRefused(answer)) await this.projector.waitFor(answer.height, REFLECT_MS);
    this.memory.settle(request, part, answer);
    return answer;
  }

  /** With rollback an event id that is known for other content dooms the document: it is told before ordering. */
  private async refuseConflicts({ behaviour, organization, events }: CaptureRequest): Promise<void> {
    if (behaviour !== 'rollback') return;
    const known = await knownEvents(organization, events, this.options.store);
    const conflict = known.find(({ same }) => !same);
    if (conflict !== undefined) throw eventIdConflict(conflict);
  }
}
