import type { Cluster } from '../cluster.js';
import type { Planning } from './faultPlan.js';

/**
 * Batches in bursts and alone, from every organization, until the faults end. `fourMs` is the mean gap of one of four
 * organizations: larger networks carry the same load in all, and so as many blocks.
 */
export function scheduleBatches(cluster: Cluster, { dice, nemesis, n }: Planning, endMs: number, fourMs: number): void {
  const meanMs = fourMs * Math.max(1, n / 4);
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
