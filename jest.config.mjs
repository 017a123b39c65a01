/** Fast tests only. `script/test` adds the layers that need Java, linters or a system. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/test/groovy/',
    '/test/golden/',
    '/test/samples/',
    '/test/system/',
  ],
  // One less is jest's own choice, which on two processors leaves one idle.
  maxWorkers: '100%',
  // What hangs is ended; a slow machine is not a failure.
  testTimeout: 120_000,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
};
