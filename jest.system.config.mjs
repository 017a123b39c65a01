/** Tests that need installed tools (a JDK, Groovy, git, npm pack): `script/test system` runs them. */
import unit from './jest.config.mjs';

export default {
  ...unit,
  testMatch: ['<rootDir>/test/system/**/*.test.ts'],
  testPathIgnorePatterns: unit.testPathIgnorePatterns.filter((path) => path !== '/test/system/'),
  testTimeout: 300_000,
};
