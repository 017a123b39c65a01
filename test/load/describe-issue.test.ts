import { describe, expect, test } from '@jest/globals';
import { problemsOf } from './repository.ts';

/** The one problem of a project with this line in it, without `project.yaml:`. */
function problemOf(yaml: string): string[] {
  return problemsOf(yaml).map((line) => line.replace(/^project\.yaml:/, ''));
}
const image = (fields: string): string => `project: shop\nimages: { web: { context: ., ${fields} } }\n`;
const top = (line: string): string => `project: shop\n${line}\n`;

describe('a value of another type', () => {
  test.each([
    [image('target: 2'), '2:38  images.web.target: expected text, found 2; quote it: "2"'],
    [image('target: [a]'), '2:38  images.web.target: expected text, found a list'],
    [image('test: npm test'), '2:36  images.web.test: expected a list, found "npm test"'],
    [
      image('args: { A: [x] }'),
      '2:41  images.web.args.A: expected text or a number or true or false, found a list',
    ],
    [
      image('args: { A: .nan }'),
      '2:41  images.web.args.A: expected text or a number or true or false, found .nan',
    ],
    [image('args: x'), '2:36  images.web.args: expected a mapping, found "x"'],
    [image('platforms: []'), '2:41  images.web.platforms: expected at least 1 in the list, found 0'],
    [top('images: []'), '2:9  images: expected a mapping, found a list'],
    [top('retention: { days: many }'), '2:20  retention.days: expected a number, found "many"'],
    [top('retention: { days: 2.5 }'), '2:20  retention.days: expected a whole number, found 2.5'],
    [top('retention: { days: 0 }'), '2:20  retention.days: expected at least 1, found 0'],
    [top('retention: { days: 4000 }'), '2:20  retention.days: expected at most 3650, found 4000'],
    [top('scm: { forks: yes }'), '2:15  scm.forks: expected true or false, found "yes"'],
    [top('registry: own2'), '2:11  registry: expected own or a mapping, found "own2"'],
    [top('registry: { }'), '2:1  registry.url: is missing; expected text'],
    [top('branch: 2020-01-01'), ''],
    [top('branch: 1'), '2:9  branch: expected text, found 1; quote it: "1"'],
    [
      top('aws: { region: us-west-1, accounts: [012345678901] }'),
      '2:38  aws.accounts[0]: expected text, found 012345678901; quote it: "012345678901"',
    ],
    ['- a\n', '1:1  expected a mapping, found a list'],
    ['hello\n', '1:1  expected a mapping, found "hello"'],
    ['images: {}\n', '1:1  project: is missing; expected text'],
  ])('%j says what was expected, and what was found', (yaml, problem) => {
    expect(problemOf(yaml)).toEqual(problem === '' ? [] : [problem]);
  });
});

describe('a name that is not a field', () => {
  test.each([
    [image('tset: [x]'), '2:30  images.web.tset: is not a field; did you mean "test"?'],
    [top('image: {}'), '2:1  image: is not a field; did you mean "images"?'],
    [top('x: {}'), '2:1  x: is not a field'],
    [top('constructor: {}'), '2:1  constructor: is not a field'],
    [top('scm: { king: git }'), '2:8  scm.king: is not a field; did you mean "kind"?'],
    [
      top('stacks: { a: { health: { urll: "http://a" }, file: Dockerfile } }'),
      '2:16  stacks.a.health.url: is missing; expected text',
    ],
    [
      image('<<: {}'),
      '2:30  images.web."<<": merge keys are not part of YAML 1.2; write the fields out, or use template: and for: in jobs',
    ],
  ])('%j is shown with the nearest one', (yaml, problem) => {
    expect(problemOf(yaml)).toContain(problem);
  });
});

describe('a word of a short list', () => {
  test.each([
    [
      top('scm: { kind: gitub }'),
      '2:14  scm.kind: expected git or github, found "gitub"; did you mean "github"?',
    ],
    [top('reuse: all'), '2:8  reuse: expected none or branches, found "all"'],
    [
      top('notify: { mail: [a@b.c], on: [failur] }'),
      '2:31  notify.on[0]: expected failure or fixed or success or aborted, found "failur"; did you mean "failure"?',
    ],
  ])('%j', (yaml, problem) => {
    expect(problemOf(yaml)).toEqual([problem]);
  });
});

describe('names that Docker, EC2 or Jenkins refuse', () => {
  test.each(['Web', 'web_', '-web', 'a..b', 'a b', 'a/b', 'ünï', 'x'.repeat(63), ''])(
    '%j is no name of an image',
    (name) => {
      const [problem] = problemOf(`project: shop\nimages:\n  ${JSON.stringify(name)}: { context: . }\n`);
      expect(problem).toMatch(/^3:3 {2}images\..*: expected a name of lower-case letters and digits/);
    },
  );
  test.each(['web', 'a.b', 'a_b', 'a__b', 'a--b', '1', 'constructor', 'x'.repeat(62)])(
    '%s is one',
    (name) => {
      expect(problemOf(`project: shop\nimages:\n  "${name}": { context: . }\n`)).toEqual([]);
    },
  );
});

describe('secrets', () => {
  test.each([
    'https://me:hunter2@git.example.com/a/b.git',
    'https://ghp_abcdef@github.com/a/b.git',
    'https://git.example.com/a/b.git?private_token=hunter2',
    'ssh://git:hunter2@git.example.com/a.git',
  ])('in the address %s are refused, and not shown', (address) => {
    const found = problemOf(top(`repository: "${address}"`));
    expect(found).toEqual([
      '2:13  repository: holds a password or token; remove it and name a credential instead',
    ]);
  });
  test.each([
    'repository: "ftp://me:hunter2@a.example.com/x"',
    'registry: { url: "https://me:hunter2@r.example.com" }',
  ])('are not repeated in the message about %s', (line) => {
    const [problem] = problemOf(top(line));
    expect(problem).toContain('found');
    expect(problem).not.toContain('hunter2');
  });
  test.each([
    'git@github.com:a/b.git',
    'ssh://git@git.example.com:2222/a.git',
    'https://git.example.com/a/b.git',
    'file:///srv/git/a.git',
  ])('%s holds none', (address) => {
    expect(problemOf(top(`repository: ${address}`))).toEqual([]);
  });
});

describe('texts that Jenkins cannot hold', () => {
  test.each([
    ['a NUL', '"a\\0b"', 'holds the character U+0000, which Jenkins cannot store; remove it'],
    [
      'half a surrogate pair',
      '"a\\uD800b"',
      'holds the character U+D800, which Jenkins cannot store; remove it',
    ],
    [
      '20,001 characters',
      'x'.repeat(20_001),
      'expected at most 20000 characters, found 20001; put it into a file',
    ],
  ])('%s', (_, text, problem) => {
    const found = problemOf(`project: shop\njobs: { a: { steps: [ { sh: x } ], description: ${text} } }\n`);
    expect(found).toEqual([`2:49  jobs.a.description: ${problem}`]);
  });
});
