import { assert, fromHex } from '@lading/kernel';
import type { VerifySignature } from '@lading/kernel';
import { admitPublicKey, verifyC1Noble } from '@lading/ledger';
import { sodiumVerify } from './c1.js';
import { C1_CASES } from './c1Vectors.js';
import { IdentityFault } from './fault.js';

/** The two halves of rule C1, and the name that a failure carries. */
export interface C1Implementation {
  readonly name: string;
  readonly verify: VerifySignature;
}

function bytes(hex: string): Uint8Array {
  const decoded = fromHex(hex);
  assert(decoded !== null, 'a self-test vector is not hex');
  return decoded;
}

/** Names of the cases that the implementation answers otherwise than the protocol. */
export function c1Disagreements(verify: VerifySignature): readonly string[] {
  return C1_CASES.filter(
    (test) => verify(bytes(test.signature), bytes(test.message), bytes(test.publicKey)) !== test.accepted
  ).map((test) => test.name);
}

/**
 * Run before a node joins: libsodium as loaded here and the auditors' second implementation must both give the
 * protocol's answers, and so must admission. A node that fails would fork from the others, so it must not start.
 * Throws C1_SELF_TEST naming the implementation and the cases.
 */
export function selfTestC1(
  implementations: readonly C1Implementation[] = [
    { name: 'libsodium', verify: sodiumVerify },
    { name: 'noble points', verify: verifyC1Noble }
  ],
  admit: (publicKey: Uint8Array) => boolean = admitPublicKey
): void {
  for (const { name, verify } of implementations) {
    const wrong = c1Disagreements(verify);
    if (wrong.length > 0) throw new IdentityFault('C1_SELF_TEST', `${name} differs on: ${wrong.join('; ')}`);
  }
  const wrong = C1_CASES.filter((test) => admit(bytes(test.publicKey)) !== test.admitted);
  if (wrong.length > 0)
    throw new IdentityFault('C1_SELF_TEST', `key admission differs on: ${wrong.map((test) => test.name).join('; ')}`);
}
