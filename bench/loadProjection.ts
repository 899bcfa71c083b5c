import { randomBytes } from 'node:crypto';
import type { OutcomeRecord } from '@lading/ledger';
import { SeedSigner, sha256Node } from '@lading/identity';
import { asHash, toBase64Url, type Height, type OrganizationId } from '@lading/kernel';
import { buildTransaction, keyId } from '@lading/ledger';
import type { ProjectionChunk, ProjectionPosition, ProjectionStore } from '@lading/storage';
import { projectTransaction } from '../apps/provenance/src/projector/projectTransaction.js';
import { lineageEvents } from './lineage.js';
import { EVENTS_PER_TRANSACTION, journeyEvents, WORLD_START_MS, type ToldEvents } from './world.js';

/** Above every height that the ledger of a fresh network reaches: the node's projector then leaves the rows alone. */
const FIRST_HEIGHT = 1_000_000;
const TRANSACTIONS_PER_BLOCK = 5;
const TRANSACTIONS_PER_CHUNK = 25;

export interface World {
  /** The lot with many ancestors. */
  readonly root: string;
  readonly transactions: number;
  readonly tell: (n: number) => ToldEvents;
}

/** At least `events` events; those of the lineage stand spread among the others. */
export function worldOf(events: number, ancestors: number): World {
  const lineage = lineageEvents(ancestors);
  const journeys = Math.ceil(events / EVENTS_PER_TRANSACTION);
  const total = journeys + lineage.transactions.length;
  // Transaction n is the lineage's when the rounded share of the lineage grows there.
  const share = (n: number): number => Math.floor((n * lineage.transactions.length) / total);
  const tell = (n: number): ToldEvents => {
    const own = lineage.transactions[share(n)];
    return share(n + 1) > share(n) && own !== undefined ? own : journeyEvents(n - share(n));
  };
  return { root: lineage.root, transactions: total, tell };
}

/**
 * Fills the query tables as the projector does, from signed transactions through the same code, but without consensus:
 * its own `apply`, chunk after chunk. Goes on where an interrupted load ended.
 */
export async function loadProjection(world: World, store: ProjectionStore, log: (line: string) => void): Promise<number> {
  let position = await store.position();
  if (position.nextHeight < FIRST_HEIGHT && position.events > 0) throw new Error('the query tables hold events of a ledger');
  if (placeOf(position) >= world.transactions) return 0;
  const chainId = asHash(new Uint8Array(randomBytes(32)));
  const signer = new SeedSigner();
  const started = performance.now();
  let applied: Promise<ProjectionPosition> = Promise.resolve(position);
  for (let n = placeOf(position); n < world.transactions; n += TRANSACTIONS_PER_CHUNK) {
    const chunk = chunkAt(n, world, toBase64Url(chainId), signer);
    // The next chunk is made while the database works on this one.
    position = await applied;
    applied = store.apply({ ...chunk, from: position });
    applied.catch(() => undefined);
    if (n % 500 < TRANSACTIONS_PER_CHUNK) log(`${position.events} events after ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  await applied;
  return (performance.now() - started) / 1000;
}

const placeOf = ({ nextHeight, nextIndex }: ProjectionPosition): number =>
  nextHeight < FIRST_HEIGHT ? 0 : (nextHeight - FIRST_HEIGHT) * TRANSACTIONS_PER_BLOCK + nextIndex;

const heightOf = (n: number): Height => (FIRST_HEIGHT + Math.floor(n / TRANSACTIONS_PER_BLOCK)) as Height;

function chunkAt(first: number, world: World, chain: string, signer: SeedSigner): Omit<ProjectionChunk, 'from'> {
  const end = Math.min(first + TRANSACTIONS_PER_CHUNK, world.transactions);
  const projected = Array.from({ length: end - first }, (_, i) => projectedAt(first + i, world, chain, signer));
  return {
    nextHeight: heightOf(end),
    nextIndex: end % TRANSACTIONS_PER_BLOCK,
    reflectedHeight: heightOf(end - 1),
    events: projected.flatMap(({ events }) => events),
    captures: projected.flatMap(({ capture }) => (capture === null ? [] : [capture])),
    vocabulary: projected.flatMap(({ vocabulary }) => vocabulary),
    places: projected.flatMap(({ places }) => places)
  };
}

/** The document around events of the world. */
export function epcisDocument(events: readonly object[], timeMs: number): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({
      '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
      ...{ type: 'EPCISDocument', schemaVersion: '2.0', creationDate: new Date(timeMs).toISOString() },
      epcisBody: { eventList: events }
    })
  );
}

function projectedAt(n: number, world: World, chain: string, signer: SeedSigner) {
  const { organization, events } = world.tell(n);
  const recordTimeMs = WORLD_START_MS + Math.floor(n / TRANSACTIONS_PER_BLOCK) * 15_000_000;
  const iat = Math.floor(recordTimeMs / 1000);
  const tx = buildTransaction(
    {
      ...{ alg: 'Ed25519', typ: 'lading+jws', kid: keyId(organization, 'clerk', signer.publicKey), chain },
      ...{ op: 'epcis.capture', jti: `load-${n}`, iat, exp: iat + 3600, lanes: [organization as OrganizationId] }
    },
    epcisDocument(events, recordTimeMs),
    (message) => signer.sign(message)
  );
  const place = { height: heightOf(n), index: n % TRANSACTIONS_PER_BLOCK };
  const outcome: OutcomeRecord = { ...place, txId: tx.txId, status: 'APPLIED', code: '', detail: [] };
  const stored = { ...place, batchHash: asHash(sha256Node(tx.encoded)), indexInBatch: 0, encoded: tx.encoded, outcome };
  return projectTransaction(stored, recordTimeMs);
}
