import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_HEAP, NODE_MALLOC } from './nodeMemory.js';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const settings = [...NODE_HEAP, ...Object.entries(NODE_MALLOC).map(([name, value]) => `${name}=${value}`)];

describe('memory of a node', () => {
  it.each(['Dockerfile', 'docs/operators/install.md'])('is bounded as in the demo, where it is measured, in %s', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    expect(settings.filter((setting) => !text.includes(setting))).toEqual([]);
  });
});
