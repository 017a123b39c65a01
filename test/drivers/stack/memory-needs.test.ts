import { expect, test } from '@jest/globals';
import { parseBytes } from '../../../generator/drivers/stack/memory-needs.ts';

const G = 1024 ** 3;
/** As docker/go-units, RAMInBytes. */
test.each([
  ['2G', 2 * G],
  ['2g', 2 * G],
  ['2GB', 2 * G],
  ['2GiB', 2 * G],
  ['1.5g', 1.5 * G],
  ['512M', G / 2],
  ['1048576', 1024 ** 2],
  ['12b', 12],
  ['much', undefined],
])('%s is %s bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});
