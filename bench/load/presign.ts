import { join } from 'node:path';
import { FileSigner, NETWORK_FILES, type Signer } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { encodeHeader, faults, keyId, signingInput, type Genesis } from '@lading/ledger';
import { CLERK } from '../../apps/node/src/dev/storyLoader.js';
import type { DemoOrganizationId } from '../../apps/node/src/dev/story/names.js';
import { manyEvents, singleEvent } from './events.js';
import type { LoadJob, LoadNode } from './job.js';

/** A compact JWS, ready to be sent, and the position of the node that it is for. */
export interface Presigned {
  readonly home: number;
  readonly line: Buffer;
  readonly payload: Uint8Array;
}

const LIFE_SECONDS = 6 * 3600;
const ISSUED_EARLIER_SECONDS = 5;

/** Signs as a member's program does, before any clock runs: what is measured is the network, not the signing. */
export class Presigner {
  private constructor(
    private readonly genesis: Genesis,
    private readonly job: LoadJob,
    private readonly signers: readonly Signer[]
  ) {}

  static async open(genesis: Genesis, job: LoadJob): Promise<Presigner> {
    const open = ({ directory }: LoadNode): Promise<Signer> => FileSigner.open(join(directory, NETWORK_FILES.member(CLERK)));
    return new Presigner(genesis, job, await Promise.all(job.nodes.map(open)));
  }

  /** The n-th transaction of the run: organizations take turns. */
  sign(n: number): Presigned {
    const { nodes, series, eventsPerTransaction } = this.job;
    const home = n % nodes.length;
    const organization = (nodes[home] as LoadNode).id as DemoOrganizationId;
    const own = Math.floor(n / nodes.length);
    const payload =
      eventsPerTransaction === 1 ? singleEvent(organization, series, own) : manyEvents(organization, series, own, eventsPerTransaction);
    const header = this.#header(home, `${series}-${n}`);
    const signature = (this.signers[home] as Signer).sign(signingInput(header, payload));
    const text = [header, payload, signature].map((part) => Buffer.from(part).toString('base64url')).join('.');
    return { home, line: Buffer.from(text, 'latin1'), payload };
  }

  #header(home: number, jti: string): Uint8Array {
    const ids = this.genesis.config.organizations.map(({ id }) => id);
    const signer = this.signers[home] as Signer;
    const { id } = this.job.nodes[home] as LoadNode;
    const own = ids.findIndex((each) => each === id);
    const lanes = Array.from({ length: faults(ids.length) + 1 }, (_, i) => ids[(own + i) % ids.length] as (typeof ids)[number]);
    const iat = Math.floor(Date.now() / 1000) - ISSUED_EARLIER_SECONDS;
    return encodeHeader({
      alg: 'Ed25519',
      typ: 'lading+jws',
      kid: keyId(id, CLERK, signer.publicKey),
      chain: toBase64Url(this.genesis.chainId),
      op: 'epcis.capture',
      jti,
      iat,
      exp: iat + LIFE_SECONDS,
      lanes
    });
  }

  /** Position of the node that may order it too: the second of its lanes. */
  second(home: number): number {
    const ids = this.genesis.config.organizations.map(({ id }) => id as string);
    const own = ids.indexOf((this.job.nodes[home] as LoadNode).id);
    const next = ids[(own + 1) % ids.length];
    return this.job.nodes.findIndex(({ id }) => id === next);
  }
}
