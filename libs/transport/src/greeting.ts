import { asciiBytes, concatBytes, equalBytes, u32be } from '@lading/kernel';
import { PeerFault } from './peerFault.js';

/** The first frame of either side, sent after the TLS keys have been checked. */
export interface Greeting {
  readonly chainId: Uint8Array;
  /** Index of the sender in the epoch's configuration. */
  readonly index: number;
  readonly protocolVersion: number;
}

/** Version of frames and messages; peers of another one are refused. */
export const PROTOCOL_VERSION = 1;

const TAG = asciiBytes('lading/peer/1\0');
export const GREETING_BYTES = TAG.length + 32 + 4 + 4;

/** "lading/peer/1" 0 ‖ chainId ‖ u32be index ‖ u32be protocolVersion. */
export function encodeGreeting({ chainId, index, protocolVersion }: Greeting): Uint8Array {
  return concatBytes(TAG, chainId, u32be(index), u32be(protocolVersion));
}

export function decodeGreeting(bytes: Uint8Array): Greeting {
  if (bytes.length !== GREETING_BYTES || !equalBytes(bytes.subarray(0, TAG.length), TAG))
    throw new PeerFault('PEER_FRAME_MALFORMED', 'the first frame is not a greeting');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const numbers = TAG.length + 32;
  return {
    chainId: bytes.slice(TAG.length, numbers),
    index: view.getUint32(numbers),
    protocolVersion: view.getUint32(numbers + 4)
  };
}

/** Throws unless the greeting is that of peer `index` of our network. */
export function checkGreeting(greeting: Greeting, own: Greeting, index: number): void {
  if (!equalBytes(greeting.chainId, own.chainId))
    throw new PeerFault('PEER_WRONG_NETWORK', 'the peer belongs to another network (chain id)');
  const { protocolVersion } = greeting;
  if (protocolVersion !== own.protocolVersion)
    throw new PeerFault('PEER_WRONG_VERSION', `protocol version ${protocolVersion}, ours is ${own.protocolVersion}`);
  if (greeting.index !== index)
    throw new PeerFault('PEER_WRONG_KEY', `the TLS key is that of peer ${index}, the greeting says ${greeting.index}`);
}
