import { LIMITS } from '@lading/kernel';

/** Bounds of memory and patience of a mesh. */
export interface MeshLimits {
  readonly frameBytes: number;
  /** Frames and bytes waiting per peer and direction. */
  readonly queueFrames: number;
  readonly queueBytes: number;
  /** From TCP accept or connect to the peer's greeting. */
  readonly handshakeMs: number;
  /** Connections that have not greeted yet: of one address, and of all. */
  readonly halfOpenPerAddress: number;
  readonly halfOpenTotal: number;
  /** An idle connection sends an empty frame this often. */
  readonly pingMs: number;
  /** So many ping intervals without a byte end a connection. */
  readonly silentPings: number;
  /** How long the peer that should dial is given, before this node dials it. */
  readonly patienceMs: number;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
}

export const MESH_LIMITS: MeshLimits = {
  frameBytes: LIMITS.frameBytes,
  queueFrames: LIMITS.peerQueueFrames,
  queueBytes: LIMITS.peerQueueBytes,
  handshakeMs: 5000,
  halfOpenPerAddress: 32,
  halfOpenTotal: 128,
  pingMs: 1000,
  silentPings: 5,
  patienceMs: 3000,
  backoffMinMs: 50,
  backoffMaxMs: 1000
};
