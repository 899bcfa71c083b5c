import type { NodeStatus } from '@lading/engine';
import type { DemoLayout } from './layout.js';

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

export const median = (values: readonly number[]): number => percentile([...values].sort((a, b) => a - b), 0.5);

async function statusOf(url: string): Promise<NodeStatus | null> {
  return fetch(`${url}/status`).then(async (answer) => (answer.ok ? ((await answer.json()) as NodeStatus) : null), () => null);
}

/** The table of a running demo: who is where, the height, how many agree, and the latency measured on this machine. */
export async function demoTable(layout: DemoLayout, storage: string, latencyMs: number | null): Promise<string> {
  const statuses = await Promise.all(layout.nodes.map((node) => statusOf(node.url)));
  const running = statuses.filter((status) => status !== null);
  const height = Math.max(0, ...running.map((status) => status.height));
  const agreeing = running.filter((status) => status.height === height);
  const roots = new Set(agreeing.map((status) => status.stateRoot));
  const agreement = roots.size === 1 ? `${agreeing.length}/${layout.nodes.length} agree` : 'STATES DIFFER';
  const measured = latencyMs ?? running[0]?.commitLatencyMs?.median ?? null;
  const rows = layout.nodes.map((node, index) => {
    const note = node.id === 'food-authority' ? '      (regulator)' : '';
    return ` ${node.name.padEnd(16)} ${node.url}   …/docs${statuses[index] === null ? '      (stopped)' : note}`;
  });
  return [
    ` ${'Organization'.padEnd(16)} ${'Web and API'.padEnd(24)}API docs`,
    ...rows,
    '',
    ` Storage  ${storage}`,
    ` Height   ${height}${measured === null ? '' : `  ·  final in ${Math.round(measured)} ms (median)`}  ·  ${agreement}`
  ].join('\n');
}
