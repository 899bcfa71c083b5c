// `npm run build:verify`: makes dist/lading-verify.mjs (the program of apps/cli/dist/standalone.js in one file, which needs
// Node and nothing else) and dist/lading-verify.html (the same for a browser), each with its SHA-256.
// The bundler is swc's, and it sees a folder of plain JavaScript: the sources without their types, and the three libraries.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(join(root, 'package.json'));
const swc = require('@swc/core');

const LIBS = ['kernel', 'ledger', 'membership', 'verifier'];
const NODE_MODULES = ['node:fs', 'node:os', 'node:path', 'node:util'];
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** TypeScript without types, file by file, into the stage. */
function stageSources(from, to) {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) stageSources(source, target);
    else if (/\.ts$/.test(entry.name) && !/\.(spec|test-kit|d)\.ts$/.test(entry.name)) {
      mkdirSync(to, { recursive: true });
      const { code } = swc.transformFileSync(source, {
        swcrc: false,
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' }
      });
      writeFileSync(target.replace(/\.ts$/, '.js'), code);
    }
  }
}

/** Everything that the entry points import, in one folder; returns where the bundler finds each name. */
function stage(folder) {
  const paths = {};
  for (const lib of LIBS) {
    stageSources(join(root, 'libs', lib, 'src'), join(folder, 'lading', lib));
    paths[`@lading/${lib}`] = [`./lading/${lib}/index.js`];
  }
  paths['@lading/ledger/reading'] = ['./lading/ledger/reading.js'];
  for (const part of ['standalone.ts', 'exitCodes.ts', 'version.ts']) {
    const { code } = swc.transformFileSync(join(root, 'apps/cli/src', part), {
      swcrc: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' }
    });
    mkdirSync(join(folder, 'cli'), { recursive: true });
    writeFileSync(join(folder, 'cli', part.replace(/\.ts$/, '.js')), code);
  }
  for (const part of ['verify', 'text']) stageSources(join(root, 'apps/cli/src', part), join(folder, 'cli', part));
  const isCode = (path) => !/\.(map|ts|md)$|[\\/](test|src|types|example[^\\/]*)$/.test(path);
  for (const name of ['@noble/curves', '@noble/hashes']) {
    cpSync(join(root, 'node_modules', name), join(folder, name), { recursive: true, filter: isCode });
    paths[`${name}/*`] = [`./${name}/*`];
  }
  cpSync(join(root, 'node_modules', 'cborg'), join(folder, 'cborg'), { recursive: true, filter: isCode });
  paths.cborg = ['./cborg/cborg.js'];
  cpSync(join(root, 'scripts', 'verifyPage', 'page.mjs'), join(folder, 'page.js'));
  return paths;
}

async function bundle(folder, entry, paths) {
  const options = {
    mode: 'production',
    target: 'node',
    entry: { out: join(folder, entry) },
    externalModules: NODE_MODULES,
    output: { path: folder, name: 'out.js' },
    module: {},
    options: { minify: false, jsc: { target: 'es2022', baseUrl: folder, paths, minify: { compress: false, mangle: false } } }
  };
  const { out } = await swc.bundle(options);
  return out.code;
}

const HEAD = `lading-verify ${version}: checks proofs of a Lading network offline. Apache-2.0. Holds @noble/curves and @noble/hashes (MIT), cborg (Apache-2.0 OR MIT).`;

/** The page in one file. Its policy lets it run its own script, by hash, and reach nothing. */
function page(script) {
  const html = readFileSync(join(root, 'scripts', 'verifyPage', 'page.html'), 'utf8');
  const text = `\n// ${HEAD}\n${script.replaceAll('</script', '<\\/script')}`;
  const hash = createHash('sha256').update(text).digest('base64');
  return html.replace('SCRIPT-HASH', `sha256-${hash}`).replace('SCRIPT-TEXT', () => text);
}

/** Writes both files into a folder; returns their paths and hashes. */
export async function buildVerify(target = join(root, 'dist')) {
  const folder = mkdtempSync(join(tmpdir(), 'lading-stage-'));
  try {
    const paths = stage(folder);
    const program = `// ${HEAD}\n${await bundle(folder, 'cli/standalone.js', paths)}`;
    const files = { 'lading-verify.mjs': program, 'lading-verify.html': page(await bundle(folder, 'page.js', paths)) };
    mkdirSync(target, { recursive: true });
    return Object.entries(files).map(([name, text]) => {
      const sha256 = createHash('sha256').update(text).digest('hex');
      writeFileSync(join(target, name), text);
      writeFileSync(join(target, `${name}.sha256`), `${sha256}  ${name}\n`);
      return { path: join(target, name), sha256, bytes: Buffer.byteLength(text) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && existsSync(process.argv[1]) && process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, sha256, bytes } of await buildVerify(process.argv[2])) {
    process.stdout.write(`${sha256}  ${path}  ${bytes} bytes\n`);
  }
}
