import { batchEvidence, decodeEvidence, evidencePlace, verifyEvidence } from '@lading/consensus';
import type { Evidence } from '@lading/consensus';
import { equalBytes } from '@lading/kernel';
import type { VerifySignature } from '@lading/kernel';
import type { Batch, EpochConfig } from '@lading/ledger';
import { BoundedMap } from '../boundedMap.js';
import type { EngineEvents } from '../events.js';
import { ENGINE_LIMITS } from '../limits.js';
import { EvidenceKeeper } from '../node/evidenceKeeper.js';
import type { EvidenceKeeperParts } from '../node/evidenceKeeper.js';

export interface EvidenceDeskParts extends EvidenceKeeperParts {
  readonly verify: VerifySignature;
  readonly broadcast: (message: Evidence) => void;
  /** Gives the core evidence of the running epoch. */
  readonly accuse: (message: Evidence) => void;
  readonly events: Pick<EngineEvents, 'evidence'>;
}

type BatchHead = Pick<Batch, 'header' | 'signature' | 'batchHash'>;

/**
 * Where evidence comes to (spec E3): that of the running epoch from the core, which has verified it and passed it on;
 * that of the epochs before, a bounded number, from peers: verified here with the config of its epoch, and passed on once.
 */
export class EvidenceDesk {
  readonly #keeper: EvidenceKeeper;
  #configs: readonly EpochConfig[];
  /** Heads of the newest batches, by lane and number. */
  #batches = new BoundedMap<string, BatchHead>(ENGINE_LIMITS.batchHeads);

  /** `configs`: of the running epoch and those before it, ascending. */
  constructor(
    private readonly parts: EvidenceDeskParts,
    configs: readonly EpochConfig[]
  ) {
    this.#keeper = new EvidenceKeeper(parts);
    this.#configs = configs.slice(-1 - ENGINE_LIMITS.evidenceEpochs);
  }

  /** The running epoch is now this one. */
  enter(config: EpochConfig): void {
    this.#configs = [...this.#configs, config].slice(-1 - ENGINE_LIMITS.evidenceEpochs);
    this.#batches = new BoundedMap<string, BatchHead>(ENGINE_LIMITS.batchHeads);
    this.#keeper.forgetBefore(this.#configs[0]?.epoch ?? 0);
  }

  /** Of the core, in the epoch that it names. */
  found(message: Evidence): void {
    if (this.#keeper.keep(message)) this.#tell(message);
  }

  /** E1: a valid batch of the running epoch; a second one for its place proves its author wrong. */
  batch({ header, signature, batchHash }: Batch): void {
    const place = `${header.lane}/${header.seq}`;
    const first = this.#batches.get(place);
    if (first === undefined) this.#batches.set(place, { header, signature, batchHash });
    else if (!equalBytes(first.batchHash, batchHash)) this.parts.accuse(batchEvidence(first, { header, signature }));
  }

  /** A frame with evidence of an epoch before the running one. False: it proves nothing. */
  ofPast(epoch: number, bytes: Uint8Array): boolean {
    const { verify, sha256, broadcast } = this.parts;
    const config = this.#configs.find((one) => one.epoch === epoch);
    // Older than what is known here: of no use, and no fault of the peer.
    if (config === undefined) return true;
    const decoded = decodeEvidence(bytes, config, sha256);
    if (!decoded.ok) return false;
    const message = decoded.value;
    // What is known costs no signature check.
    if (!this.#keeper.wants(message)) return true;
    if (!verifyEvidence(message, config, verify, sha256)) return false;
    this.#keeper.keep(message);
    broadcast(message);
    this.#tell(message);
    return true;
  }

  /** Resolves when what is being written is stored. */
  settled(): Promise<void> {
    return this.#keeper.settled();
  }

  #tell(message: Evidence): void {
    const { validator } = evidencePlace(message);
    const config = this.#configs.find(({ epoch }) => epoch === message.epoch);
    this.parts.events.evidence(message.what, config?.organizations[validator]?.id ?? '', message.epoch);
  }
}
