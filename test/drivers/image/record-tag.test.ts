import { expect, test } from '@jest/globals';
import {
  findNewestRecord,
  formatRecordTag,
  parseRecordTag,
} from '../../../generator/drivers/image/record-tag.ts';

const hash = 'a'.repeat(64);
const revision = 'b'.repeat(40);
const now = Date.UTC(2026, 10, 22, 4, 30, 15, 987);

test('a record is a tag that a registry takes, and tells hash, commit and time', () => {
  const tag = formatRecordTag(hash, revision, now);
  expect(tag).toMatch(/^[\w][\w.-]{0,127}$/);
  expect(parseRecordTag(tag)).toEqual({ hash, revision, built: '2026-11-22T04:30:15Z' });
});

test('a long commit id is cut, none is none', () => {
  expect(parseRecordTag(formatRecordTag(hash, 'c'.repeat(64), now))?.revision).toBe('c'.repeat(40));
  expect(parseRecordTag(formatRecordTag(hash, null, now))).toEqual({ hash, built: '2026-11-22T04:30:15Z' });
});

test('the newest is found among other tags, wherever it stands', () => {
  const [old, young] = [
    formatRecordTag('1'.repeat(64), revision, now),
    formatRecordTag(hash, revision, now + 1_000),
  ];
  expect(findNewestRecord([young, `src-${hash}`, old, 'latest', 'built-x'])).toMatchObject({
    tag: young,
    hash,
  });
  expect(findNewestRecord(['latest', 'built-by-hand'])).toBeUndefined();
});
