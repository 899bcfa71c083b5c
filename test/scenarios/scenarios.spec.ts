import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, LAN_PARAMETERS, steadyLinks } from '@lading/simulator';
import type { Frame, SimulatedNode } from '@lading/simulator';

/** Runs the stories of *.scn: one line a deed or an expectation, at a millisecond of virtual time. */
const folder = join(process.cwd(), 'test/scenarios');
const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');
const FEATURES: Readonly<Record<string, (node: SimulatedNode) => number | undefined>> = {
  height: (node) => node.height,
  view: (node) => node.summary()?.view,
  checkpoint: (node) => node.checkpoint?.height ?? 0
};

class Story {
  readonly #cut = new Set<number>();
  readonly #cluster: Cluster;

  constructor(n: number) {
    const steady = steadyLinks(3);
    const isCut = (frame: Frame): boolean => this.#cut.has(frame.from) || this.#cut.has(frame.to);
    const links = (frame: Frame): readonly number[] => (isCut(frame) ? [] : steady(frame));
    this.#cluster = new Cluster({ seed: 1, n, parameters: LAN_PARAMETERS, links, sha256 });
    this.#cluster.start();
  }

  line(text: string): void {
    const [, at, what] = /^(\d+)\s+(.*)$/.exec(text) ?? [];
    if (at === undefined || what === undefined) throw new Error('not a line of a scenario');
    this.#cluster.run(Number(at));
    if (what.startsWith('expect ')) this.#expect(what.slice('expect '.length));
    else this.#act(what);
  }

  #nodes(names: string): readonly SimulatedNode[] {
    if (names === 'everywhere' || names === 'everyone') return this.#cluster.nodes;
    return names.replace(/^at /, '').split(' ').map((name) => this.#cluster.node(Number(/^org(\d+)$/.exec(name)?.[1] ?? -1)));
  }

  #act(what: string): void {
    const [, who, deed] = /^(everyone|org\d+) (submits|stops|starts|is cut off|is joined)$/.exec(what) ?? [];
    if (who === undefined) throw new Error('not a deed');
    for (const node of this.#nodes(who)) {
      if (deed === 'submits') expect(this.#cluster.author(node.index)).toBe(true);
      else if (deed === 'stops') this.#cluster.crash(node);
      else if (deed === 'starts') node.start();
      else if (deed === 'is cut off') this.#cut.add(node.index);
      else this.#cut.delete(node.index);
    }
  }

  #expect(what: string): void {
    if (what === 'nothing pending') return expect(this.#cluster.pending).toBe(0);
    const [, feature, value, where] = /^(\w+) (\d+|same) (everywhere|at org.*)$/.exec(what) ?? [];
    const read = FEATURES[feature ?? ''];
    if (read === undefined || where === undefined) throw new Error('not an expectation');
    const found = this.#nodes(where).map(read);
    expect(found).toEqual(found.map(() => (value === 'same' ? found[0] : Number(value))));
  }
}

describe.each(readdirSync(folder).filter((name) => name.endsWith('.scn')))('%s', (name) => {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n').map((line) => line.trim());
  const title = lines.find((line) => line.startsWith('# ')) ?? name;

  it(title.replace(/^# /, ''), () => {
    let story: Story | null = null;
    for (const [index, line] of lines.entries()) {
      if (line === '' || line.startsWith('#')) continue;
      const network = /^network (\d+)$/.exec(line);
      try {
        if (network !== null) story = new Story(Number(network[1]));
        else story?.line(line);
      } catch (error) {
        throw new Error(`${name}:${index + 1}: ${line}\n${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }
    expect(story).not.toBeNull();
  });
});
