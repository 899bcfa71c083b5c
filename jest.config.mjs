/** One jest for every lib and app. Workspace packages resolve to their sources through the `source` export condition. */
export default {
  globalSetup: '<rootDir>/jest.globalSetup.mjs',
  globalTeardown: '<rootDir>/jest.globalTeardown.mjs',
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true
        },
        module: { type: 'es6' }
      }
    ]
  },
  transformIgnorePatterns: ['/node_modules/'],
  testMatch: ['<rootDir>/libs/**/*.spec.ts', '<rootDir>/apps/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.lading/'],
  testTimeout: 30000,
  maxWorkers: 2
};
