import { expect, test } from '@jest/globals';
import { formatProblem, showControls, sortProblems } from '../../generator/model/problem.ts';
import type { Problem } from '../../generator/model/problem.ts';

const problem = (more: Partial<Problem>): Problem => ({
  file: 'project.yaml',
  line: 1,
  column: 1,
  path: '',
  message: 'is wrong',
  hint: '',
  ...more,
});

test('a problem is one line: place, path, message and hint', () => {
  expect(formatProblem(problem({}))).toBe('project.yaml:1:1  is wrong');
  expect(formatProblem(problem({ line: 3, column: 5, path: 'images.api', hint: 'mend it' }))).toBe(
    'project.yaml:3:5  images.api: is wrong; mend it',
  );
});

test('nothing in it moves a cursor or turns the line around, the name of a file neither', () => {
  const text = formatProblem(
    problem({ file: 'a\nb', path: 'x\u001b[2J', message: 'm\u202e', hint: 'h\u0085' }),
  );
  expect(text).toBe('a\\u000ab:1:1  x\\u001b[2J: m\\u202e; h\\u0085');
  expect(showControls('é🎈 a')).toBe('é🎈 a');
});

test('problems are in the order of a reader', () => {
  const sorted = sortProblems([
    problem({ line: 10 }),
    problem({ line: 2, column: 7 }),
    problem({ line: 2, column: 10 }),
    problem({ file: 'a/Dockerfile', line: 99 }),
    problem({ line: 2, column: 7, path: 'a' }),
  ]);
  expect(sorted.map(({ file, line, column, path }) => `${file}:${line}:${column} ${path}`)).toEqual([
    'a/Dockerfile:99:1 ',
    'project.yaml:2:7 ',
    'project.yaml:2:7 a',
    'project.yaml:2:10 ',
    'project.yaml:10:1 ',
  ]);
});
