import type { Cluster } from '../cluster.js';
import type { Planning } from './faultPlan.js';

/** Batches in bursts and alone, from every organization, until the faults end. */
export function scheduleBatches(cluster: Cluster, { dice, nemesis }: Planning, endMs: number, meanMs: number): void {
  for (let lane = 0; lane < cluster.options.n; lane++) {
    let at = dice.roll('first', lane) * meanMs;
    for (let i = 0; at < endMs; i++) {
      const burst = dice.chance(0.2, 'burst', lane, i) ? dice.between(2, 5, 'size', lane, i) : 1;
      for (let j = 0; j < burst; j++) {
        if (!nemesis.allows(`batch ${lane} ${i} ${j}`)) continue;
        cluster.agenda.at(at + 12 * j, () => cluster.author(lane, dice.between(1, 5, 'transactions', lane, i, j)));
      }
      at += 2 * meanMs * dice.roll('gap', lane, i);
    }
  }
}
