import type { SignedMessage } from '@lading/consensus';
import type { Power } from '../surroundings.js';

/** The same message with the own signature of its new content. */
export function resign<M extends SignedMessage>(message: M, power: Power): M {
  return power.sign(message) as M;
}
