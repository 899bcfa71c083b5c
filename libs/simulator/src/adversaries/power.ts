import { messageVoteBytes, withSignature } from '@lading/consensus';
import type { SignedMessage, UnsignedMessage } from '@lading/consensus';
import type { Hash } from '@lading/kernel';
import { Letter } from '../envelope.js';
import type { Actor } from '../surroundings.js';
import { signSymbolic } from '../symbolicSigner.js';
import { fakeHash, membersOf } from '../world.js';
import type { Power } from '../surroundings.js';

const OTHER_NETWORK = fakeHash('chain', 2);

export function makePower(node: Actor): Power {
  const { world } = node;
  const signed = <M extends UnsignedMessage>(message: M, chainId: Hash, key: number): SignedMessage & M =>
    withSignature(message, signSymbolic(key, messageVoteBytes(message, chainId, world.sha256))) as SignedMessage & M;
  return {
    node,
    get config() {
      return node.config;
    },
    get self() {
      return node.self ?? 0;
    },
    get peers() {
      return membersOf(node.config).filter((id) => id !== node.index);
    },
    dice: world.dice,
    sign: (message) => {
      const { chainId } = node.config;
      const own = signed(message, chainId, node.key);
      world.onSigned(node, own, messageVoteBytes(message, chainId, world.sha256));
      return own;
    },
    signElsewhere: (message) => signed(message, OTHER_NETWORK, membersOf(node.config)[message.signer] ?? 0),
    send: (to, message) => node.post(to, Letter.of(message)),
    sendBytes: (to, bytes) => node.post(to, Letter.ofBytes(bytes)),
    announce: (batch) => world.onBatch(batch),
    acted: () => world.onAct(node)
  };
}
