import { Counter, Gauge } from './instruments.js';
import type { MetricsRegistry } from './registry.js';

/** How far an outbox is; counts are since the process's start. */
export interface OutboxFacts {
  readonly lagBlocks: number;
  readonly sent: number;
  readonly duplicates: number;
  readonly failures: number;
  readonly problem: string | null;
}

/** Metrics of a node that hands what is ordered to a broker; a node without one has none of them. */
export class OutboxMetrics {
  private readonly lag: Gauge;
  private readonly failing: Gauge;
  private readonly sent: Counter;
  private readonly duplicates: Counter;
  private readonly failures: Counter;
  private last = { sent: 0, duplicates: 0, failures: 0 };

  constructor(registry: MetricsRegistry) {
    this.lag = registry.register(new Gauge('lading_outbox_lag_blocks', 'Blocks of which messages may still have to go'));
    this.failing = registry.register(new Gauge('lading_outbox_failing', '1 while nothing goes out'));
    this.sent = registry.register(new Counter('lading_outbox_messages', 'Messages that the broker acknowledged'));
    this.duplicates = registry.register(new Counter('lading_outbox_duplicates', 'Of them, those that it had already'));
    this.failures = registry.register(new Counter('lading_outbox_failures', 'Attempts that failed'));
  }

  /** Sets what is true now; call it before a rendering. */
  observe({ lagBlocks, problem, sent, duplicates, failures }: OutboxFacts): void {
    this.lag.set(lagBlocks);
    this.failing.set(problem === null ? 0 : 1);
    this.sent.add(sent - this.last.sent);
    this.duplicates.add(duplicates - this.last.duplicates);
    this.failures.add(failures - this.last.failures);
    this.last = { sent, duplicates, failures };
  }
}
