import type { EvidenceKind } from '@lading/consensus';
import type { Hash, Height } from '@lading/kernel';

/** What happened inside, for logs and metrics. Callbacks must not throw and must not block. */
export interface EngineEvents {
  /** A block is executed and durable. */
  blockCommitted(block: CommittedBlockEvent): void;
  /** A checkpoint certificate is stored. */
  checkpointStored(height: Height): void;
  viewChanged(view: number, mode: string): void;
  /** A peer sent something that no correct peer sends; it was dropped. */
  peerInvalid(peer: number, code: string): void;
  /** Proof that the validator of this organization broke the protocol in this epoch, new to this process. */
  evidence(kind: EvidenceKind, organization: string, epoch: number): void;
  /** Blocks are from now on made by the validators of this epoch; `observes`: this node is none of them. */
  epochEntered(epoch: number, observes: boolean): void;
  /** Something that a person should look at. */
  alarm(code: string, detail: string): void;
  /** The node cannot go on: stop the process, then start it again. Called at most once. */
  fatal(error: Error): void;
}

export interface CommittedBlockEvent {
  readonly height: Height;
  readonly blockHash: Hash;
  readonly timestampMs: number;
  readonly transactions: number;
  /** Milliseconds from the commit decision to durability, of the group this block was in. */
  readonly executionMs: number;
  /** Blocks that shared one database transaction. */
  readonly groupSize: number;
}

const nothing = (): void => undefined;

export const SILENT_EVENTS: EngineEvents = {
  blockCommitted: nothing,
  checkpointStored: nothing,
  viewChanged: nothing,
  peerInvalid: nothing,
  evidence: nothing,
  epochEntered: nothing,
  alarm: nothing,
  fatal: nothing
};
