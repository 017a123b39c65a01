import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'count-tests-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function count(format: string, path: string): { code: number | null; out: string; error: string } {
  const run = spawnSync(process.execPath, ['script/count-tests.mjs', format, path], { encoding: 'utf8' });
  return { code: run.status, out: run.stdout.trim(), error: run.stderr.trim() };
}

function writeReport(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const jest = {
  numPassedTests: 7,
  numFailedTests: 2,
  numPendingTests: 1,
  numTodoTests: 1,
  numRuntimeErrorTestSuites: 0,
};

test('of jest, pending and todo tests are skipped', () => {
  expect(count('jest', writeReport('r.json', JSON.stringify(jest)))).toMatchObject({ code: 0, out: '7 2 2' });
});

test('a test file that jest could not load is a failure', () => {
  const report = JSON.stringify({ ...jest, numRuntimeErrorTestSuites: 3 });
  expect(count('jest', writeReport('r.json', report)).out).toBe('7 5 2');
});

test('what failed is named', () => {
  const failure = {
    status: 'failed',
    fullName: 'a shop opens',
    failureMessages: ['\u001b[31mno key\u001b[39m\n at'],
  };
  const testResults = [
    {
      name: join(process.cwd(), 'test/a.test.ts'),
      status: 'failed',
      assertionResults: [failure, { status: 'passed' }],
    },
    { name: join(process.cwd(), 'test/b.test.ts'), status: 'failed', assertionResults: [] },
    {
      name: join(process.cwd(), 'test/c.test.ts'),
      status: 'passed',
      assertionResults: [{ status: 'passed' }],
    },
  ];
  expect(
    count('jest', writeReport('r.json', JSON.stringify({ ...jest, testResults }))).error.split('\n'),
  ).toEqual(['failed: test/a.test.ts: a shop opens: no key', 'failed: test/b.test.ts could not be loaded']);
});

test('of surefire, errors and failures count alike, and suites add up', () => {
  writeReport(
    'TEST-a.xml',
    '<?xml version="1.0"?>\n<testsuite name="a" tests="5" errors="1" skipped="1" failures="2">',
  );
  writeReport(
    'TEST-b.xml',
    '<testsuite xmlns:x="y"\n tests="4" name="b" errors="0" skipped="0" failures="0"></testsuite>',
  );
  writeReport('a.txt', 'Tests run: 100');
  expect(count('surefire', folder)).toMatchObject({ code: 0, out: '5 3 1' });
});

test.each([
  ['jest', 'absent.json', undefined],
  ['jest', 'cut.json', '{"numPassedTests": 1'],
  ['jest', 'other.json', '{}'],
  ['surefire', '.', undefined],
  ['surefire', 'absent', undefined],
])('a %s report that is none (%s) is said in one line', (format, name, text) => {
  const path = text === undefined ? join(folder, name) : writeReport(name, text);
  const { code, out, error } = count(format, path);
  expect({ code, out, lines: error.split('\n').length }).toEqual({ code: 1, out: '', lines: 1 });
  expect(error).toMatch(/^count-tests: /);
});
