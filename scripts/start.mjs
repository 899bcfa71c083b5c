// `npm start`: builds what is stale, then runs the four-organization demo until Ctrl-C.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Lading needs Node 20.19 or newer; this is ${process.version}.\n`);
  process.exit(1);
}
if (!isBuilt()) {
  process.stdout.write(' … Building (the first time only)\n');
  process.stdout.write(` ✔ Built in ${build().toFixed(1)} s\n`);
}
const child = spawn(process.execPath, [join(root, 'apps/node/dist/dev.js'), ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
// Ctrl-C reaches the child too: it stops its nodes in order, and this process waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { if (signal === 'SIGTERM') child.kill(signal); });
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
