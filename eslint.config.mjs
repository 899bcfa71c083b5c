import tseslint from 'typescript-eslint';

const PURE = ['kernel', 'ledger', 'membership', 'consensus', 'provenance', 'verifier', 'api', 'engine', 'simulator', 'epcis-xml'];

/** Purity bans that the compiler cannot make: ES2023 itself has a clock and a source of chance. */
const purity = {
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Time is an input: take nowMs as a parameter.' },
    { object: 'Math', property: 'random', message: 'Chance is an input: take a seed or a random source.' },
    { object: 'Intl', property: 'DateTimeFormat', message: 'Locale must not reach the core.' }
  ],
  'no-restricted-syntax': [
    'error',
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is an input.' },
    { selector: "CallExpression[callee.name='Date']", message: 'Time is an input.' },
    { selector: "CallExpression[callee.property.name='toLocaleString']", message: 'Locale must not reach the core.' },
    { selector: "CallExpression[callee.property.name='localeCompare']", message: 'Compare bytes, not locales.' },
    { selector: 'TSEnumDeclaration', message: 'Use a const union.' }
  ],
  'no-restricted-globals': ['error', 'performance', 'crypto', 'setTimeout', 'setInterval', 'setImmediate', 'process']
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.lading/**', 'coverage/**'] },
  {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { ts: tseslint.plugin },
    rules: {
      'ts/no-explicit-any': 'error',
      'ts/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: ['error', 'always'],
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'Use a const union.' }],
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 30]
    }
  },
  // Nest reads constructor parameter types at run time, so there a type import would break injection.
  {
    files: ['libs/{storage,transport,identity,telemetry}/**/*.ts', 'apps/{node,provenance}/**/*.ts'],
    rules: { 'ts/consistent-type-imports': 'off' }
  },
  { files: PURE.map((lib) => `libs/${lib}/src/**/*.ts`), ignores: ['**/*.spec.ts'], rules: purity },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': ['error', { max: 600 }] }
  }
);
