import type { Sha256 } from '@lading/kernel';
import type { NetworkParameters } from '@lading/ledger';
import { ADVERSARIES } from '../adversaries/names.js';
import type { Adversary } from '../surroundings.js';
import { castAdversary } from '../adversaries/cast.js';
import { Cluster, LAN_PACE } from '../cluster.js';
import type { Frame, LinkModel } from '../network.js';
import type { SimulatedNode } from '../simulatedNode.js';
import { LAN_PARAMETERS } from '../world.js';

/** One-way delay of every link. */
const DELAY_MS = 3;

/** The network as a scenario describes it before anything happens, and what it does to links and disks later. */
export class Stage {
  readonly cutOff = new Set<number>();
  readonly deaf = new Set<number>();
  readonly mute = new Set<number>();
  readonly cutLinks = new Set<string>();
  /** Types of messages that get lost, by sender; `*` is everyone. */
  readonly lost = new Set<string>();
  readonly slow = new Set<number>();
  readonly diverges = new Map<number, number>();
  #n = 0;
  #spares = 0;
  #parameters: NetworkParameters = LAN_PARAMETERS;
  readonly #adversaries = new Map<number, Adversary>();
  readonly #twins: number[] = [];

  /** A line without a time; false when it is none. */
  describe(text: string): boolean {
    const network = /^network (\d+)(?: with (\d+) more)?$/.exec(text);
    if (network !== null) {
      this.#n = Number(network[1]);
      this.#spares = Number(network[2] ?? 0);
      return true;
    }
    const parameter = /^(window|turns|epochs|checkpoints) of (\d+) blocks$/.exec(text);
    if (parameter !== null) {
      const name = { window: 'window', turns: 'turnBlocks', epochs: 'epochBlocks', checkpoints: 'checkpointBlocks' }[parameter[1] ?? ''];
      if (name === undefined) return false;
      this.#parameters = { ...this.#parameters, [name]: Number(parameter[2]) };
      return true;
    }
    const role = /^org(\d+) is (?:a |an )?(.+)$/.exec(text);
    if (role === null) return false;
    const node = Number(role[1]);
    const name = ADVERSARIES.find((known) => known === role[2]);
    if (name !== undefined) this.#adversaries.set(node, castAdversary(name));
    else if (role[2] === 'twins') this.#twins.push(node);
    else return this.#diverge(node, role[2] ?? '');
    return node < this.#n;
  }

  #diverge(node: number, what: string): boolean {
    const height = /^diverging from height (\d+)$/.exec(what);
    if (height !== null) this.diverges.set(node, Number(height[1]));
    return height !== null && node < this.#n;
  }

  open(sha256: Sha256 | undefined, trace: ((line: string) => void) | undefined): Cluster {
    const cluster = new Cluster({
      seed: 1,
      n: this.#n,
      spares: this.#spares,
      parameters: this.#parameters,
      links: this.links,
      noticed: 1,
      twins: this.#twins,
      adversaries: this.#adversaries,
      impaired: [...this.diverges.keys()],
      pace: (node) => (this.slow.has(node.index) ? { ...LAN_PACE, executeMs: [40, 60] } : LAN_PACE),
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(trace === undefined ? {} : { trace })
    });
    for (const [index, height] of this.diverges) cluster.node(index).divergesFrom = height;
    cluster.start();
    return cluster;
  }

  readonly links: LinkModel = (frame) => (this.#isLost(frame) ? [] : [DELAY_MS]);

  #isLost({ from, to, type, fromInstance, toInstance }: Frame): boolean {
    if (this.cutOff.has(from) || this.cutOff.has(to) || this.mute.has(from) || this.deaf.has(to)) return true;
    if (this.cutLinks.has(linkOf(from, to)) || this.lost.has(`${type} *`) || this.lost.has(`${type} ${from}`)) return true;
    // Twins: each instance speaks to its half.
    if (type === 'batch') return false;
    return (this.#twins.includes(from) && to % 2 !== fromInstance) || (this.#twins.includes(to) && from % 2 !== toInstance);
  }
}

export const linkOf = (a: number, b: number): string => `${Math.min(a, b)}-${Math.max(a, b)}`;

export const modeOf = (node: SimulatedNode): string => node.summary()?.mode ?? 'stopped';
