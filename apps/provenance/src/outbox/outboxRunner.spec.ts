import { outboxRetryMs } from './outboxRunner.js';

describe('the pause after failures', () => {
  it('doubles from half a second and stays at a minute', () => {
    expect([1, 2, 3, 8, 9, 1000].map((failures) => outboxRetryMs(failures))).toEqual([500, 1000, 2000, 60_000, 60_000, 60_000]);
  });
});
