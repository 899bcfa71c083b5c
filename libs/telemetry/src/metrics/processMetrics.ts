import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge } from './instruments.js';
import type { MetricsRegistry } from './registry.js';

/** Memory, processor time and event loop of this process. Returns a function that stops measuring. */
export function registerProcessMetrics(registry: MetricsRegistry): () => void {
  const gauge = (name: string, help: string): Gauge => registry.register(new Gauge(name, help));
  const resident = gauge('process_resident_memory_bytes', 'Memory of the process');
  const heap = gauge('nodejs_heap_size_used_bytes', 'Used part of the JavaScript heap');
  const cpu = gauge('process_cpu_seconds', 'Processor time used since the start');
  const uptime = gauge('process_uptime_seconds', 'Time since the start');
  const delay = gauge('nodejs_eventloop_lag_p99_seconds', 'Delay of the event loop since the last reading');
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  registry.onCollect(() => {
    const memory = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    resident.set(memory.rss);
    heap.set(memory.heapUsed);
    cpu.set((user + system) / 1e6);
    uptime.set(process.uptime());
    delay.set(loop.percentile(99) / 1e9);
    loop.reset();
  });
  return () => loop.disable();
}
