import { equalBytes, toHex } from '@lading/kernel';
import type { Hash, Height, Sha256 } from '@lading/kernel';
import { faults, weakQuorum } from '@lading/ledger';
import type { PeerTransport } from '../ports.js';
import type { SnapshotFiles } from '../snapshotPorts.js';
import { contextDigest } from './context.js';
import { heightOfManifest } from './manifest.js';
import type { Questions } from './questions.js';
import { SNAPSHOT_LIMITS } from './snapshotLimits.js';
import { verifyState } from './stateOfChunks.js';
import type { VerifiedManifest } from './verifyManifest.js';

/** A snapshot that a peer says it has, and the head it says it is at. */
export interface Offer {
  readonly peer: number;
  readonly head: Height;
  readonly height: Height;
  readonly id: Hash;
}

export interface FetchParts {
  readonly organization: string;
  readonly files: SnapshotFiles;
  readonly transport: PeerTransport;
  readonly questions: Questions;
  readonly sha256: Sha256;
  /** Null: the manifest does not hold. */
  readonly verified: (manifest: Uint8Array) => VerifiedManifest | null;
  /** Whom the manifest shows to be validators may be asked. */
  readonly admit: (verified: VerifiedManifest) => void;
}

/** `away`: the peer is silent, or too few confirm; nothing is wrong with it. */
export type Fetched =
  | { readonly kind: 'whole'; readonly verified: VerifiedManifest; readonly manifest: Uint8Array }
  | { readonly kind: 'false'; readonly why: string }
  | { readonly kind: 'away' };

const AWAY: Fetched = { kind: 'away' };
const TOO_LARGE: Fetched = { kind: 'false', why: 'its state is far larger than f + 1 validators say theirs is' };

/**
 * Brings all parts of an offered snapshot into the files and verifies them: the manifest before any chunk is asked for,
 * each chunk by its hash, then the whole state. Parts that an earlier attempt has left are used where their hash is right.
 */
export async function fetchSnapshot(parts: FetchParts, offer: Offer): Promise<Fetched> {
  const { files, sha256 } = parts;
  const begun = await files.unfinished(0);
  const isBegun = begun !== null && equalBytes(sha256(begun), offer.id);
  const manifest = isBegun ? begun : await askPart(parts, offer, 0);
  if (manifest === null) return AWAY;
  if (!equalBytes(sha256(manifest), offer.id)) return { kind: 'false', why: 'the manifest is not the one offered' };
  const verified = parts.verified(manifest);
  if (verified === null) return { kind: 'false', why: 'the manifest does not hold' };
  parts.admit(verified);
  if (!isBegun) {
    await files.begin();
    await files.put(0, manifest);
  }
  const confirmed = await confirm(parts, verified);
  if (confirmed === 'unknown') return AWAY;
  if (confirmed === 'no') return { kind: 'false', why: 'f + 1 validators know other views' };
  const { chunks, treeRoot } = verified.manifest;
  let loadedBytes = 0;
  for (const [at, hash] of chunks.entries()) {
    const brought = await bringChunk(parts, offer, at + 1, hash);
    if (typeof brought !== 'number') return brought;
    loadedBytes += brought;
    if (loadedBytes > confirmed.maxBytes) return confirmed.isSure ? TOO_LARGE : AWAY;
  }
  const depth = verified.epochs[0]?.config.parameters.stateDepth ?? 0;
  const state = await verifyState(chunks, treeRoot, depth, (index) => files.unfinished(index), sha256);
  return state.ok ? { kind: 'whole', verified, manifest } : { kind: 'false', why: state.detail };
}

/** Bytes of the chunk, which is in the files then. */
async function bringChunk(parts: FetchParts, offer: Offer, index: number, hash: Hash): Promise<Fetched | number> {
  const { files, sha256 } = parts;
  const held = await files.unfinished(index);
  if (held !== null && equalBytes(sha256(held), hash)) return held.length;
  const bytes = await askPart(parts, offer, index);
  if (bytes === null) return AWAY;
  if (!equalBytes(sha256(bytes), hash)) return { kind: 'false', why: `chunk ${index} is not the one of the manifest` };
  await files.put(index, bytes);
  return bytes.length;
}

/** Null: silence, or the peer has thrown it away. */
async function askPart({ questions }: FetchParts, { peer, id }: Offer, index: number): Promise<Uint8Array | null> {
  for (let tries = 0; tries < SNAPSHOT_LIMITS.partTries; tries++) {
    const answer = await questions.ask(peer, { kind: 'part', id, index });
    if (answer?.kind === 'part') return answer.bytes.length === 0 ? null : answer.bytes;
  }
  return null;
}

/** How large the state may be. `isSure`: enough have said a size that no liars can have made it too small (8.7). */
interface SizeBound {
  readonly maxBytes: number;
  readonly isSure: boolean;
}

function sizeBound(saidBytes: readonly number[], organizations: number): SizeBound {
  const { stateFactor, stateSlackBytes } = SNAPSHOT_LIMITS;
  const honest = [...saidBytes].sort((a, b) => b - a)[weakQuorum(organizations) - 1] ?? 0;
  return { maxBytes: honest * stateFactor + stateSlackBytes, isSure: saidBytes.length > 2 * faults(organizations) };
}

/** spec/ledger.md 8.4: f + 1 validators of the running epoch, this node not counted. What they confirm has a bound (8.7). */
async function confirm(parts: FetchParts, { manifest, epochs }: VerifiedManifest): Promise<SizeBound | 'no' | 'unknown'> {
  const { questions, transport, organization, sha256 } = parts;
  const running = epochs.at(-1)?.config;
  if (running === undefined) return 'no';
  const height = heightOfManifest(manifest);
  const context = { ended: manifest.epochs.map(({ views }) => views), views: manifest.views, recent: manifest.recent };
  const own = toHex(contextDigest(manifest.chainId, height, context, sha256));
  const said = new Map<string, { readonly digest: string; readonly stateBytes: number }>();
  for (let round = 0; round < SNAPSHOT_LIMITS.partTries; round++) {
    const waiting = running.organizations.filter(({ id }) => id !== organization && !said.has(id));
    await Promise.all(
      waiting.map(async ({ id }) => {
        const peer = transport.handleOf(id);
        const answer = peer === null ? null : await questions.ask(peer, { kind: 'context', height });
        if (answer?.kind !== 'context' || answer.digest.length !== 32) return;
        said.set(id, { digest: toHex(answer.digest), stateBytes: answer.stateBytes });
      })
    );
    const wanted = weakQuorum(running.organizations.length);
    const counts = new Map<string, number>();
    for (const { digest } of said.values()) counts.set(digest, (counts.get(digest) ?? 0) + 1);
    const sizes = [...said.values()].map(({ stateBytes }) => stateBytes);
    if ((counts.get(own) ?? 0) >= wanted) return sizeBound(sizes, running.organizations.length);
    if ([...counts.values()].some((count) => count >= wanted)) return 'no';
    await questions.pause();
  }
  return 'unknown';
}
