import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFailureNote } from '../../generator/cli/failure-note.ts';
import type { FailureNote } from '../../generator/cli/failure-note.ts';
import { createTextOutput } from '../fakes/text-output.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failure-note-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (): string => join(folder, 'tmp', 'failure.txt');
const open = (env: Record<string, string> = {}, text = createTextOutput()): FailureNote =>
  openFailureNote(text.output, file(), env);
const written = (): string => readFileSync(file(), 'utf8');

describe('openFailureNote', () => {
  test('leaves what went wrong, and shows it as ever', () => {
    const text = createTextOutput();
    const note = open({}, text);
    note.output.note('building');
    note.output.warn('failed image:api after 3.0 s: npm ci exited 1\n  | ENOSPC');
    note.output.tell!('stack:shop: service api: 2 of 3 tasks run');
    note.end(1);
    expect(written()).toBe(
      'failed image:api after 3.0 s: npm ci exited 1\n  | ENOSPC\nstack:shop: service api: 2 of 3 tasks run\n',
    );
    expect(text.stderr()).toBe('building\nfailed image:api after 3.0 s: npm ci exited 1\n  | ENOSPC\n');
  });

  test('leaves nothing of a run that went well, nor of one before it', () => {
    const first = open();
    first.output.warn('error: no');
    first.end(1);
    const second = open();
    expect(existsSync(file())).toBe(false);
    second.output.warn('warning: old');
    second.end(0);
    expect(existsSync(file())).toBe(false);
  });

  test('holds no secret of the environment, one of several lines included', () => {
    const note = open({
      MILLRACE_REGISTRY_PASSWORD: 'correct-horse',
      AWS_SECRET_ACCESS_KEY: 'line one\nline two',
    });
    note.output.warn('denied for deploy:correct-horse');
    note.output.warn('key: line one\nline two.');
    note.end(1);
    expect(written()).toBe('denied for deploy:***\nkey: ***.\n');
  });

  test('is bounded: the first lines, the last, and none without end; colours and cursors go', () => {
    const note = open();
    note.output.warn('\u001b[31mfailed image:api\u001b[39m');
    for (let line = 1; line <= 5_000; line++) note.output.warn(`${line} ${'x'.repeat(10_000)}`);
    note.output.warn('the end');
    note.end(1);
    const lines = written().split('\n');
    expect(lines[0]).toBe('failed image:api');
    expect(lines[5]).toBe('… 4972 more lines …');
    expect(lines.at(-2)).toBe('the end');
    expect(lines).toHaveLength(32);
    expect(written().length).toBeLessThan(31 * 201);
  });

  test('a file that cannot be written fails nothing', () => {
    writeFileSync(join(folder, 'tmp'), 'no folder');
    const note = open();
    note.output.warn('error: no');
    expect(() => note.end(1)).not.toThrow();
  });
});
