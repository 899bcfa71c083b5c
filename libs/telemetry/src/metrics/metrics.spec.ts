import { Counter, Gauge, Histogram, MetricsRegistry, NodeMetrics, registerProcessMetrics } from '../index.js';
import { nodeStatus } from '../health/nodeStatus.test-kit.js';

describe('exposition format 0.0.4', () => {
  it('writes help, type, labels and values', () => {
    const registry = new MetricsRegistry();
    const counter = registry.register(new Counter('requests', 'Answers\nby \\ status'));
    counter.add();
    counter.add(2, { status: '2xx', path: 'a"b\\c\nd' });
    counter.add(1, { status: '2xx', path: 'a"b\\c\nd' });
    registry.register(new Gauge('height', 'Height')).set(27);
    registry.register(new Gauge('empty', 'No value yet'));
    expect(registry.render()).toBe(
      '# HELP requests Answers\\nby \\\\ status\n# TYPE requests counter\nrequests 1\n' +
        'requests{status="2xx",path="a\\"b\\\\c\\nd"} 3\n' +
        '# HELP height Height\n# TYPE height gauge\nheight 27\n# HELP empty No value yet\n# TYPE empty gauge\n'
    );
    expect(MetricsRegistry.CONTENT_TYPE).toContain('version=0.0.4');
  });

  it('cumulates the buckets of histograms, bounds inclusive', () => {
    const histogram = new Histogram('took_seconds', 'Time', [0.1, 1]);
    for (const seconds of [0.1, 0.05, 0.5, 7, NaN]) histogram.observe(seconds, { step: 'a' });
    expect(histogram.render()).toEqual([
      'took_seconds_bucket{step="a",le="0.1"} 2',
      'took_seconds_bucket{step="a",le="1"} 3',
      'took_seconds_bucket{step="a",le="+Inf"} 4',
      'took_seconds_sum{step="a"} 7.65',
      'took_seconds_count{step="a"} 4'
    ]);
  });

  it('refuses names twice, bad names, falling counters and labels without end', () => {
    const registry = new MetricsRegistry();
    registry.register(new Gauge('a', ''));
    expect(() => registry.register(new Gauge('a', ''))).toThrow('registered twice');
    expect(() => registry.register(new Gauge('a-b', ''))).toThrow('metric name');
    const counter = new Counter('c', '');
    expect(() => counter.add(-1)).toThrow('cannot fall');
    expect(() => counter.add(1, { 'a-b': 'x' })).toThrow('label');
    expect(() => {
      for (let i = 0; i < 2000; i++) counter.add(1, { id: String(i) });
    }).toThrow('too many series');
  });
});

describe('metrics of a node', () => {
  it('show its status at every scrape', () => {
    const registry = new MetricsRegistry();
    const metrics = new NodeMetrics(registry);
    let height = 10;
    registry.onCollect(() => metrics.observe(nodeStatus({ height: height as never }), { connectedPeers: 3, streamClients: 1 }));
    expect(registry.render()).toContain('\nlading_consensus_height 10\n');
    height = 11;
    metrics.failedTransactions.add(1, { code: 'EXPIRED' });
    const text = registry.render();
    for (const line of [
      'lading_consensus_height 11', 'lading_consensus_validators 4', 'lading_consensus_missing_validators 0',
      'lading_quorum_margin 1', 'lading_certificate_lag_blocks 1', 'lading_p2p_peers 3', 'lading_consensus_syncing 0',
      'lading_commit_latency_seconds{quantile="0.5"} 0.018', 'lading_mempool_failed_txs{code="EXPIRED"} 1'
    ])
      expect(text.split('\n')).toContain(line);
  });

  it('have every name of the list that dashboards rely on', () => {
    const registry = new MetricsRegistry();
    void new NodeMetrics(registry);
    expect(registry.names()).toEqual(
      expect.arrayContaining(
        [
          'consensus_height', 'consensus_rounds', 'consensus_validators', 'consensus_missing_validators',
          'consensus_byzantine_validators', 'consensus_block_interval_seconds', 'consensus_step_duration_seconds', 'p2p_peers',
          'mempool_size', 'mempool_failed_txs', 'consensus_syncing', 'quorum_margin', 'certificate_lag_blocks', 'db_write_seconds',
          'stream_clients'
        ].map((name) => `lading_${name}`)
      )
    );
  });

  it('of the process are finite numbers', () => {
    const registry = new MetricsRegistry();
    const stop = registerProcessMetrics(registry);
    const lines = registry.render().split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    stop();
    expect(lines.length).toBe(5);
    for (const line of lines) expect(Number(line.split(' ')[1])).toBeGreaterThanOrEqual(0);
  });
});
