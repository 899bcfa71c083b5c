import { equalBytes, toHex } from '@lading/kernel';
import { weakQuorum } from '@lading/ledger';
import type { EpochConfig, Genesis } from '@lading/ledger';
import type { Clock, LedgerStore, PeerPin, PeerTransport } from '../ports.js';
import type { SnapshotFiles } from '../snapshotPorts.js';
import { fetchSnapshot } from './fetchSnapshot.js';
import type { Offer } from './fetchSnapshot.js';
import { installSnapshot } from './installSnapshot.js';
import { decodeManifest } from './manifest.js';
import { Questions } from './questions.js';
import { SNAPSHOT_LIMITS } from './snapshotLimits.js';
import { verifyManifest } from './verifyManifest.js';
import type { SnapshotTools, VerifiedManifest } from './verifyManifest.js';

export interface JoinParts extends SnapshotTools {
  readonly genesis: Genesis;
  readonly organization: string;
  readonly store: LedgerStore;
  readonly files: SnapshotFiles;
  readonly transport: PeerTransport;
  readonly clock: Clock;
  /** A network that is less high is executed from genesis. */
  readonly minimumLag: number;
  /** What goes on, for a log. */
  readonly tell: (line: string) => void;
}

/**
 * Fills an empty database from a peer's snapshot (spec S7), or leaves it empty where the network is not high enough, or
 * nobody has one in time: then the node executes every block. Nothing is signed, and nothing of a peer is believed that
 * is not certified or said by f + 1 validators. A peer that has shown something false is not asked again.
 */
export async function joinFromSnapshot(parts: JoinParts): Promise<void> {
  const { transport, genesis } = parts;
  const questions = Questions.ofNewcomer(transport, parts.clock);
  transport.admit(pinsOf([genesis.config]));
  await transport.start();
  try {
    await new Join(parts, questions).run();
  } finally {
    questions.close();
  }
}

const pinsOf = (configs: readonly EpochConfig[]): PeerPin[] =>
  configs.flatMap(({ organizations }) => organizations.map(({ id, tlsKeyHash }) => ({ organization: id, tlsKeyHash })));

class Join {
  /** Organizations that have shown something false, in this process or before. */
  #liars = new Set<string>();
  readonly #known = new Set<string>();
  /** How often a peer was silent, or had thrown away what it offered. */
  readonly #failed = new Map<number, number>();

  constructor(
    private readonly parts: JoinParts,
    private readonly questions: Questions
  ) {}

  async run(): Promise<void> {
    const { clock, genesis, minimumLag, tell, files } = this.parts;
    if (genesis.config.organizations.every(({ id }) => id === this.parts.organization)) return;
    this.#know(genesis.config);
    this.#liars = new Set(await files.liars());
    if (this.#liars.size > 0) tell(`not asked, because their snapshots were wrong before: ${[...this.#liars].join(', ')}`);
    let sinceMs = clock.nowMs();
    let answered = false;
    for (;;) {
      const offers = await this.#offers();
      answered ||= offers.length > 0;
      if (this.#isLow(offers)) return tell(`the network is not at height ${minimumLag} yet: no snapshot is needed`);
      const waitedMs = clock.nowMs() - sinceMs;
      if (waitedMs > (answered ? SNAPSHOT_LIMITS.offerMs : SNAPSHOT_LIMITS.firstAnswerMs)) {
        return tell('no peer has offered a snapshot in time: every block is executed');
      }
      const best = await this.#best(offers);
      const begunMs = clock.nowMs();
      if (best !== null && (await this.#take(best))) return;
      // Time that a peer had is not time without one: who keeps a node for long, and then goes, does not use up the others'.
      sinceMs += clock.nowMs() - begunMs;
      await this.questions.pause();
    }
  }

  async #offers(): Promise<readonly Offer[]> {
    const peers = this.parts.transport.connectedPeers();
    const answers = await Promise.all(peers.map((peer) => this.questions.ask(peer, { kind: 'offer' })));
    return answers.flatMap((answer, at) => {
      const peer = peers[at];
      return answer?.kind === 'offer' && peer !== undefined ? [{ ...answer, peer }] : [];
    });
  }

  /** f + 1 peers are below the height that snapshots are for, so an honest one is: fewer may lie, or begin themselves. */
  #isLow(offers: readonly Offer[]): boolean {
    const low = offers.filter(({ head }) => head < this.parts.minimumLag).length;
    return low >= weakQuorum(this.parts.genesis.config.organizations.length);
  }

  /** The one that was begun before, else the highest, of the peers that have failed least often. */
  async #best(offers: readonly Offer[]): Promise<Offer | null> {
    const failed = ({ peer }: Offer): number => this.#failed.get(peer) ?? 0;
    const isUsable = (offer: Offer): boolean =>
      offer.height > 0 && !this.#liars.has(this.#nameOf(offer.peer)) && failed(offer) < SNAPSHOT_LIMITS.peerTries;
    const usable = offers.filter(isUsable);
    const begun = await this.parts.files.unfinished(0);
    const id = begun === null ? null : this.parts.sha256(begun);
    const begins = (offer: Offer): number => (id !== null && equalBytes(offer.id, id) ? 1 : 0);
    const order = (a: Offer, b: Offer): number => failed(a) - failed(b) || begins(b) - begins(a) || b.height - a.height;
    return usable.toSorted(order)[0] ?? null;
  }

  /** True when the database is filled. */
  async #take(offer: Offer): Promise<boolean> {
    const { parts, questions } = this;
    const { tell, files, genesis, transport } = parts;
    tell(`taking the snapshot of height ${offer.height} (${toHex(offer.id)})`);
    const verified = (bytes: Uint8Array): VerifiedManifest | null => this.#verified(bytes, offer);
    const admit = ({ epochs }: VerifiedManifest): void => {
      const running = epochs.at(-1);
      if (running === undefined) return;
      this.#know(running.config);
      transport.admit(pinsOf([running.config, genesis.config]));
    };
    const fetched = await fetchSnapshot({ ...parts, questions, verified, admit }, offer);
    if (fetched.kind === 'false') {
      const name = this.#nameOf(offer.peer);
      this.#liars.add(name);
      await files.addLiar(name);
      await files.begin();
      tell(`the snapshot is false, and its peer is not asked again: ${fetched.why}`);
    }
    if (fetched.kind === 'away') this.#failed.set(offer.peer, (this.#failed.get(offer.peer) ?? 0) + 1);
    if (fetched.kind !== 'whole') return false;
    await installSnapshot(parts, fetched.verified, fetched.manifest);
    await files.finish(toHex(offer.id));
    tell(`the ledger begins at height ${offer.height} here`);
    return true;
  }

  #know({ organizations }: EpochConfig): void {
    for (const { id } of organizations) this.#known.add(id);
  }

  /** Handles are of this process: what is remembered is the organization. */
  #nameOf(peer: number): string {
    return [...this.#known].find((id) => this.parts.transport.handleOf(id) === peer) ?? `peer ${peer}`;
  }

  #verified(bytes: Uint8Array, offer: Offer): VerifiedManifest | null {
    const manifest = decodeManifest(bytes, this.parts.sha256);
    if (!manifest.ok || manifest.value.block.header.height !== offer.height) return null;
    const verified = verifyManifest(manifest.value, this.parts.genesis, this.parts);
    return verified.ok ? verified.value : null;
  }
}
