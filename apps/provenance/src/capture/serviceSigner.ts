import type { OrganizationId } from '@lading/kernel';
import { toBase64Url } from '@lading/kernel';
import { buildTransaction, type Transaction } from '@lading/ledger';
import type { ProvenanceOptions, ServiceKey } from '../provenance.options.js';

/** Long enough to get through a halt that people repair; a retry with the same key finds the first outcome. */
const LIFE_SECONDS = 3600;

/** A capture transaction signed by the node's service key. `jti` is the client's idempotency key or a fresh one. */
export function signForCaller(
  options: ProvenanceOptions,
  service: ServiceKey,
  payload: Uint8Array,
  jti: string
): Transaction {
  const iat = Math.floor(options.nowMs() / 1000);
  const lanes: readonly OrganizationId[] = [options.organization];
  const header = {
    alg: 'Ed25519',
    typ: 'lading+jws',
    kid: service.keyId,
    chain: toBase64Url(options.chainId),
    op: 'epcis.capture',
    jti,
    iat,
    exp: iat + LIFE_SECONDS,
    lanes
  } as const;
  return buildTransaction(header, payload, (message) => service.sign(message));
}
