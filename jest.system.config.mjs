/** Tests that need installed tools (a JDK, Groovy, git, npm pack): `script/test system` runs them. */
import unit from './jest.config.mjs';

const soak = process.env.MILLRACE_SOAK;

export default {
  ...unit,
  // What takes an hour is in files of its own.
  testMatch: ['test', ...(soak ? ['soak'] : [])].map((kind) => `<rootDir>/test/system/**/*.${kind}.ts`),
  testPathIgnorePatterns: unit.testPathIgnorePatterns.filter((path) => path !== '/test/system/'),
  // Each waits for its own parts most of the time, and they share no port, no folder and no address.
  maxWorkers: 2,
  // A sweep takes what it takes; what hangs is ended all the same.
  testTimeout: soak ? 14_400_000 : 1_800_000,
};
