/** Tests that need installed tools (a JDK, Groovy, git, npm pack): `script/test system` runs them. */
import unit from './jest.config.mjs';

const soak = process.env.MILLRACE_SOAK;

export default {
  ...unit,
  // What takes an hour is in files of its own.
  testMatch: ['test', ...(soak ? ['soak'] : [])].map((kind) => `<rootDir>/test/system/**/*.${kind}.ts`),
  testPathIgnorePatterns: unit.testPathIgnorePatterns.filter((path) => path !== '/test/system/'),
  // Each waits for its own parts most of the time (a file uses 0.2 to 0.8 of a processor), and they share no port, no
  // folder and no address: two processors serve three.
  maxWorkers: 3,
  testSequencer: '<rootDir>/test/system/longest-first.mjs',
  // A sweep takes what it takes; what hangs is ended all the same.
  testTimeout: soak ? 14_400_000 : 1_800_000,
};
