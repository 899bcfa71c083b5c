/**
 * @lading/transport — frames between validators: mutual TLS 1.3 with keys pinned by the ledger, bounded queues, one
 * connection per pair; and the same as a Nest transport strategy. Not here: what frames mean, who is a validator.
 * May import: engine ports, membership, ledger, kernel; Nest microservices.
 */
export { parseAddress } from './address.js';
export type { PeerAddress } from './address.js';
export { FrameReader, frameHead } from './framing.js';
export type { Frame } from './framing.js';
export { MESH_LIMITS } from './meshLimits.js';
export type { MeshLimits } from './meshLimits.js';
export { PeerClient } from './peer.client.js';
export type { PeerPattern } from './peer.client.js';
export { PeerContext, PeerServer } from './peer.strategy.js';
export type { PeerMessage } from './peer.strategy.js';
export { PeerFault } from './peerFault.js';
export type { PeerEvent, PeerFaultCode } from './peerFault.js';
export { PeerMesh } from './peerMesh.js';
export type { FrameHandler, PeerMeshOptions } from './peerMesh.js';
export type { TlsKey } from './tlsSettings.js';
