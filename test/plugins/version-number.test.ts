import { describe, expect, test } from '@jest/globals';
import { compareVersions } from '../../generator/plugins/version-number.ts';

describe('versions', () => {
  // In Maven's own order (maven-artifact 3.8, ComparableVersion).
  test.each([
    ['1', '2'],
    ['2.9', '2.10'],
    ['2.568', '2.568.2'],
    ['1.0-alpha-1', '1.0-beta'],
    ['1.0-rc1', '1.0'],
    ['1-a1', '1-b1'],
    ['1.0-snapshot', '1.0'],
    ['1-1', '1.1'],
    ['1-x', '1-1'],
    ['1.0', '1.0-sp'],
    ['1511.v2e3cb_0008ef0', '1512.va0'],
    ['4.5.14-208.v438351942757', '4.5.14-269.vfa_2321039a_83'],
    ['1.330-492.v3941a_032db_2a_', '1.331-1.v0'],
    ['99999999999999999998', '99999999999999999999'],
  ])('%s is older than %s', (older, newer) => {
    expect(compareVersions(older, newer)).toBeLessThan(0);
    expect(compareVersions(newer, older)).toBeGreaterThan(0);
  });

  test.each([
    ['1', '1.0.0'],
    ['1.0-rc', '1-RC'],
    ['1-ga', '1'],
    ['1.0-a1', '1-alpha-1'],
  ])('%s is %s', (one, same) => {
    expect(compareVersions(one, same)).toBe(0);
  });
});
