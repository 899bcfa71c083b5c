import type { Sha256 } from '@lading/kernel';
import type { Cluster } from '../cluster.js';
import { changed, renewKey } from '../plans/membership.js';
import type { SimulatedNode } from '../simulatedNode.js';
import { membersOf } from '../world.js';
import { readScenario, ScenarioError } from './lines.js';
import type { ScenarioLine } from './lines.js';
import { linkOf, modeOf, Stage } from './stage.js';

export interface ScenarioOptions {
  readonly sha256?: Sha256;
  readonly trace?: (line: string) => void;
}

/** What a node shows, as numbers. */
const FEATURES: Readonly<Record<string, (node: SimulatedNode) => number | undefined>> = {
  height: (node) => node.height,
  view: (node) => node.summary()?.view,
  epoch: (node) => node.summary()?.epoch,
  checkpoint: (node) => node.checkpoint?.height ?? 0
};

const TYPES = 'PRE-PREPARE|PREPARE|COMMIT|VIEW-CHANGE|NEW-VIEW|STATUS|BLOCKS|SUSPECT|CHECKPOINT|batch';

/** Plays one file (test/scenarios/README.md has the language). Throws a ScenarioError with the line that fails. */
export function playScenario(file: string, text: string, options: ScenarioOptions = {}): void {
  const lines = readScenario(file, text);
  const stage = new Stage();
  let story: Story | null = null;
  for (const line of lines) {
    try {
      if (line.atMs === null) {
        if (!stage.describe(line.what)) throw new Error('not a line about the network');
        continue;
      }
      story ??= new Story(stage, stage.open(options.sha256, options.trace));
      story.play(line);
    } catch (error) {
      throw new ScenarioError(file, line, error instanceof Error ? error.message : String(error));
    }
  }
}

class Story {
  readonly #stage: Stage;
  readonly #cluster: Cluster;

  constructor(stage: Stage, cluster: Cluster) {
    this.#stage = stage;
    this.#cluster = cluster;
  }

  play(line: ScenarioLine): void {
    this.#cluster.run(line.atMs ?? 0);
    const known = line.what.startsWith('expect ') ? this.#expect(line.what.slice(7)) : this.#act(line.what);
    if (!known) throw new Error(line.what.startsWith('expect ') ? 'not an expectation' : 'not a deed');
  }

  #nodes(names: string): readonly SimulatedNode[] {
    if (/^every(?:where|one)$/.test(names)) return this.#cluster.nodes;
    return names.replace(/^at /, '').split(' ').map((name) => {
      const [, number] = /^org(\d+)$/.exec(name) ?? [];
      if (number === undefined) throw new Error(`${name} is not an organization: org0, org1, …`);
      return this.#cluster.node(Number(number));
    });
  }

  #act(what: string): boolean {
    const lost = new RegExp(`^(${TYPES}) of (everyone|org(\\d+)) (?:is|are) (lost|delivered)$`).exec(what);
    if (lost !== null) {
      const key = `${lost[1]} ${lost[3] ?? '*'}`;
      if (lost[4] === 'lost') this.#stage.lost.add(key);
      else this.#stage.lost.delete(key);
      return true;
    }
    const link = /^org(\d+) and org(\d+) are (parted|joined)$/.exec(what);
    if (link !== null) {
      const name = linkOf(Number(link[1]), Number(link[2]));
      if (link[3] === 'parted') this.#stage.cutLinks.add(name);
      else this.#stage.cutLinks.delete(name);
      return true;
    }
    const config = /^(org\d+) asks for a config (with|without|with a new key for) org(\d+)$/.exec(what);
    if (config !== null) return this.#ask(config[1] ?? '', config[2] ?? '', Number(config[3]));
    const [, who, deed] = /^((?:everyone|org\d+)(?: org\d+)*) (.+)$/.exec(what) ?? [];
    if (who === undefined || deed === undefined) return false;
    return this.#nodes(who).every((node) => this.#do(node, deed));
  }

  #ask(author: string, kind: string, target: number): boolean {
    const cluster = this.#cluster;
    const [node] = this.#nodes(author);
    if (node === undefined) return false;
    const { config } = node;
    const whom = membersOf(config).indexOf(target);
    if (kind === 'with' && whom < 0 && cluster.node(target).key === target && membersOf(config).includes(target)) return false;
    const change = kind === 'with' ? 'add' : kind === 'without' ? 'remove' : 'replace';
    const next = changed(cluster, config, change, Math.max(0, whom));
    if (next === null || !cluster.author(node.index, 1, next)) throw new Error('this config cannot be asked for now');
    return true;
  }

  #do(node: SimulatedNode, deed: string): boolean {
    const { cutOff, deaf, mute, slow } = this.#stage;
    const jump = /^clock (jumps|goes back) by (\d+) ms$/.exec(deed);
    if (jump !== null) {
      node.skewMs += (jump[1] === 'jumps' ? 1 : -1) * Number(jump[2]);
      return true;
    }
    const { index } = node;
    const deeds: Readonly<Record<string, () => void>> = {
      submits: () => {
        if (!this.#cluster.author(index)) throw new Error(`org${index} cannot submit now`);
      },
      stops: () => this.#cluster.crash(node),
      starts: () => node.start(),
      'loses its disk': () => {
        node.crash();
        node.wipe();
      },
      'gets a new key': () => renewKey(this.#cluster, index),
      'is cut off': () => cutOff.add(index),
      'is joined': () => [cutOff, deaf, mute].forEach((set) => set.delete(index)),
      'hears nobody': () => deaf.add(index),
      'is heard by nobody': () => mute.add(index),
      'executes slowly': () => slow.add(index)
    };
    const action = deeds[deed];
    action?.();
    return action !== undefined;
  }

  #expect(what: string): boolean {
    const cluster = this.#cluster;
    const evidence = /^evidence of ([A-Z-]+)$/.exec(what);
    if (evidence !== null) {
      return check(cluster.evidence.has(evidence[1] ?? ''), `there is evidence of: ${[...cluster.evidence].join(', ')}`);
    }
    if (what === 'nothing pending') return check(cluster.pending === 0, `${cluster.pending} batches are pending`);
    const changes = /^(no|at most (\d+)) view changes?$/.exec(what);
    if (changes !== null) return check(cluster.viewChanges.size <= Number(changes[2] ?? 0), `there were ${cluster.viewChanges.size}`);
    const mode = /^mode ([A-Z]+) (everywhere|at org.*)$/.exec(what);
    if (mode !== null) {
      const found = this.#nodes(mode[2] ?? '').map((node) => `${node.name}: ${modeOf(node)}`);
      return check(found.every((one) => one.endsWith(` ${mode[1]}`)), found.join(', '));
    }
    const silent = /^(org\d+) (may|never again|may not) signs?$/.exec(what);
    if (silent !== null) return this.#maySign(silent[1] ?? '', silent[2] === 'may');
    const [, feature, least, value, where] = /^(\w+) (at least )?(\d+|same) (everywhere|at org.*)$/.exec(what) ?? [];
    const read = FEATURES[feature ?? ''];
    if (read === undefined || where === undefined) return false;
    const found = this.#nodes(where).map((node) => read(node) ?? -1);
    const wanted = value === 'same' ? (found[0] ?? 0) : Number(value);
    const met = found.every((one) => (least === undefined ? one === wanted : one >= wanted));
    return check(met, `${feature} is ${found.join(', ')}`);
  }

  #maySign(who: string, may: boolean): boolean {
    const [node] = this.#nodes(who);
    return check(node?.guard.maySign === may, `${who} ${may ? 'may not' : 'may'} sign`);
  }
}

function check(met: boolean, found: string): boolean {
  if (!met) throw new Error(`expected otherwise: ${found}`);
  return true;
}
