import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../generator/cli/generate.ts';
import { UserError } from '../../generator/model/user-error.ts';
import { createOutput } from '../../generator/report/output.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-generate-'));
  mkdirSync(join(root, 'api'));
  writeFileSync(join(root, 'api/Dockerfile'), 'FROM scratch\n');
  describeProject('');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function describeProject(jobs: string): void {
  const head =
    'project: shop\nrepository: https://git.example.com/acme/shop.git\nimages: { api: { context: api } }\n';
  writeFileSync(join(root, 'project.yaml'), head + jobs);
}

async function generate(
  options: Record<string, unknown> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr'): { write(text: string): void } => ({
    write: (text) => void (written[name] += text),
  });
  const output = createOutput(
    { stdout: stream('stdout'), stderr: stream('stderr') },
    { json: options['json'] === true, quiet: false, env: {} },
  );
  const code = await command.run({ args: [], options, root, env: {}, output });
  return { code, ...written };
}

test('writes what Jenkins needs, and a second run nothing', async () => {
  expect((await generate()).code).toBe(0);
  for (const path of [
    'Jenkinsfile',
    'jenkins/jobs.groovy',
    'jenkins/prune.Jenkinsfile',
    'vars/planComponents.groovy',
    'vars/planComponents.txt',
    'resources/project.schema.json',
    'docs/project-yaml.md',
  ]) {
    expect(existsSync(join(root, path))).toBe(true);
  }
  expect((await generate()).stdout).toContain('all up to date');
});

describe('--check', () => {
  test('exits 0 where nothing is stale', async () => {
    await generate();
    expect(await generate({ check: true })).toMatchObject({
      code: 0,
      stdout: 'All generated files are up to date.\n',
    });
  });

  test('exits 1, names what is stale, and writes nothing', async () => {
    await generate();
    writeFileSync(join(root, 'Jenkinsfile'), 'edited by hand');
    describeProject('jobs: { nightly: { steps: [ { sh: ./n.sh } ] } }\n');
    const { code, stdout, stderr } = await generate({ check: true });
    expect(code).toBe(1);
    expect(stdout).toMatch(/changed +Jenkinsfile\n/);
    expect(stdout).toMatch(/new +jenkins\/nightly\.Jenkinsfile\n/);
    expect(stderr).toContain('run `millrace generate`');
    expect(readFileSync(join(root, 'Jenkinsfile'), 'utf8')).toBe('edited by hand');
    expect(existsSync(join(root, 'jenkins/nightly.Jenkinsfile'))).toBe(false);
  });

  test('--json lists path and action', async () => {
    await generate();
    rmSync(join(root, 'jenkins/prune.Jenkinsfile'));
    const { stdout } = await generate({ check: true, json: true });
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      stale: [{ path: 'jenkins/prune.Jenkinsfile', action: 'add' }],
    });
  });
});

describe('--diff', () => {
  test('with --check exits 1 where something is stale', async () => {
    expect((await generate({ diff: true, check: true })).code).toBe(1);
    await generate();
    expect((await generate({ diff: true, check: true })).code).toBe(0);
  });

  test('shows jobs that are new, changed and deleted, and writes nothing', async () => {
    describeProject(
      'jobs:\n  old: { steps: [ { sh: a } ] }\n  nightly: { schedule: "H 1 * * *", steps: [ { sh: a } ] }\n',
    );
    await generate();
    describeProject(
      'jobs:\n  fresh: { steps: [ { sh: a } ] }\n  nightly: { schedule: "H 2 * * *", steps: [ { sh: a } ] }\n',
    );
    const { code, stdout } = await generate({ diff: true });
    expect(code).toBe(0);
    expect(stdout).toContain('+ shop/deliver/fresh  (pipeline job, new)');
    expect(stdout).toContain('- shop/deliver/old  (pipeline job, deleted, its builds with it)');
    expect(stdout).toMatch(
      /~ shop\/deliver\/nightly {2}\(pipeline job\)\n.*cron.*\n +- +spec\('H 1 \* \* \*'\)\n +\+ +spec\('H 2 \* \* \*'\)\n/,
    );
    expect(existsSync(join(root, 'jenkins/fresh.Jenkinsfile'))).toBe(false);
  });

  test('shows what a pipeline will do differently', async () => {
    describeProject('jobs: { nightly: { steps: [ { sh: ./one.sh } ] } }\n');
    await generate();
    describeProject('jobs: { nightly: { steps: [ { sh: ./two.sh } ] } }\n');
    const diff = JSON.parse((await generate({ diff: true, json: true })).stdout) as {
      jobs: unknown[];
      pipelines: { name: string; diff: string[] }[];
    };
    expect(diff.jobs).toEqual([]);
    expect(diff.pipelines).toHaveLength(1);
    expect(diff.pipelines[0]!.name).toBe('jenkins/nightly.Jenkinsfile');
    expect(diff.pipelines[0]!.diff.map((line) => line.replace(/\s+/g, ' '))).toEqual(
      expect.arrayContaining(["- sh './one.sh'", "+ sh './two.sh'"]),
    );
  });

  test('says so where nothing changes', async () => {
    await generate();
    expect((await generate({ diff: true })).stdout).toBe('Nothing changes.\n');
  });
});

test('a Jenkinsfile that somebody wrote is not replaced, and nothing is half-written', async () => {
  writeFileSync(join(root, 'Jenkinsfile'), 'node { }\n');
  const failure = await generate().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect((failure as UserError).problems.map(({ file }) => file)).toEqual(['Jenkinsfile']);
  expect(readFileSync(join(root, 'Jenkinsfile'), 'utf8')).toBe('node { }\n');
  expect(existsSync(join(root, 'jenkins'))).toBe(false);
  expect((await generate({ force: true })).code).toBe(0);
  expect(readFileSync(join(root, 'Jenkinsfile'), 'utf8')).toContain('pipeline {');
});

test('a deleted entry takes its pipeline with it', async () => {
  describeProject('jobs: { nightly: { steps: [ { sh: a } ] } }\n');
  await generate();
  describeProject('');
  await generate();
  expect(existsSync(join(root, 'jenkins/nightly.Jenkinsfile'))).toBe(false);
  expect(readFileSync(join(root, 'jenkins/jobs.groovy'), 'utf8')).not.toContain('nightly');
});
