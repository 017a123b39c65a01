import { expect, test } from '@jest/globals';
import { memoryOf, vcpusOf } from '../../generator/model/instance-size.ts';

/** From docs.aws.amazon.com/ec2/latest/instancetypes. */
test.each([
  ['t3.nano', 0.5, 2],
  ['t3.medium', 4, 2],
  ['t3a.xlarge', 16, 4],
  ['t4g.2xlarge', 32, 8],
  ['m5.large', 8, 2],
  ['m6i.4xlarge', 64, 16],
  ['m6g.medium', 4, 1],
  ['c5.9xlarge', 72, 36],
  ['c6i.xlarge', 8, 4],
  ['r5.large', 16, 2],
  ['r6gd.16xlarge', 512, 64],
  ['x1e.large', undefined, undefined],
  ['m5.metal', undefined, undefined],
  ['t3.huge', undefined, 2],
])('%s has %s GiB and %s vCPUs', (type, gigabytes, vcpus) => {
  expect([memoryOf(type), vcpusOf(type)]).toEqual([gigabytes, vcpus]);
});
