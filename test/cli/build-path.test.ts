import { expect, test } from '@jest/globals';
import { buildPathOf } from '../../generator/cli/build-path.ts';

test.each([
  ['http://controller:8080/job/shop/job/deliver/job/deliver/7/', '/job/shop/job/deliver/job/deliver/7'],
  [
    'https://ci.example.com/jenkins/job/shop/job/deliver/job/deliver/7',
    '/job/shop/job/deliver/job/deliver/7',
  ],
  ['https://ci.example.com/', ''],
  [undefined, ''],
])('of %s is %s', (url, path) => {
  expect(buildPathOf({ BUILD_URL: url })).toBe(path);
});
