import type { Sha256 } from '@lading/kernel';
import { sha256 } from '@noble/hashes/sha2.js';

/** SHA-256 in plain JavaScript: the default wherever no native one is passed in (browsers, the verifier, tests). */
export const sha256Noble: Sha256 = (data) => sha256(data);
