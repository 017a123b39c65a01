import { expect, test } from '@jest/globals';
import { formatJobTag, readJobTag } from '../../../generator/drivers/image/job-tag.ts';

const NOW = Date.parse('2030-06-01T12:34:56Z');

test.each([40, 64])('a job’s tag says when it was made, also of a commit of %d digits', (digits) => {
  const tag = formatJobTag('c'.repeat(digits), NOW + 789);
  expect(tag).toBe(`job-20300601T123456Z-${'c'.repeat(digits)}`);
  expect(readJobTag(tag)).toBe(NOW);
});

test.each(['latest', 'c'.repeat(40), `job-${'c'.repeat(40)}`, `src-${'c'.repeat(64)}`])(
  'the tag %s is no job’s',
  (tag) => expect(readJobTag(tag)).toBeUndefined(),
);
