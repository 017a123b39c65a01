import { expect, test } from '@jest/globals';
import { problemsOf } from '../repository.ts';

function problems(
  plugins: string,
  dockerfile = 'FROM jenkins/jenkins:2.541.3-lts\n',
  context = 'ci',
): string[] {
  return problemsOf(`project: shop\nimages: { ci: { context: ${context} } }\n`, {
    'ci/Dockerfile': dockerfile,
    'ci/plugins.txt': plugins,
  });
}

test.each([
  'git:5.7.0',
  'git:5.7.0 # why',
  '# git',
  '',
  'git:5.7.0:https://a.example.com/git.hpi',
  'git:1\r\nssh:2\r\n',
])('%j is pinned', (plugins) => {
  expect(problems(plugins)).toEqual([]);
});

test.each(['git', 'git:', 'git:latest', 'git:experimental', 'git # x'])('%j is not', (plugin) => {
  expect(problems(`a:1\n  ${plugin}\n`)).toEqual([
    `ci/plugins.txt:2:3  plugin "git" is not pinned: expected id:version, found "${plugin.replace(' # x', '')}"; name its exact version`,
  ]);
});

test.each(['ci', './ci', 'ci/'])('they are looked for in the context %s', (context) => {
  expect(problems('git\n', undefined, context)).toHaveLength(1);
});

test('a plugins.txt beside a Dockerfile of something else is none of Jenkins', () => {
  expect(problems('flake8-bugbear\n', 'FROM python:3.12\n')).toEqual([]);
});
