import { join } from 'node:path';
import { FileSigner, NETWORK_FILES, type Signer } from '@lading/identity';
import type { OrganizationId } from '@lading/kernel';
import { encodeHeader, keyId, signingInput, type Genesis } from '@lading/ledger';
import { demoHeader } from '../../apps/node/src/dev/demoMember.js';
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
    const { id } = this.job.nodes[home] as LoadNode;
    const kid = keyId(id, CLERK, (this.signers[home] as Signer).publicKey);
    const asked = { kid, op: 'epcis.capture', jti, nowMs: Date.now(), lifeSeconds: LIFE_SECONDS };
    return encodeHeader(demoHeader(this.genesis, id as OrganizationId, asked));
  }

  /** Position of the node that may order it too: the second of its lanes. */
  second(home: number): number {
    const ids = this.genesis.config.organizations.map(({ id }) => id as string);
    const own = ids.indexOf((this.job.nodes[home] as LoadNode).id);
    const next = ids[(own + 1) % ids.length];
    return this.job.nodes.findIndex(({ id }) => id === next);
  }
}
