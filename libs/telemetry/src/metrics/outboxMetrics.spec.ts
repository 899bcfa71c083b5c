import { MetricsRegistry, OutboxMetrics } from '../index.js';

describe('the metrics of an outbox', () => {
  it('tell lag and failure of now, and counts that only rise', () => {
    const registry = new MetricsRegistry();
    const metrics = new OutboxMetrics(registry);
    metrics.observe({ lagBlocks: 7, sent: 0, duplicates: 0, failures: 2, problem: 'OUTBOX_UNREACHABLE: refused' });
    expect(registry.render()).toContain('\nlading_outbox_lag_blocks 7\n');
    expect(registry.render()).toContain('\nlading_outbox_failing 1\n');
    metrics.observe({ lagBlocks: 0, sent: 30, duplicates: 3, failures: 2, problem: null });
    metrics.observe({ lagBlocks: 1, sent: 40, duplicates: 3, failures: 3, problem: null });
    const lines = registry.render().split('\n');
    for (const line of ['outbox_lag_blocks 1', 'outbox_failing 0', 'outbox_messages 40', 'outbox_duplicates 3', 'outbox_failures 3'])
      expect(lines).toContain(`lading_${line}`);
  });
});
