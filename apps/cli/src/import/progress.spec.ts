import { duration, Progress } from './progress.js';

describe('progress of an import', () => {
  it('says share, rate, what is left and what was refused, every ten seconds where there is no terminal', () => {
    let now = 0;
    const lines: string[] = [];
    const progress = new Progress(0, false, (text) => lines.push(text), () => now);
    for (const [second, share] of [[1, 0.05], [10, 0.25], [15, 0.4], [20, 0.5]] as const) {
      now = second * 1000;
      progress.show(share, second * 100, 3);
    }
    expect(lines).toEqual([
      ' 25 %  1000 events, 100 events/s, 30 s left, 3 refused\n',
      ' 50 %  2000 events, 100 events/s, 20 s left, 3 refused\n'
    ]);
  });

  it('counts from where the run began when it estimates', () => {
    let now = 0;
    const lines: string[] = [];
    const progress = new Progress(0.5, false, (text) => lines.push(text), () => now);
    now = 10_000;
    progress.show(0.75, 10, 0);
    expect(lines[0]).toContain('10 s left');
  });

  it('speaks of time as people do', () => {
    expect([0.2, 89, 600, 7200, Infinity].map(duration)).toEqual(['1 s', '89 s', '10 min', '2.0 h', '?']);
  });
});
