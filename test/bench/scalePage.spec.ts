import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expected, type ScaleInputs } from '../../bench/scaleModel.js';
import { NETWORKS, scaleTable } from '../../bench/scaleTable.js';
import { voteTraffic } from '../../bench/parts/votes.js';
import { root } from '../tidy/repository.js';

const PAGE = join(root, 'docs/developers/scale.md');
const INPUTS = join(root, 'docs/developers/scale.json');
const BEGIN = '<!-- computed from scale.json by bench/scaleTable.ts -->\n';
const END = '\n<!-- end -->';

const inputs = (JSON.parse(readFileSync(INPUTS, 'utf8')) as { readonly measured: ScaleInputs }).measured;

describe('the page about larger networks', () => {
  it('shows what follows from the measured figures, and nothing else', () => {
    const page = readFileSync(PAGE, 'utf8');
    const from = page.indexOf(BEGIN) + BEGIN.length;
    const to = page.indexOf(END);
    const table = scaleTable(inputs);
    if (process.env['LADING_SCALE_WRITE'] !== undefined) writeFileSync(PAGE, `${page.slice(0, from)}${table}${page.slice(to)}`);
    else expect(page.slice(from, to)).toBe(table);
  });

  it('has the votes of the simulated network for its measured ones', () => {
    const { received } = voteTraffic(7, 4);
    expect(Math.abs(received / (inputs.votesReceived['7'] ?? NaN) - 1)).toBeLessThan(0.2);
  }, 120_000);

  it('says of a larger network that it costs more, and of a longer ledger that only disk and log grow with it', () => {
    const [small, large, many] = NETWORKS.map((network) => expected(inputs, network));
    if (small === undefined || large === undefined || many === undefined) throw new Error('three networks');
    expect(many.rate).toBeLessThan(small.rate);
    expect(large.rate).toBe(small.rate);
    expect(large.diskBytes).toBe(20 * small.diskBytes);
    expect(large.startSeconds).toBeLessThan(small.startSeconds * 2);
  });
});
