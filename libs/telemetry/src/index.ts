/**
 * @lading/telemetry — what a node tells its operators: log lines without secrets, Prometheus metrics, health. Not
 * here: HTTP routes, tracing, what is measured.
 * May import: engine's types, api, kernel; Nest's logger interface.
 */
export { certifiedHead, healthOf, READY_LAG_BLOCKS } from './health/health.js';
export type { Health, HealthFacts } from './health/health.js';
export { Logger } from './log/logger.js';
export type { LogFields, LogFormat, LoggerOptions, LogLevel } from './log/logger.js';
export { NestLogger } from './log/nestLogger.js';
export { redact, redactText } from './log/redact.js';
export type { Loggable } from './log/redact.js';
export { Counter, Gauge, Histogram, SECONDS_BUCKETS } from './metrics/instruments.js';
export { NodeMetrics } from './metrics/nodeMetrics.js';
export type { ProcessFacts } from './metrics/nodeMetrics.js';
export { OutboxMetrics } from './metrics/outboxMetrics.js';
export type { OutboxFacts } from './metrics/outboxMetrics.js';
export { registerProcessMetrics } from './metrics/processMetrics.js';
export { MetricsRegistry } from './metrics/registry.js';
export type { Labels, Metric } from './metrics/registry.js';
