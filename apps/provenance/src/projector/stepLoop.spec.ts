import { StepLoop } from './stepLoop.js';

/** A loop whose steps do what the list says, and the number of steps under way at once, at most. */
function loopOf(steps: (() => boolean | Promise<boolean>)[], failed: (error: unknown) => number = () => 0) {
  const seen = { taken: 0, atOnce: 0 };
  let underWay = 0;
  const step = async (): Promise<boolean> => {
    seen.atOnce = Math.max(seen.atOnce, ++underWay);
    try {
      return (await steps[seen.taken++]?.()) ?? false;
    } finally {
      underWay -= 1;
    }
  };
  return { loop: new StepLoop({ step, failed, wakesFromRest: false }), seen };
}

describe('a loop of steps', () => {
  it('goes on while there may be more, and takes one step at a time however often it is woken', async () => {
    const { loop, seen } = loopOf([() => true, () => true, () => false]);
    for (let i = 0; i < 5; i++) loop.wake();
    await loop.running;
    expect(seen).toEqual({ taken: 4, atOnce: 1 });
  });

  it('loses no wake-up that comes during the last step', async () => {
    const { loop, seen } = loopOf([() => (loop.wake(), false), () => false]);
    loop.wake();
    await loop.running;
    expect(seen.taken).toBe(2);
  });

  it('tries a failed step again, at once or after a rest that no wake-up ends', async () => {
    const failures: unknown[] = [];
    const fail = (): never => {
      throw new Error('no');
    };
    const { loop, seen } = loopOf([fail, fail, () => true], (error) => (failures.push(error) === 1 ? 0 : 60_000));
    loop.wake();
    await loop.running;
    loop.wake();
    await loop.running;
    expect([seen.taken, failures.length]).toEqual([2, 2]);
    await loop.stop();
  });

  it('takes no step after it was stopped, and its end is waited for', async () => {
    let release = (): void => undefined;
    const { loop, seen } = loopOf([() => new Promise((resolve) => (release = () => resolve(true)))]);
    loop.wake();
    const stopped = loop.stop();
    release();
    await stopped;
    loop.wake();
    expect(seen.taken).toBe(1);
  });
});
