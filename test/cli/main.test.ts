import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRoot } from '../../generator/cli/find-root.ts';
import { main } from '../../generator/cli/main.ts';

const home = process.cwd();
let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'main-')));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const catchAll = (stream: 'stdout' | 'stderr') =>
    jest.spyOn(process[stream], 'write').mockImplementation((text: unknown) => {
      written[stream] += String(text);
      return true;
    });
  const spies = [catchAll('stdout'), catchAll('stderr')];
  const code = await main(argv);
  for (const spy of spies) spy.mockRestore();
  return { code, ...written };
}

const VALID =
  'project: shop\nrepository: https://git.example.com/a/shop.git\nimages: { web: { context: . } }\n';

function writeProject(text: string): void {
  writeFileSync('project.yaml', text);
  writeFileSync('Dockerfile', 'FROM scratch\n');
}

describe('validate', () => {
  test('says what a valid project holds', async () => {
    writeProject(`${VALID}jobs: { a: { run: prune } }\n`);
    expect(await run('validate')).toEqual({
      code: 0,
      stdout: 'project.yaml is valid: 1 image, 1 job\n',
      stderr: '',
    });
  });

  test('--json is one document with the graph, the jobs and the warnings', async () => {
    writeProject(VALID.replace(/repository.*\n/, ''));
    const { code, stdout } = await run('validate', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      project: 'shop',
      valid: true,
      components: [
        { id: 'image:web', kind: 'image', dependsOn: [], externals: [] },
        { id: 'jobs:shop', kind: 'jobs', dependsOn: [], externals: [] },
      ],
      jobs: [],
      warnings: [expect.objectContaining({ file: 'project.yaml', line: 1, column: 1 })],
    });
  });

  test('a failure is one line for each problem, and exit code 1', async () => {
    writeProject('project: Shop\nimages: { web: { contxt: . } }\n');
    const { code, stdout, stderr } = await run('validate', '--quiet');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n').map((line) => line.slice(0, 60))).toEqual([
      'project.yaml:1:10  project: expected a name of lower-case le',
      'project.yaml:2:11  images.web.context: is missing; expected ',
      'project.yaml:2:18  images.web.contxt: is not a field; did yo',
      'error: project.yaml has 3 problems',
      '',
    ]);
  });

  test('--json tells a failure in the form of the contract, before or after the command', async () => {
    writeProject('project: shop\nimage: {}\n');
    for (const argv of [
      ['validate', '--json'],
      ['--json', 'validate'],
    ]) {
      const { code, stdout, stderr } = await run(...argv);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toEqual({
        version: 1,
        error: {
          code: 'INVALID_PROJECT',
          message: 'project.yaml has a problem',
          problems: [
            {
              file: 'project.yaml',
              line: 2,
              column: 1,
              path: 'image',
              message: 'is not a field',
              hint: 'did you mean "images"?',
            },
          ],
        },
      });
      expect(stderr).toContain('project.yaml:2:1  image: is not a field; did you mean "images"?');
    }
  });

  test('of very many problems the first hundred are listed', async () => {
    writeProject(`project: shop\n${Array.from({ length: 5000 }, (_, n) => `k${n}: 1\n`).join('')}`);
    const { stderr } = await run('validate');
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(102);
    expect(lines.slice(-2)).toEqual(['… and 900 more', 'error: project.yaml has at least 1000 problems']);
  });

  test('finds the root from a folder below, and its paths are those of project.yaml', async () => {
    writeProject(VALID);
    mkdirSync('services/api', { recursive: true });
    process.chdir('services/api');
    expect((await run('validate')).stdout).toBe('project.yaml is valid: 1 image\n');
  });

  test.each([
    ['an empty folder', () => undefined, 'expected a file, found none; run `millrace init`'],
    ['a folder called project.yaml', () => mkdirSync('project.yaml'), 'expected a file, found a directory'],
    [
      'a link that leads nowhere',
      () => symlinkSync('nowhere', 'project.yaml'),
      'expected a file, found none',
    ],
    [
      'a pipe that nobody writes to',
      () => execFileSync('mkfifo', ['project.yaml']),
      'expected a file, found none',
    ],
    ['an empty file', () => writeFileSync('project.yaml', ''), 'is empty; two lines are enough'],
  ])('%s ends in one clear line', async (_, make: () => unknown, message) => {
    make();
    const { code, stderr } = await run('validate');
    expect(code).toBe(1);
    expect(stderr.split('\n')[0]).toContain(`project.yaml:1:1  ${message}`);
    expect(stderr).not.toContain('    at ');
  });
});

describe('what is not a command or an option', () => {
  test.each([
    [['validat'], 'error: unknown command "validat"; did you mean "validate"?\n'],
    [['__proto__'], 'error: unknown command "__proto__"; see millrace --help\n'],
    [
      ['validate', '--jso'],
      "error: unknown option '--jso' (Did you mean --json?); see millrace validate --help\n",
    ],
    [['validate', 'x'], 'error: too many arguments'],
    [['help', 'validat'], 'error: unknown command "validat"; did you mean "validate"?\n'],
  ])('%j: the nearest name, and exit code 1', async (argv, line) => {
    const { code, stdout, stderr } = await run(...argv);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(line);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('no command at all shows the commands; with --json it is a failure like any other', async () => {
    const { code, stdout } = await run();
    expect(code).toBe(1);
    expect(stdout).toContain('millrace <command> --help');
    expect(JSON.parse((await run('--json')).stdout)).toMatchObject({
      version: 1,
      error: { code: 'USAGE', problems: [] },
    });
  });
});

test.each(['init', 'validate', 'generate'])('%s --help has an example', async (name) => {
  for (const argv of [
    [name, '--help'],
    ['help', name],
  ]) {
    const { code, stdout, stderr } = await run(...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`Examples?:\n  \\$ millrace ${name}`));
  }
});

test('a folder that was removed under our feet is told, not thrown', async () => {
  mkdirSync('gone');
  process.chdir('gone');
  rmSync(join(folder, 'gone'), { recursive: true });
  const { code, stderr } = await run('validate');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'error: the current folder no longer exists; change to one that does\n',
  });
});

describe('the root', () => {
  test('is the nearest folder with a project.yaml or .git; a project above a repository is not its own', () => {
    mkdirSync('repository/.git', { recursive: true });
    mkdirSync('repository/a/b', { recursive: true });
    writeFileSync('project.yaml', VALID);
    expect(findRoot(join(folder, 'repository/a/b'))).toBe(join(folder, 'repository'));
    writeFileSync('repository/a/project.yaml', VALID);
    expect(findRoot(join(folder, 'repository/a/b'))).toBe(join(folder, 'repository/a'));
  });
  test('is the folder itself where there is neither', () => {
    mkdirSync('a');
    expect(findRoot(join(folder, 'a'))).toBe(join(folder, 'a'));
  });
});

describe('MILLRACE_FAILURE', () => {
  test('names a file for what went wrong, whatever the command', async () => {
    writeProject('project: shop\nimages: { web: { kontext: . } }\n');
    process.env['MILLRACE_FAILURE'] = join(folder, 'failure.txt');
    try {
      expect((await run('validate', '--json')).code).toBe(1);
      expect(readFileSync('failure.txt', 'utf8')).toMatch(/^project\.yaml:2:\d+ {2}.*\nerror: /s);
      writeProject(VALID);
      expect((await run('validate')).code).toBe(0);
      expect(existsSync('failure.txt')).toBe(false);
    } finally {
      delete process.env['MILLRACE_FAILURE'];
    }
  });
});
