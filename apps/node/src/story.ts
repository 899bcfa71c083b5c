import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeGenesis } from '@lading/ledger';
import { demoLayout } from './dev/layout.js';
import { registerMembers } from './dev/registerMembers.js';
import { captureOneMore, loadStory } from './dev/storyLoader.js';
import { median } from './dev/table.js';

/**
 * `node dist/story.js --directory DIR [--url http://{id}:4100]`: registers the demo's members and captures the coffee
 * story on a network whose keys lie below DIR; `{id}` stands for the organization. `--one-more` captures one further
 * event instead.
 */
const { values } = parseArgs({
  options: {
    directory: { type: 'string', default: '/network' },
    url: { type: 'string', default: 'http://{id}:4100' },
    'one-more': { type: 'boolean', default: false }
  }
});
const plain = demoLayout(values.directory);
const layout = {
  ...plain,
  storyFile: join(process.env['LADING_DATA_DIRECTORY'] ?? values.directory, 'story.json'),
  nodes: plain.nodes.map((node) => ({ ...node, url: values.url.replace('{id}', node.id) }))
};
const genesis = decodeGenesis(readFileSync(join(layout.nodes[0]?.directory ?? '', 'genesis.json')));
if (!genesis.ok) throw new Error(`${genesis.code}: ${genesis.detail}`);
if (values['one-more']) {
  const tookMs = await captureOneMore(layout, genesis.value);
  process.stdout.write(`Captured one more event, final in ${Math.round(tookMs)} ms\n`);
} else {
  await registerMembers(layout.nodes, genesis.value);
  const { events, latenciesMs } = await loadStory(layout, genesis.value, () => undefined);
  process.stdout.write(
    latenciesMs.length === 0
      ? `The coffee story is loaded: ${events} events\n`
      : `Loaded ${latenciesMs.length} of ${events} events, final in ${Math.round(median(latenciesMs))} ms (median)\n`
  );
}
