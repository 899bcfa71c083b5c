import type { Receipt } from '@lading/ledger';
import { encodeReceipt } from '@lading/ledger';
import { APPLIED, TestChain } from '../../../test/fixtures/testChain.js';
import { signTransaction, testNetwork, type TestNetwork } from '../../../test/fixtures/testNetwork.js';

export const REJECTED = { status: 'REJECTED', code: 'NOT_HOLDER', detail: [2, 'urn:x'] } as const;

export interface ReceiptCase {
  readonly network: TestNetwork;
  readonly chain: TestChain;
  readonly applied: Receipt;
  readonly rejected: Receipt;
}

/**
 * Three blocks: the first orders two batches (three and two transactions, the fourth of them refused), checkpoint at
 * height 3. Block 1 is proved by the certificate of block 2.
 */
export function receiptCase(organizations: number): ReceiptCase {
  const network = testNetwork({ organizations, seed: `receipts-${organizations}` });
  const chain = new TestChain(network);
  const second = organizations > 1 ? 1 : 0;
  const tx = (lane: number, n: number) =>
    signTransaction(network, network.organization(lane).memberKey('anna'), {
      op: 'epcis.capture',
      payload: { n },
      jti: `n-${n}`
    });
  chain.append([
    { lane: 0, transactions: [0, 1, 2].map((n) => [tx(0, n), APPLIED] as const) },
    {
      lane: second,
      transactions: [
        [tx(second, 3), REJECTED],
        [tx(second, 4), APPLIED]
      ]
    }
  ]);
  chain.append([{ lane: 0, transactions: [[tx(0, 5), APPLIED]] }]);
  chain.append([{ lane: second, transactions: [[tx(second, 6), APPLIED]] }]);
  return { network, chain, applied: chain.receipt(1, 0, 1, 3, 2), rejected: chain.receipt(1, 1, 0, 3) };
}

/** The members of a receipt in their order, to be changed and written again. */
export function membersOf(receipt: Receipt): [string, unknown][] {
  return Object.entries(JSON.parse(encodeReceipt(receipt)) as Record<string, unknown>);
}

/** Writes members in the given order; the same name may come twice. */
export function writeMembers(members: readonly (readonly [string, unknown])[]): string {
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}
