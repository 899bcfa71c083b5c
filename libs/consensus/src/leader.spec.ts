import type { Height, OrganizationId } from '@lading/kernel';
import type { EpochConfig } from '@lading/ledger';
import { allValidators, epochLeaders, excludedLeaders, leaderOf, nextLeaders } from './leader.js';
import type { ViewRecord } from './leader.js';
import { toyConfig } from './network.test-kit.js';

const at = (config: EpochConfig, epoch: number): EpochConfig => ({ ...config, epoch });
const view = (number: number, ended: boolean): ViewRecord => ({ view: number, lastHeight: (10 + number) as Height, ended });
const four = toyConfig(4);
const seven = toyConfig(7);
const named = (ids: readonly string[]): EpochConfig => {
  const [pattern] = four.organizations;
  if (pattern === undefined) throw new Error('no organization');
  return { ...four, epoch: 1, organizations: ids.map((id) => ({ ...pattern, id: id as OrganizationId })) };
};

describe('Leaders', () => {
  it('L1: go round those who are eligible, from another one in each epoch', () => {
    expect([0, 1, 2, 3].map((number) => leaderOf(0, number, [0, 1, 2, 3]))).toEqual([0, 1, 2, 3]);
    expect([0, 1, 2, 3].map((number) => leaderOf(5, number, [0, 2, 3]))).toEqual([3, 0, 2, 3]);
    expect(leaderOf(0, 4_000_000_000, [0])).toBe(0);
  });

  it('L2: a view without a block and one that stopped half-way have failed; the last view, and views that ended, have not', () => {
    const views = [view(0, true), view(1, false), view(3, true), view(4, true)];
    // View 1 stopped half-way, view 2 left nothing.
    expect(excludedLeaders({ config: seven, views }, allValidators(seven), at(seven, 1))).toEqual([1, 2]);
    expect(excludedLeaders({ config: seven, views: [view(0, true), view(1, false)] }, allValidators(seven), at(seven, 1))).toEqual([]);
    expect(excludedLeaders({ config: seven, views: [] }, allValidators(seven), at(seven, 1))).toEqual([]);
  });

  it('L2: most failures first, then by index, and never more than f', () => {
    // Views 0, 1, 2 and 4 failed, and 4 belongs to the leader of view 0.
    const past = { config: four, views: [view(3, true), view(5, true)] };
    expect(excludedLeaders(past, allValidators(four), at(four, 1))).toEqual([0]);
    expect(nextLeaders(past, allValidators(four), at(four, 1))).toEqual([1, 2, 3]);
    const equal = { config: four, views: [view(3, true)] };
    expect(excludedLeaders(equal, allValidators(four), at(four, 1))).toEqual([0]);
    expect(nextLeaders({ config: toyConfig(3), views: [view(2, true)] }, [0, 1, 2], at(toyConfig(3), 1))).toEqual([0, 1, 2]);
  });

  it('L2: are judged by organization: who has gone is not, who has another index is', () => {
    const past = { config: four, views: [view(1, true)] };
    expect(excludedLeaders(past, allValidators(four), named(['aaa', 'org0', 'org1', 'org2', 'org3']))).toEqual([1]);
    expect(excludedLeaders(past, allValidators(four), named(['org1', 'org2', 'org3', 'zzz']))).toEqual([]);
  });

  it('L2: from the first epoch on: who led a view that left nothing follows from the epochs before', () => {
    // Epoch 0: view 0 of validator 0 failed. Epoch 1: E = 1, 2, 3; its view 0 is led by E[1] = 2, and fails.
    const history = [
      { config: four, views: [view(1, true)] },
      { config: at(four, 1), views: [view(1, true)] }
    ];
    expect(epochLeaders(history.slice(0, 1), at(four, 1))).toEqual([1, 2, 3]);
    expect(epochLeaders(history, at(four, 2))).toEqual([0, 1, 3]);
    expect(epochLeaders([], four)).toEqual([0, 1, 2, 3]);
  });
});
