import { ExecutingNode, PHASES } from '../../bench/execution.js';

describe('the measure of what executing an event costs', () => {
  it('executes documents in signed parts, each event of which is simply applied, and finds a cost in every phase', async () => {
    const node = new ExecutingNode(10);
    for (let n = 0; n < 2; n++) {
      const costs = await node.execute(n, 1200);
      for (const phase of PHASES) expect(costs[phase]).toBeGreaterThan(0);
    }
  });

  it('executes captures of one event each, and makes the rows of each', async () => {
    const node = new ExecutingNode(10);
    const { execution, rows } = await node.executeStream(0, 700);
    expect([execution > 0, rows > 0]).toEqual([true, true]);
  });
});
