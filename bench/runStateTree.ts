import { treeCosts, type TreeSizes } from './stateTreeCost.js';

/** `runStateTree.ts <url of the node's role> <url of the superuser> <sizes as JSON>`: prints the costs as JSON. */
const [nodeUrl = '', adminUrl = '', sizes = '{}'] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await treeCosts(nodeUrl, adminUrl, JSON.parse(sizes) as TreeSizes)));
