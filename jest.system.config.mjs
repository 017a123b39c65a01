/** Tests that need installed tools (a JDK, Groovy, git, npm pack): `script/test system` runs them. */
import unit from './jest.config.mjs';

export default {
  ...unit,
  testMatch: ['<rootDir>/test/system/**/*.test.ts'],
  testPathIgnorePatterns: unit.testPathIgnorePatterns.filter((path) => path !== '/test/system/'),
  // A sweep takes what it takes; what hangs is ended all the same.
  testTimeout: process.env.MILLRACE_SOAK ? 1_800_000 : 900_000,
};
