import { encodeMessage, messageVoteBytes, withSignature, type PhaseVote } from '@lading/consensus';
import type { ExecutedBlock } from '@lading/engine';
import { asHash, toBase64Url } from '@lading/kernel';
import type { Hash, Height } from '@lading/kernel';
import type { CheckpointCertificate, Transaction } from '@lading/ledger';
import { changeTransaction, signedChange, TestKeys } from '../fixtures/testConfigChange.js';
import { signTransaction, testNetwork } from '../fixtures/testNetwork.js';
import type { TestMemberKey, TestNetwork } from '../fixtures/testNetwork.js';
import { ExecutedChain, quickSign } from './executedChain.js';

export interface SampleLedger {
  readonly network: TestNetwork;
  readonly blocks: readonly ExecutedBlock[];
  readonly checkpoints: readonly { readonly checkpoint: CheckpointCertificate; readonly treeRoot: Hash }[];
}

/** Somebody who signs quickly. */
export const quick = (key: TestMemberKey): TestMemberKey => ({ ...key, sign: quickSign(key.secretKey) });

const CLERK = 'clerk';

/** Numbers the transactions of one ledger, and signs them for the time of its next block. */
export class Scribe {
  #jti = 0;
  readonly #keys: readonly { readonly admin: TestMemberKey; readonly clerk: TestMemberKey }[];

  constructor(
    readonly network: TestNetwork,
    private readonly nowMs: () => number
  ) {
    this.#keys = network.organizations.map((one) => ({ admin: quick(one.admin), clerk: quick(one.memberKey(CLERK)) }));
  }

  #of(organization: number): { readonly admin: TestMemberKey; readonly clerk: TestMemberKey } {
    const found = this.#keys[organization];
    if (found === undefined) throw new Error(`no organization ${organization}`);
    return found;
  }

  sign(key: TestMemberKey, op: string, payload: unknown): Transaction {
    const jti = `jti-${(this.#jti += 1)}`;
    return signTransaction(this.network, key, { op, payload, jti, iat: Math.floor(this.nowMs() / 1000) });
  }

  /** Puts the organization's clerk on the ledger. */
  enrol(organization: number): readonly Transaction[] {
    const { admin, clerk } = this.#of(organization);
    return [
      this.sign(admin, 'member.add', { member: CLERK, name: 'A clerk', roles: ['capture', 'query'] }),
      this.sign(admin, 'key.add', { member: CLERK, purpose: 'member', publicKey: toBase64Url(clerk.publicKey) })
    ];
  }

  /** An event of the clerk about one serial number. */
  event(organization: number, number: number, changes: object = {}): Transaction {
    const event = {
      '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
      type: 'ObjectEvent',
      action: 'ADD',
      bizStep: 'commissioning',
      eventTime: new Date(this.nowMs()).toISOString(),
      eventTimeZoneOffset: '+00:00',
      epcList: [serial(organization, number)],
      ...changes
    };
    return this.sign(this.#of(organization).clerk, 'epcis.capture', event);
  }
}

export const serial = (organization: number, number: number): string =>
  `urn:epc:id:sgtin:95201${organization}0.012345.${number}`;

/**
 * A few blocks with everything that a ledger has: batches of several lanes, captures applied, recorded and rejected,
 * refused operations, a change of the configuration, checkpoints.
 */
export async function sampleLedger(): Promise<SampleLedger> {
  const network = testNetwork({ parameters: { window: 2 } });
  const { chain, genesis } = await ExecutedChain.begin(network);
  const scribe = new Scribe(network, () => chain.timestampMs);
  const blocks: ExecutedBlock[] = [genesis];
  const checkpoints: { checkpoint: CheckpointCertificate; treeRoot: Hash }[] = [];
  const append = async (...plan: Parameters<ExecutedChain['append']>): Promise<void> => {
    blocks.push(await chain.append(...plan));
    checkpoints.push({ checkpoint: chain.checkpoint(), treeRoot: chain.treeRoot });
  };
  await append([0, 1, 2, 3].map((lane) => [lane, scribe.enrol(lane)] as const));
  await append([[0, [1, 2, 3].map((n) => scribe.event(0, n))], [1, [scribe.event(1, 1)]]]);
  // The same serial born twice, somebody else's prefix, an operation that nobody knows.
  await append([
    [0, [scribe.event(0, 1), scribe.event(0, 4, { epcList: [serial(1, 9)] })]],
    [2, [scribe.sign(quick(network.organization(2).admin), 'gov.dance', {})]]
  ]);
  const keys = new TestKeys(network);
  const { parameters, organizations } = chain.config;
  const change = signedChange(chain.config, { organizations, parameters: { ...parameters, turnBlocks: 17 } }, keys);
  const next = { ...chain.config, epoch: 1, parameters: { ...parameters, turnBlocks: 17 } };
  await append([[1, [changeTransaction(network, change)]]], next);
  for (let n = 10; n < 16; n++) {
    await append([[n % 4, [scribe.event(n % 4, n), scribe.event(n % 4, n, observed)]]]);
  }
  return { network, blocks, checkpoints };
}

const observed = { action: 'OBSERVE', bizStep: 'inspecting' };

/** What the first validator would have signed twice, as a node stores it. */
export function doubledCommits(network: TestNetwork, count: number): readonly { readonly slot: string; readonly encoded: Uint8Array }[] {
  const { validator } = network.organization(0);
  return Array.from({ length: count }, (_, i) => {
    const height = (i + 1) as Height;
    const [first, second] = [1, 2].map((byte) => {
      const blockHash = asHash(new Uint8Array(32).fill(byte));
      const unsigned = { type: 'COMMIT', epoch: 0, view: 0, height, blockHash, signer: 0 } as const;
      return withSignature(unsigned, validator.sign(messageVoteBytes(unsigned, network.chainId))) as PhaseVote;
    });
    if (first === undefined || second === undefined) throw new Error('two votes');
    return { slot: `0:${height}`, encoded: encodeMessage({ type: 'EVIDENCE', epoch: 0, what: 'COMMIT', first, second }) };
  });
}
