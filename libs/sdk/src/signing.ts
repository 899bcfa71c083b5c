import { assert, toBase64Url, type Hash, type OrganizationId } from '@lading/kernel';
import {
  decodeCompactJws,
  encodeHeader,
  faults,
  keyId,
  signingInput,
  toCompactJws,
  type EpochConfig,
  type Transaction
} from '@lading/ledger';

/** Whoever holds a member's key: a file, a key service, WebCrypto. Only signatures leave it. */
export interface TransactionSigner {
  readonly organization: string;
  readonly member: string;
  /** 32-byte Ed25519 key that is registered for the member. */
  readonly publicKey: Uint8Array;
  /** Ed25519 over exactly these bytes; 64 bytes. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export interface SignRequest {
  readonly chainId: Hash;
  readonly op: string;
  readonly payload: Uint8Array;
  /** 1 … f+1 organizations; see {@link chooseLanes}. */
  readonly lanes: readonly string[];
  /** Idempotency key. Default: a random UUID. */
  readonly jti?: string;
  /** Milliseconds since 1970. Default: the clock's. */
  readonly nowMs?: number;
  /** Default 3600; at most 86 400. */
  readonly lifeSeconds?: number;
}

const LIFE_SECONDS = 3600;

/** Makes and signs a transaction (spec/ledger.md §3): a JWS that any JOSE library could have made. */
export async function signTransaction(request: SignRequest, signer: TransactionSigner): Promise<Transaction> {
  const iat = Math.floor((request.nowMs ?? Date.now()) / 1000);
  const header = encodeHeader({
    alg: 'Ed25519',
    typ: 'lading+jws',
    kid: keyId(signer.organization, signer.member, signer.publicKey),
    chain: toBase64Url(request.chainId),
    op: request.op,
    jti: request.jti ?? crypto.randomUUID(),
    iat,
    exp: iat + (request.lifeSeconds ?? LIFE_SECONDS),
    lanes: request.lanes as readonly OrganizationId[]
  });
  const signature = await signer.sign(signingInput(header, request.payload));
  const built = decodeCompactJws([header, request.payload, signature].map(toBase64Url).join('.'));
  assert(built.ok, `signTransaction: ${built.ok ? '' : `${built.code} ${built.detail} ${built.pointer ?? ''}`}`);
  return built.value;
}

/**
 * The organizations that may order a transaction of this one: itself, and f more that are asked when its own node is
 * away. More are not allowed, so that no single dishonest organization can order transactions against their sequence.
 */
export function chooseLanes(config: EpochConfig, organization: string): readonly OrganizationId[] {
  const ids = config.organizations.map(({ id }) => id);
  const own = ids.indexOf(organization as OrganizationId);
  assert(own >= 0, `chooseLanes: ${organization} is not an organization of this network`);
  return Array.from({ length: faults(ids.length) + 1 }, (_, i) => ids[(own + i) % ids.length] as OrganizationId);
}

/** Value of the Lading-Signature header (RFC 7515 appendix F): the payload travels as the body of the request. */
export function detachedSignature(tx: Transaction): string {
  const [header = '', , signature = ''] = toCompactJws(tx).split('.');
  return `${header}..${signature}`;
}
