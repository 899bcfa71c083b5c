import { decodeUtf8, encodeUtf8, type Height } from '@lading/kernel';
import { sha256Noble, type Batch, type Block, type Contract, type StateView, type Transaction } from '@lading/ledger';
import { genesisEntries } from '@lading/membership';
import { signTransaction, TEST_TIME_MS, testNetwork } from '../../../../test/fixtures/testNetwork.js';
import { BlockExecution } from './blockExecution.js';
import { ContractRegistry } from './contractRegistry.js';
import { WorkingState } from './workingState.js';

const network = testNetwork();
const { admin } = network.organization(0);

/** Sets a pointer, or writes where a pointer leads. */
type Request = { readonly point: string } | { readonly write: string };
const pointed = (view: StateView): string | null => {
  const value = view.get('toy/pointer');
  return value === null ? null : decodeUtf8(value);
};

function toy(): { readonly contract: Contract<Request>; rounds: number } {
  const made = {
    rounds: 0,
    contract: {
      name: 'toy',
      operations: ['toy.run'],
      parse: (tx) => ({ ok: true, value: JSON.parse(decodeUtf8(tx.payload) ?? '') as Request }),
      keys: (request, _context, view) => {
        made.rounds += 1;
        const target = 'write' in request ? pointed(view) : null;
        return ['toy/pointer', ...(target === null ? [] : [`toy/at/${target}`])];
      },
      apply: (request, _context, state) => {
        if ('point' in request) state.put('toy/pointer', encodeUtf8(request.point));
        else state.put(`toy/at/${pointed(state) ?? 'nowhere'}`, encodeUtf8(request.write));
        return { status: 'APPLIED', code: '', detail: [] };
      }
    } satisfies Contract<Request>
  };
  return made;
}

function run(...requests: readonly Request[]) {
  const made = toy();
  return runWith(made, made, ...requests);
}

async function runWith(
  { contract }: { readonly contract: Contract<Request> },
  made: { readonly rounds: number },
  ...requests: readonly Request[]
) {
  const entries = genesisEntries(network.genesis);
  const state = new WorkingState((keys) => {
    const known = new Map([...entries].map(({ key, value }) => [key, value] as const));
    return Promise.resolve(new Map(keys.flatMap((key) => (known.has(key) ? [[key, known.get(key) as Uint8Array] as const] : []))));
  });
  const transactions = requests.map((payload, i) => signTransaction(network, admin, { op: 'toy.run', payload, jti: `t${i}` }));
  const header = { chainId: network.chainId, height: 1 as Height, timestampMs: TEST_TIME_MS, txCount: transactions.length };
  const block = { header, refs: [] } as unknown as Block;
  const batches = [{ transactions: transactions as readonly Transaction[] }] as unknown as readonly Batch[];
  let turns = 0;
  const crypto = { sha256: sha256Noble, verify: () => true, turn: () => Promise.resolve(void (turns += 1)) };
  const input = { block, batches, parentTimestampMs: TEST_TIME_MS };
  const execution = new BlockExecution(input, network.config, new ContractRegistry([contract as Contract]), state, crypto);
  const outcomes = await execution.run();
  const written = state.endBlock().filter(({ key }) => key.startsWith('toy/'));
  return { codes: outcomes.map(({ status }) => status), written, rounds: made.rounds, turns };
}

describe('the keys of a transaction', () => {
  it('are found anew where an earlier transaction of the block has moved a pointer', async () => {
    const { codes, written } = await run({ point: 'a' }, { write: 'x' }, { point: 'b' }, { write: 'y' });
    expect(codes).toEqual(['APPLIED', 'APPLIED', 'APPLIED', 'APPLIED']);
    expect(written.map(({ key, value }) => [key, decodeUtf8(value ?? new Uint8Array())])).toEqual([
      ['toy/at/a', 'x'],
      ['toy/at/b', 'y'],
      ['toy/pointer', 'b']
    ]);
  });

  it('are not asked for again where nothing that was read has changed', async () => {
    expect((await run({ point: 'a' })).rounds).toBe(2);
    // One that gives another list each time is asked once whether they still hold, and then anew.
    expect((await run({ point: 'a' }, { point: 'b' })).rounds).toBe(7);
  });

  it('are not found anew where the contract says by the very same list that they still hold', async () => {
    const made = toy();
    const list = ['toy/pointer'];
    const keys = (): readonly string[] => {
      made.rounds += 1;
      return list;
    };
    const { codes, rounds } = await runWith({ ...made, contract: { ...made.contract, keys } }, made, { point: 'a' }, { point: 'b' });
    expect(codes).toEqual(['APPLIED', 'APPLIED']);
    expect(rounds).toBe(5);
  });
});

describe('a block', () => {
  it('lets others have their turn while it works on much payload, and only then', async () => {
    expect((await run({ point: 'a' }, { point: 'b' })).turns).toBe(0);
    const large = { point: 'x'.repeat(200_000) };
    expect((await run(large, large, large, large)).turns).toBeGreaterThanOrEqual(4);
  });
});
