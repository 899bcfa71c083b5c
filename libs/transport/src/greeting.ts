import { asciiBytes, concatBytes, equalBytes, u32be } from '@lading/kernel';
import { PeerFault } from './peerFault.js';

/** The first frame of either side, sent after the TLS keys have been checked: the key says who, the greeting what. */
export interface Greeting {
  readonly chainId: Uint8Array;
  readonly protocolVersion: number;
}

/** Version of frames and messages; peers of another one are refused. */
export const PROTOCOL_VERSION = 1;

const TAG = asciiBytes('lading/peer/1\0');
export const GREETING_BYTES = TAG.length + 32 + 4;

/** "lading/peer/1" 0 ‖ chainId ‖ u32be protocolVersion. */
export function encodeGreeting({ chainId, protocolVersion }: Greeting): Uint8Array {
  return concatBytes(TAG, chainId, u32be(protocolVersion));
}

export function decodeGreeting(bytes: Uint8Array): Greeting {
  if (bytes.length !== GREETING_BYTES || !equalBytes(bytes.subarray(0, TAG.length), TAG))
    throw new PeerFault('PEER_FRAME_MALFORMED', 'the first frame is not a greeting');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = TAG.length + 32;
  return { chainId: bytes.slice(TAG.length, version), protocolVersion: view.getUint32(version) };
}

/** Throws unless the greeting is that of a peer of our network. */
export function checkGreeting(greeting: Greeting, own: Greeting): void {
  if (!equalBytes(greeting.chainId, own.chainId))
    throw new PeerFault('PEER_WRONG_NETWORK', 'the peer belongs to another network (chain id)');
  const { protocolVersion } = greeting;
  if (protocolVersion !== own.protocolVersion)
    throw new PeerFault('PEER_WRONG_VERSION', `protocol version ${protocolVersion}, ours is ${own.protocolVersion}`);
}
