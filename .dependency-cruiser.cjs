/** The layer table of ARCHITECTURE.md, one rule a row. A row says what a lib may import; everything else is an error. */
const LIBS = {
  kernel: [],
  ledger: ['kernel'],
  membership: ['ledger', 'kernel'],
  consensus: ['membership', 'ledger', 'kernel'],
  provenance: ['membership', 'ledger', 'kernel'],
  verifier: ['ledger', 'kernel'],
  api: ['membership', 'ledger', 'kernel'],
  engine: ['consensus', 'provenance', 'membership', 'ledger', 'kernel'],
  simulator: ['engine', 'consensus', 'provenance', 'membership', 'ledger', 'kernel'],
  storage: ['engine', 'api', 'consensus', 'provenance', 'membership', 'ledger', 'kernel'],
  transport: ['engine', 'api', 'consensus', 'provenance', 'membership', 'ledger', 'kernel'],
  identity: ['engine', 'api', 'consensus', 'provenance', 'membership', 'ledger', 'kernel'],
  telemetry: ['engine', 'api', 'consensus', 'provenance', 'membership', 'ledger', 'kernel'],
  sdk: ['api', 'verifier', 'ledger', 'kernel'],
  'epcis-xml': ['kernel']
};
const SERVER = ['epcis-xml', 'engine', 'storage', 'transport', 'identity', 'telemetry', 'api', 'verifier', 'consensus', 'provenance', 'membership', 'ledger', 'kernel'];
const APPS = {
  provenance: { libs: SERVER, apps: [] },
  node: { libs: SERVER, apps: ['provenance'] },
  cli: { libs: ['sdk', 'verifier', 'api', 'provenance', 'epcis-xml', 'identity', 'ledger', 'kernel'], apps: [] }
};
/** npm packages of the pure libs; adapters and apps declare theirs in their own package.json. */
const NPM = {
  kernel: null, ledger: '^(@noble/|cborg)', membership: null, consensus: null, provenance: null,
  verifier: '^@noble/', api: '^zod', engine: null, simulator: '^fast-check', 'epcis-xml': '^saxes'
};

const own = (area, name) => `^${area}/${name}/src/`;
const source = (path) => ({ path, pathNot: '\\.(spec|test-kit)\\.ts$' });

const layerRule = (area, name, libs, apps) => ({
  name: `layer-${area}-${name}`,
  comment: `${area}/${name} may import only: ${[...libs, ...apps].join(', ') || 'nothing'}`,
  severity: 'error',
  from: source(own(area, name)),
  to: {
    path: '^(libs|apps)/',
    pathNot: [own(area, name), ...libs.map((lib) => `^libs/${lib}/`), ...apps.map((app) => `^apps/${app}/`)]
  }
});

const npmRule = ([name, allowed]) => ({
  name: `npm-${name}`,
  comment: `libs/${name} may use ${allowed ?? 'no npm package and no Node module'}`,
  severity: 'error',
  from: source(own('libs', name)),
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'core'],
    pathNot: [allowed ? `node_modules/${allowed.slice(1)}` : '^$', '^libs/', '^apps/']
  }
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { path: '^(libs|apps)/' }, to: { circular: true, viaOnly: { pathNot: 'node_modules' } } },
    { name: 'no-unresolvable', severity: 'error', from: { path: '^(libs|apps)/', pathNot: '\\.spec\\.ts$' }, to: { couldNotResolve: true } },
    {
      name: 'no-undeclared',
      comment: 'An npm package that a lib uses stands in that lib’s own package.json',
      severity: 'error',
      from: { path: '^(libs|apps)/[^/]+/src/', pathNot: '\\.(spec|test-kit)\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: ['^libs/', '^apps/'] }
    },
    {
      name: 'no-deep-imports',
      comment: 'Across packages only the entries of the package: index.ts, and reading.ts of the ledger, are the public surface',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: { path: '^(libs|apps)/([^/]+)/(src|dist)/(?!(index|reading)\\.(ts|d\\.ts|js)$)', pathNot: '^$1/$2/' }
    },
    {
      name: 'verifier-reads',
      comment: 'The verifier is made of what reads and judges alone (libs/ledger/src/reading.ts)',
      severity: 'error',
      from: source(own('libs', 'verifier')),
      to: { path: '^libs/ledger/(src|dist)/index\\.' }
    },
    ...Object.entries(LIBS).map(([name, libs]) => layerRule('libs', name, libs, [])),
    ...Object.entries(APPS).map(([name, { libs, apps }]) => layerRule('apps', name, libs, apps)),
    ...Object.entries(NPM).map(npmRule)
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'dist'] },
    exclude: { path: ['/dist/', '\\.d\\.ts$'] },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json']
    }
  }
};
