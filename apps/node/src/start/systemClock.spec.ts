import { jest } from '@jest/globals';
import { systemClock } from './systemClock.js';

describe('the machine’s clock', () => {
  beforeEach(() => jest.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => jest.useRealTimers());

  it('waits on when a timer fires a millisecond before its time, as setTimeout may by Date.now()', () => {
    let late = 0;
    const now = jest.spyOn(Date, 'now').mockImplementation(() => 1_000_000 + late);
    const run = jest.fn();
    systemClock.at(1_000_100, run);
    late = 99;
    jest.advanceTimersByTime(100);
    expect(run).not.toHaveBeenCalled();
    late = 100;
    jest.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(1000);
    expect(run).toHaveBeenCalledTimes(1);
    now.mockRestore();
  });

  it('can be cancelled while it waits on', () => {
    let late = 0;
    const now = jest.spyOn(Date, 'now').mockImplementation(() => 1_000_000 + late);
    const run = jest.fn();
    const cancel = systemClock.at(1_000_010, run);
    late = 9;
    jest.advanceTimersByTime(10);
    cancel();
    late = 20;
    jest.advanceTimersByTime(100);
    expect(run).not.toHaveBeenCalled();
    now.mockRestore();
  });

  it('reaches a time beyond the longest delay of setTimeout in steps', () => {
    const run = jest.fn();
    const days30 = 30 * 24 * 3600 * 1000;
    systemClock.at(Date.now() + days30, run);
    jest.advanceTimersByTime(days30 - 1);
    expect(run).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
