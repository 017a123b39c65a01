import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Command as Parser } from 'commander';
import { command, makeBootstrapCommand } from '../../../generator/cli/bootstrap.ts';
import type { Component, ComponentId, ComponentKind } from '../../../generator/model/component.ts';
import { Project } from '../../../generator/model/project/project.ts';
import { UserError } from '../../../generator/model/user-error.ts';
import type { Finding } from '../../../generator/report/finding-table.ts';
import type { FakeBuild } from '../../fakes/fake-jenkins.ts';
import { openJenkinsWorld } from '../../fakes/jenkins-world.ts';
import type { JenkinsWorld } from '../../fakes/jenkins-world.ts';
import { createTextOutput } from '../../fakes/text-output.ts';

const DELIVER = '/job/shop/job/deliver/job/deliver';
const [HEAD, OTHER] = ['c'.repeat(40), 'd'.repeat(40)];

let jenkins: JenkinsWorld;
/** `--only` of each apply, in their order. */
let applied: unknown[];
let applyCode: number;
let pushed: boolean;
let findings: Finding[];
let hasJenkins: boolean;
beforeEach(async () => {
  jenkins = await openJenkinsWorld();
  [applied, applyCode, pushed, hasJenkins] = [[], 0, true, true];
  findings = [{ check: 'git', state: 'ok', message: 'git 2' }];
  jenkins.fake.start = () => ({ result: 'SUCCESS', commit: HEAD });
});
afterEach(() => jenkins.stop());

const builds = (...found: FakeBuild[]): void => void jenkins.fake.jobs.set(DELIVER, { builds: found });
const started = (): number => jenkins.fake.requests.filter((one) => one.startsWith('POST')).length;

function component(id: string, content: string[] = [], order: string[] = []): [ComponentId, Component] {
  const [kind, name = ''] = id.split(':');
  const [ids, orders] = [content as ComponentId[], order as ComponentId[]];
  return [
    id as ComponentId,
    { id: id as ComponentId, kind: kind as ComponentKind, name, content: ids, order: orders, externals: [] },
  ];
}

const GRAPH = [
  component('ami:node'),
  component('image:api', ['image:base'], ['stack:registry']),
  component('image:base', [], ['stack:registry']),
  component('image:controller', ['image:base'], ['stack:registry']),
  component('infrastructure:cluster', ['ami:node']),
  component('stack:edge', [], ['infrastructure:cluster']),
  component('stack:jenkins', ['image:controller'], ['infrastructure:cluster']),
  component('stack:registry', [], ['infrastructure:cluster']),
  component('stack:shop', ['image:api'], ['infrastructure:cluster']),
  component('jobs:shop', [], ['stack:jenkins']),
];
const HOSTING =
  'ami:node image:base image:controller infrastructure:cluster jobs:shop stack:edge stack:jenkins stack:registry';

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

async function bootstrap(
  settings: {
    json?: boolean;
    options?: Record<string, unknown>;
    env?: Record<string, string>;
  } = {},
): Promise<Ran> {
  const shown = createTextOutput({ json: settings.json ?? false });
  const made = makeBootstrapCommand(() =>
    Promise.resolve({
      project: Project.parse({
        project: 'shop',
        jenkins: { url: 'https://ci.shop.example.com', admins: ['alice', 'bob'] },
      }),
      graph: new Map(hasJenkins ? GRAPH : GRAPH.filter(([id]) => id !== 'stack:jenkins')),
      revision: HEAD,
      jenkins: jenkins.jenkins,
      clock: jenkins.clock,
      diagnose: () => Promise.resolve(findings),
      checkBranch: () =>
        pushed ? Promise.resolve() : Promise.reject(new UserError('NOT_PUSHED', 'push it first')),
      apply: ({ options, output }) => {
        applied.push(options['only']);
        output.print(output.json ? '{"version":1,"summary":{}}' : 'applied');
        return Promise.resolve(applyCode);
      },
    }),
  );
  const invocation = { args: [], options: {}, root: '/', env: {}, ...settings, output: shown.output };
  const code = await made.run(invocation);
  return { code, stdout: shown.stdout(), stderr: shown.stderr() };
}

describe('bootstrap', () => {
  test('applies what carries Jenkins, has the rest delivered, and says how to get in', async () => {
    builds();
    jenkins.fake.start = () => ({
      result: 'SUCCESS',
      commit: HEAD,
      console: '[Pipeline] { (Build)\n[Pipeline] sh\n+ millrace apply\n',
    });
    const { code, stdout, stderr } = await bootstrap();
    expect(applied.map(String)).toEqual([HOSTING.replaceAll(' ', ',')]);
    expect(code).toBe(0);
    expect(stdout.replace(/ in [\d.]+ (m?s).*/, ' in a moment')).toBe(
      [
        'applied',
        '1 delivered in a moment',
        'Jenkins   https://ci.shop.example.com',
        'user      alice, bob',
        'password  millrace secret show jenkins_admin_password',
        'delivery  shop/deliver/deliver, build 1: SUCCESS',
        '',
      ].join('\n'),
    );
    expect(stderr.split('\n').map((line) => line.replace(/\(.*\)/, '()'))).toEqual([
      'bootstrap 1/4: what this machine lacks',
      'bootstrap 2/4: what Jenkins will read',
      `bootstrap 3/4: what carries Jenkins, from this machine: ${HOSTING}`,
      'bootstrap 4/4: Jenkins delivers the commit, and so makes the rest',
      '[jobs:shop] deliver',
      '[jobs:shop] > waits in the queue',
      '[jobs:shop] > build 1',
      '[jobs:shop] > Build',
      '[jobs:shop] + millrace apply',
      '[jobs:shop] delivered ()',
      '',
    ]);
  });

  test('under --json is one document', async () => {
    builds();
    const { stdout } = await bootstrap({ json: true });
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      summary: {},
      jenkins: {
        url: 'https://ci.shop.example.com',
        users: ['alice', 'bob'],
        password: 'millrace secret show jenkins_admin_password',
      },
      delivery: { build: 1, result: 'SUCCESS', commit: HEAD },
    });
  });

  test('makes nothing where this machine lacks something, unless it is told to', async () => {
    findings.push(
      { check: 'network', state: 'warning', message: 'slow' },
      { check: 'packer', state: 'missing', message: 'there is none', fix: 'install it' },
    );
    await expect(bootstrap()).rejects.toMatchObject({
      code: 'NOT_READY',
      message:
        'bootstrap was not begun, for there is something missing (packer), as shown above; mend them (`millrace doctor` looks again), or go on all the same: --no-doctor',
    });
    expect(applied).toEqual([]);
    builds();
    expect((await bootstrap({ options: { doctor: false } })).code).toBe(0);
    findings.pop();
    const { code, stderr } = await bootstrap();
    expect([code, stderr]).toEqual([0, expect.stringContaining('! network  slow')]);
  });

  test('makes nothing where Jenkins would read another commit', async () => {
    pushed = false;
    await expect(bootstrap()).rejects.toMatchObject({ code: 'NOT_PUSHED' });
    expect(applied).toEqual([]);
  });

  test('has nothing delivered where what carries Jenkins failed', async () => {
    applyCode = 1;
    const { code, stderr } = await bootstrap();
    expect([code, started()]).toEqual([1, 0]);
    expect(stderr).toContain('mend what failed and run `millrace bootstrap` again');
    expect(JSON.parse((await bootstrap({ json: true })).stdout)).toEqual({ version: 1, summary: {} });
  });

  test('is an apply of everything where the project has no Jenkins', async () => {
    hasJenkins = false;
    expect(await bootstrap()).toMatchObject({ code: 0 });
    expect(applied).toEqual([undefined]);
  });

  test.each([
    ['--only', 'image:api'],
    ['--plan', 'plan.json'],
  ])('chooses itself what it begins with: there is no %s', (...words) => {
    const parser = new Parser('millrace bootstrap')
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    command.declare(parser);
    expect(parser.helpInformation()).not.toContain(words[0]);
    expect(() => parser.parse(words, { from: 'user' })).toThrow(`unknown option '${words[0]}'`);
  });

  test('runs in no pipeline', async () => {
    const env = { MILLRACE_ROLE: 'deliver' };
    await expect(bootstrap({ env })).rejects.toMatchObject({ code: 'NOT_IN_JENKINS' });
    expect(applied).toEqual([]);
  });
});

describe('the first delivery', () => {
  test.each<[string, FakeBuild[], number]>([
    ['never ran', [], 1],
    ['ran for another commit only', [{ number: 1, result: 'SUCCESS', commit: OTHER }], 1],
    ['failed for this one', [{ number: 1, result: 'FAILURE', commit: HEAD }], 1],
    ['went through for this one', [{ number: 1, result: 'UNSTABLE', commit: HEAD }], 0],
    [
      'went through for this one before another',
      [
        { number: 1, result: 'SUCCESS', commit: HEAD },
        { number: 2, result: 'FAILURE', commit: OTHER },
      ],
      0,
    ],
  ])('is started where it %s: %#', async (_what, found, starts) => {
    builds(...found);
    expect((await bootstrap()).code).toBe(0);
    expect(started()).toBe(starts);
  });

  test('is waited for where it is under way', async () => {
    const build: FakeBuild = { number: 1, building: true, commit: HEAD };
    builds(build);
    setTimeout(() => Object.assign(build, { building: false, result: 'SUCCESS' }), 100);
    expect((await bootstrap()).code).toBe(0);
    expect(started()).toBe(0);
  });

  test('is started after one under way for another commit', async () => {
    const build: FakeBuild = { number: 1, building: true, commit: OTHER };
    builds(build);
    setTimeout(() => Object.assign(build, { building: false, result: 'FAILURE' }), 100);
    expect((await bootstrap()).stdout).toContain('build 2: SUCCESS');
    expect(started()).toBe(1);
  });

  test('fails the command as it fails', async () => {
    builds();
    jenkins.fake.start = () => ({ result: 'FAILURE', commit: HEAD, console: 'no space left\n' });
    const { code, stderr, stdout } = await bootstrap();
    expect(code).toBe(1);
    expect(stderr).toContain('build 1 of shop/deliver/deliver ended as FAILURE');
    expect(stderr).toContain('| no space left');
    expect(stdout).toContain('https://ci.shop.example.com');
  });

  test('needs its job', async () => {
    await expect(bootstrap()).rejects.toMatchObject({ code: 'NO_JOB' });
  });

  test('is left to Jenkins at Ctrl-C, and the command says so', async () => {
    builds({ number: 1, building: true, commit: HEAD });
    setTimeout(() => process.emit('SIGINT', 'SIGINT'), 100);
    const { code, stderr } = await bootstrap();
    expect(code).toBe(1);
    expect(stderr).toContain('cancelled jobs:shop; the build goes on in Jenkins');
  });
});
