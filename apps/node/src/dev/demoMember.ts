import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { type OrganizationId, toBase64Url } from '@lading/kernel';
import { buildTransaction, faults, type Genesis, keyId, toCompactJws, type Transaction, type TransactionHeader } from '@lading/ledger';
import { FileSigner, issueToken, NETWORK_FILES, type Signer } from '@lading/identity';
import type { DemoNode } from './layout.js';

const LIFE_SECONDS = 3600;
const TOKEN_REFRESH_MS = 10 * 60_000;
/** Clocks of clients lead those of blocks a little; `iat` is set back by this. */
const ISSUED_EARLIER_SECONDS = 5;

export interface DemoHeader extends Pick<TransactionHeader, 'kid' | 'op' | 'jti'> {
  readonly nowMs: number;
  readonly lifeSeconds: number;
}

/** Header of a transaction that the organization's node orders, or f of those after it in the list. */
export function demoHeader(genesis: Genesis, organization: OrganizationId, asked: DemoHeader): TransactionHeader {
  const { kid, op, jti, nowMs, lifeSeconds } = asked;
  const ids = genesis.config.organizations.map(({ id }) => id);
  const own = ids.indexOf(organization);
  const listed = Array.from({ length: faults(ids.length) + 1 }, (_, i) => ids[(own + i) % ids.length] as OrganizationId);
  // Genesis does not know an organization that has joined: its own lane is the one that is sure to exist.
  const lanes = own < 0 ? [organization] : listed;
  const iat = Math.floor(nowMs / 1000) - ISSUED_EARLIER_SECONDS;
  return { alg: 'Ed25519', typ: 'lading+jws', kid, chain: toBase64Url(genesis.chainId), op, jti, iat, exp: iat + lifeSeconds, lanes };
}

/** A person or service of a demo organization, with its key, able to sign transactions and to call its node. */
export class DemoMember {
  #token = '';
  #tokenUntilMs = 0;

  private constructor(
    readonly node: DemoNode,
    readonly genesis: Genesis,
    readonly member: string,
    private readonly signer: Signer,
    private readonly tokenSigner: Signer
  ) {}

  /** Opens `admin` or one of the members of {@link NETWORK_FILES}. */
  static async open(node: DemoNode, genesis: Genesis, member: string): Promise<DemoMember> {
    const file = member === 'admin' ? NETWORK_FILES.admin : NETWORK_FILES.member(member);
    const signer = await FileSigner.open(join(node.directory, file));
    const tokenSigner = await FileSigner.open(join(node.directory, NETWORK_FILES.token));
    return new DemoMember(node, genesis, member, signer, tokenSigner);
  }

  get publicKey(): Uint8Array {
    return this.signer.publicKey;
  }

  sign(operation: string, payload: Uint8Array, jti: string = randomUUID(), nowMs: number = Date.now()): Transaction {
    const header = demoHeader(this.genesis, this.node.id as OrganizationId, {
      ...{ kid: keyId(this.node.id, this.member, this.signer.publicKey), op: operation, jti, nowMs, lifeSeconds: LIFE_SECONDS }
    });
    return buildTransaction(header, payload, (message) => this.signer.sign(message));
  }

  /** The header that carries a detached signature on EPCIS routes. */
  detachedSignature(tx: Transaction): string {
    const [header, , signature] = toCompactJws(tx).split('.');
    return `${header ?? ''}..${signature ?? ''}`;
  }

  token(nowMs: number = Date.now()): string {
    if (nowMs >= this.#tokenUntilMs) {
      this.#token = issueToken(
        {
          issuer: this.node.id,
          member: this.member,
          audience: toBase64Url(this.genesis.chainId),
          scopes: ['admin', 'audit', 'capture', 'operate', 'query'],
          kid: keyId(this.node.id, 'token', this.tokenSigner.publicKey),
          nowMs
        },
        this.tokenSigner
      );
      this.#tokenUntilMs = nowMs + TOKEN_REFRESH_MS;
    }
    return this.#token;
  }
}
