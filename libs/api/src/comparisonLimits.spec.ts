import { COMPARISON_LIMITS, heightsOfGroup, HISTORY_PART_NAMES } from './comparisonLimits.js';

describe('what one question of a comparison covers', () => {
  it('is what spec/compare.md says, so that nodes of all versions can be asked', () => {
    expect(HISTORY_PART_NAMES.map((part) => COMPARISON_LIMITS.heights[part])).toEqual([1_048_576, 65_536, 65_536, 1_024, 1_024]);
    expect([COMPARISON_LIMITS.buckets, COMPARISON_LIMITS.changes]).toEqual([64, 1_024]);
  });

  it('divides heights into 64 groups at most, and into no larger ones than that takes', () => {
    expect([[0, 0], [0, 63], [0, 64], [5, 132], [5, 133]].map(([from = 0, to = 0]) => heightsOfGroup(from, to))).toEqual([1, 1, 2, 2, 3]);
  });
});
