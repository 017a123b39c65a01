import { describe, expect, test } from '@jest/globals';
import { handOverName, numberOf } from '../../../generator/drivers/handover/hand-over-names.ts';
import { describeReport } from '../../../generator/drivers/handover/hand-over-report.ts';
import type { HandOverReport } from '../../../generator/drivers/handover/hand-over-report.ts';

const done: HandOverReport = {
  version: 1,
  time: '2030-01-01T08:30:00.000Z',
  revision: 'f'.repeat(40),
  components: ['stack:jenkins'],
  outcome: 'done',
  lines: [],
};
const hours = (count: number): number => Date.parse(done.time) + count * 3_600_000;

describe('the report of a hand-over', () => {
  test('of a success is told for a day', () => {
    expect(describeReport(done, hours(1))).toBe(
      'stack:jenkins of commit ffffffffffff was deployed outside of Jenkins at 2030-01-01 08:30 UTC',
    );
    expect(describeReport(done, hours(25))).toBeUndefined();
  });

  test('of a failure is told until there is another one', () => {
    const failed = { ...done, outcome: 'failed' as const, reason: 'it is not healthy' };
    expect(describeReport(failed, hours(1_000))).toBe(
      'stack:jenkins of commit ffffffffffff failed at 2030-01-01 08:30 UTC: it is not healthy',
    );
  });
});

describe('a hand-over’s name', () => {
  test('says its number, and no other project’s', () => {
    expect(numberOf('shop', handOverName('shop', 12))).toBe(12);
    expect(numberOf('shop', handOverName('shop-eu', 12))).toBeUndefined();
    expect(handOverName('a.very.long.name.of.a.project.that.goes.on.and.on', 99_999).length).toBeLessThan(64);
  });
});
