import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readJobs } from '../../generator/cli/read-jobs.ts';
import { checkStashedPlan, readStashedPlan } from '../../generator/cli/stashed-plan.ts';
import type { ProjectSource } from '../../generator/drivers/driver.ts';
import type { Plan } from '../../generator/plan/plan.ts';

const source = { project: { project: 'shop' }, files: { revision: 'abc' } } as unknown as ProjectSource;
const now = { components: [{ id: 'image:api', hash: 'h1' }] } as unknown as Plan;
const stashed = {
  version: 1 as const,
  project: 'shop',
  revision: 'abc',
  components: [
    { id: 'image:api', hash: 'h1' },
    { id: 'image:web', hash: 'h2' },
  ],
};

describe('a stashed plan', () => {
  test('is good for its own commit, and for a part of it', () => {
    expect(() => checkStashedPlan(stashed, now, source)).not.toThrow();
  });

  test.each([
    ['of another project', { project: 'other' }, /it is of the project "other", this is shop/],
    ['of another commit', { revision: 'def' }, /it is of commit def, this is commit abc/],
    ['of no commit', { revision: null }, /it is of no commit, this is commit abc/],
    ['without the component', { components: [] }, /it does not hold image:api/],
    [
      'with another hash',
      { components: [{ id: 'image:api', hash: 'h9' }] },
      /image:api has another source hash/,
    ],
  ])('%s is stale', (_name, other, message) => {
    expect(() => checkStashedPlan({ ...stashed, ...other }, now, source)).toThrow(message);
    expect(() => checkStashedPlan({ ...stashed, ...other }, now, source)).toThrow(
      /make it anew with `millrace plan --json`$/,
    );
  });

  test.each([
    ['that is not there', undefined, /cannot be read \(ENOENT\)/],
    ['that is no JSON', 'x', /it is no JSON/],
    ['of another version', '{"version":2}', /version: /],
    ['that is an error document', '{"version":1,"error":{}}', /project: /],
  ])('%s says so', (_name, text, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'stashed-'));
    if (text !== undefined) writeFileSync(join(folder, 'plan.json'), text);
    expect(() => readStashedPlan(join(folder, 'plan.json'))).toThrow(message);
    rmSync(folder, { recursive: true });
  });
});

test('--jobs is a small number', () => {
  expect(readJobs('3')).toBe(3);
  expect(readJobs(undefined)).toBeGreaterThanOrEqual(4);
  for (const text of ['0', '65', '-1', 'x', '', '1e1'])
    expect(() => readJobs(text)).toThrow(/^--jobs: expected a number from 1 to 64, found/);
});
