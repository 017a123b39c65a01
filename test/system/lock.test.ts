import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command as Parser } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClock } from '../../generator/adapters/clock.ts';
import { createRegistry } from '../../generator/adapters/registry/create-registry.ts';
import { command as lock } from '../../generator/cli/lock.ts';
import { reportFailure } from '../../generator/cli/report-failure.ts';
import { command as validate } from '../../generator/cli/validate.ts';
import { createOutput } from '../../generator/report/output.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import type { FaultProxy } from '../fakes/fault-proxy.ts';
import { startAwsStandIn } from './services/aws-stand-in.ts';
import type { AwsStandIn } from './services/aws-stand-in.ts';
import { makeImage, makeIndex } from './services/push-image.ts';
import { startRegistry } from './services/registry.ts';
import type { RunningRegistry } from './services/registry.ts';

const MILLRACE = join(import.meta.dirname, '../../bin/millrace');
let service: RunningRegistry;
let proxy: FaultProxy;
let root: string;
const client = createRegistry({ auth: async () => undefined, clock: createClock() });

beforeAll(async () => {
  service = await startRegistry();
  proxy = await startFaultProxy({ host: '127.0.0.1', port: service.port });
});
afterAll(async () => {
  await proxy.stop();
  await service.stop();
});
beforeEach(() => {
  proxy.clear();
  root = mkdtempSync(join(tmpdir(), 'millrace-lock-'));
  execFileSync('git', ['init', '--quiet', root]);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** As `main` runs it, in this process: to start a program for each run would take most of the time. */
async function millrace([name, ...words]: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const run: Run = { code: null, stdout: '', stderr: '' };
  const stream = (to: 'stdout' | 'stderr') => ({ write: (text: string) => void (run[to] += text) });
  const streams = { stdout: stream('stdout'), stderr: stream('stderr') };
  const output = createOutput(streams, { json: words.includes('--json'), quiet: false, env: {} });
  const command = name === 'lock' ? lock : validate;
  const parser = new Parser().exitOverride().option('--json');
  command.declare(parser);
  parser.parse(words, { from: 'user' });
  const environment = { HOME: root, DOCKER_CONFIG: join(root, '.git'), ...env };
  // The AWS SDK reads the process's own.
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    run.code = await command.run({ args: [], options: parser.opts(), root, env: environment, output });
  } catch (error) {
    run.code = reportFailure(error, output, false);
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before);
  }
  return run;
}

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const at = (path: string) => ({ domain: proxy.address, path });
const HEAD = 'project: shop\nrepository: https://git.example.com/acme/shop.git\n';

/** An image and a stack on two externals, both at the test's registry by their own names. */
function writeShop(more = ''): { base: string; cache: string } {
  const [base, cache] = [`${proxy.address}/up/debian:12`, `${proxy.address}/up/redis:7`];
  write({
    'project.yaml': `${HEAD}images: { api: { context: api } }\nstacks: { shop: { file: stack.yml } }\n${more}`,
    'api/Dockerfile': `# the base\nFROM ${base}\n`,
    'stack.yml': `services: { cache: { image: "${cache}" }, api: { image: shop/api } }\n`,
  });
  return { base, cache };
}

async function pushBoth(mark: string): Promise<{ debian: string; redis: string }> {
  const images = await Promise.all(
    (['amd64', 'arm64'] as const).map((architecture) =>
      makeImage(client, at('up/debian'), `made-${architecture}`, { architecture, created: mark }),
    ),
  );
  const debian = await makeIndex(client, at('up/debian'), '12', images);
  const redis = await makeImage(client, at('up/redis'), '7', { architecture: 'amd64', created: mark });
  proxy.clear();
  return { debian, redis: redis.digest };
}

describe('externals of Dockerfiles and stack files', () => {
  test('are pinned by the digest of the index or image; a second run asks nobody and writes nothing', async () => {
    const { base, cache } = writeShop();
    const { debian, redis } = await pushBoth('2026-01-01T00:00:00Z');
    const first = await millrace(['lock']);
    expect(first).toMatchObject({ code: 0, stderr: 'Looking up 2 images …\n' });
    expect(first.stdout).toContain(`pinned   ${base}  ${debian.slice(0, 19)}\n`);
    expect(read('project.lock.yaml').split('\n').slice(1)).toEqual([
      'version: 1',
      'images:',
      `  "${base}": ${debian}`,
      `  "${cache}": ${redis}`,
      'amis: {}',
      'epochs: {}',
      '',
    ]);
    expect(read('project.lock.yaml')).toMatch(/^# Written by `millrace lock`/);

    proxy.clear();
    const { mtimeNs } = statSync(join(root, 'project.lock.yaml'), { bigint: true });
    await pushBoth('2026-02-02T00:00:00Z');
    const second = await millrace(['lock']);
    expect(second).toEqual({ code: 0, stdout: 'project.lock.yaml is up to date: 2 pins.\n', stderr: '' });
    expect(proxy.requests).toEqual([]);
    expect(statSync(join(root, 'project.lock.yaml'), { bigint: true }).mtimeNs).toBe(mtimeNs);
    expect((await millrace(['validate'])).stderr).toBe('');
  });

  test('--update moves what is named, or all, and says from where to where', async () => {
    const { base, cache } = writeShop();
    const old = await pushBoth('2026-01-01T00:00:00Z');
    await millrace(['lock']);
    const now = await pushBoth('2026-02-02T00:00:00Z');
    const one = await millrace(['lock', '--update', 'image:api']);
    expect(one.code).toBe(0);
    expect(one.stdout.split('\n')).toEqual([
      `moved    ${base}  ${old.debian.slice(0, 19)} (2026-01-01) -> ${now.debian.slice(0, 19)} (2026-02-02)`,
      'project.lock.yaml is written: 2 pins.',
      '',
    ]);
    const all = await millrace(['lock', '--update', '--json']);
    expect(JSON.parse(all.stdout)).toEqual({
      version: 1,
      images: { [base]: now.debian, [cache]: now.redis },
      amis: {},
      epochs: {},
      moved: [
        {
          name: cache,
          before: old.redis,
          after: now.redis,
          createdBefore: '2026-01-01T00:00:00Z',
          createdAfter: '2026-02-02T00:00:00Z',
        },
      ],
    });
  });

  test('pins that nothing needs any more go', async () => {
    const { base } = writeShop();
    await pushBoth('2026-01-01T00:00:00Z');
    await millrace(['lock']);
    write({ 'api/Dockerfile': 'FROM scratch\n' });
    const run = await millrace(['lock']);
    expect(run.stdout).toBe(`removed  ${base}\nproject.lock.yaml is written: 1 pin.\n`);
    expect(read('project.lock.yaml')).not.toContain('debian');
  });

  test('a platform that is not there: what is, and nothing is written', async () => {
    const { base } = writeShop();
    write({
      'project.yaml': `${HEAD}images: { api: { context: api, platforms: [linux/amd64, linux/s390x] } }\nstacks: { shop: { file: stack.yml } }\n`,
    });
    await pushBoth('2026-01-01T00:00:00Z');
    const run = await millrace(['lock']);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain(
      `api/Dockerfile:2:6  ${base}: ${base}: is not there for linux/s390x, only for linux/amd64, linux/arm64; take`,
    );
    expect(run.stderr).toContain('error: 1 of 2 could not be looked up; nothing was written');
    expect(existsSync(join(root, 'project.lock.yaml'))).toBe(false);
  });

  test('a name that is not there, beside one that is: an error with its place, and nothing is written', async () => {
    writeShop();
    await pushBoth('2026-01-01T00:00:00Z');
    write({ 'stack.yml': `services: { cache: { image: "${proxy.address}/up/redis:8" } }\n` });
    const run = await millrace(['lock', '--json']);
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({
      error: { code: 'LOCK_FAILED', problems: [{ file: 'stack.yml', line: 1 }] },
    });
    expect(existsSync(join(root, 'project.lock.yaml'))).toBe(false);
  });

  test('throttling and resets are waited out', async () => {
    writeShop();
    await pushBoth('2026-01-01T00:00:00Z');
    proxy.inject(
      { times: 3, fault: { kind: 'status', status: 429, headers: { 'Retry-After': '0' } } },
      { times: 2, fault: { kind: 'reset' } },
    );
    expect(await millrace(['lock'])).toMatchObject({ code: 0 });
  });

  test('a registry that is away: one line for each reference, and nothing is written', async () => {
    writeShop();
    await service.halt();
    try {
      const run = await millrace(['lock']);
      expect(run).toMatchObject({ code: 1, stdout: '' });
      expect(run.stderr.match(/^(api\/Dockerfile|stack\.yml):\d+:\d+ .*$/gm)).toHaveLength(2);
      expect(run.stderr).not.toContain('    at ');
    } finally {
      await service.resume();
    }
  });
});

test('the program itself knows the command', async () => {
  writeShop();
  await pushBoth('2026-01-01T00:00:00Z');
  const env = { PATH: process.env['PATH'], HOME: root };
  const { status, stdout } = spawnSync(MILLRACE, ['lock', '--bump', 'image:api'], { cwd: root, env });
  expect(status).toBe(0);
  expect(stdout.toString()).toBe('bumped   image:api  0 -> 1\nproject.lock.yaml is written: 0 pins.\n');
});

describe('epochs', () => {
  test('--bump raises one without asking anybody, and keeps every pin', async () => {
    writeShop();
    await pushBoth('2026-01-01T00:00:00Z');
    await millrace(['lock']);
    const before = read('project.lock.yaml');
    proxy.clear();
    expect((await millrace(['lock', '--bump', 'image:api'])).stdout).toBe(
      'bumped   image:api  0 -> 1\nproject.lock.yaml is written: 2 pins.\n',
    );
    await millrace(['lock', '--bump', 'image:api', 'stack:shop']);
    expect(read('project.lock.yaml')).toBe(
      before.replace('epochs: {}\n', 'epochs:\n  "image:api": 2\n  "stack:shop": 1\n'),
    );
    expect(proxy.requests).toEqual([]);
  });

  test('of what is no component: the nearest name', async () => {
    writeShop();
    expect(await millrace(['lock', '--bump', 'image:apo'])).toMatchObject({
      code: 1,
      stderr: 'error: --bump: there is no component "image:apo"; did you mean "image:api"?\n',
    });
  });
});

describe('a lock that is wrong', () => {
  test.each([
    ['images: { "debian:12": latest }\n', 'project.lock.yaml:2:24'],
    ['images: [\n', 'project.lock.yaml:'],
    ['epochs: { "image:api": -1 }\n', 'project.lock.yaml:2:24'],
  ])('%j is shown with its place, and not written over', async (text, place) => {
    writeShop();
    write({ 'project.lock.yaml': `version: 1\n${text}` });
    const run = await millrace(['lock']);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(place);
    expect(read('project.lock.yaml')).toBe(`version: 1\n${text}`);
  });
});

describe('mirrors', () => {
  const dockerfile = 'FROM debian:12\n';
  const project = `${HEAD}images: { api: { context: api } }\n`;

  test('of project.yaml are for everybody: the pin is committed under the name of upstream', async () => {
    const { debian } = await pushBoth('2026-01-01T00:00:00Z');
    write({
      'api/Dockerfile': dockerfile,
      'project.yaml': `${project}mirrors: { debian: "${proxy.address}/up/debian" }\n`,
    });
    expect(await millrace(['lock'])).toMatchObject({ code: 0 });
    expect(read('project.lock.yaml')).toContain(`  "debian:12": ${debian}\n`);
  });

  test('of MILLRACE_MIRRORS have pins of their own in the git directory; epochs stay committed', async () => {
    const { debian } = await pushBoth('2026-01-01T00:00:00Z');
    write({
      'api/Dockerfile': dockerfile,
      'project.yaml': project,
      'mirrors.yaml': `docker.io: ${proxy.address}/up\n"debian:12": ${proxy.address}/up/debian\n`,
    });
    const env = { MILLRACE_MIRRORS: join(root, 'mirrors.yaml') };
    const run = await millrace(['lock'], env);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('are not committed');
    expect(run.stdout).toContain('.git/millrace/shop.mirrored.lock.yaml is written: 1 pin.');
    expect(read('.git/millrace/shop.mirrored.lock.yaml')).toContain(`  "debian:12": ${debian}\n`);
    expect(existsSync(join(root, 'project.lock.yaml'))).toBe(false);

    const bumped = await millrace(['lock', '--bump', 'image:api', '--json'], env);
    expect(JSON.parse(bumped.stdout)).toMatchObject({
      images: { 'debian:12': debian },
      epochs: { 'image:api': 1 },
    });
    expect(read('project.lock.yaml')).toContain('epochs:\n  "image:api": 1\n');
    expect(read('project.lock.yaml')).toContain('images: {}\n');
    expect(read('.git/millrace/shop.mirrored.lock.yaml')).toContain('epochs: {}\n');
  });

  test.each([
    ['docker.io: [a]\n', /mirrors\.yaml:1:\d+ {2}\S*: expected text/],
    ['- a\n', /expected a mapping of images or registries/],
    ['Debian: x\n', /lower case/],
    ['docker.io: nowhere\n', /expected a registry, found "nowhere"/],
    [undefined, /mirrors\.yaml, cannot be read \(ENOENT\)/],
  ])('a file that says %j is refused in a line', async (text, message) => {
    write({
      'api/Dockerfile': dockerfile,
      'project.yaml': project,
      ...(text ? { 'mirrors.yaml': text } : {}),
    });
    const run = await millrace(['lock'], { MILLRACE_MIRRORS: join(root, 'mirrors.yaml') });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toContain('    at ');
  });
});

describe('source AMIs', () => {
  let aws: AwsStandIn;
  beforeAll(async () => {
    aws = await startAwsStandIn();
  });
  afterAll(() => aws.stop());

  const writeAmi = (source: string): void =>
    write({
      'project.yaml': `${HEAD}aws: { region: eu-central-1, accounts: ["123456789012"] }\namis: { node: { template: node.pkr.hcl, source: ${source} } }\n`,
      'node.pkr.hcl': '# empty\n',
    });

  test('are pinned by id, for the region', async () => {
    writeAmi('{ owner: amazon, name: "amzn-ami-hvm-*" }');
    const run = await millrace(['lock'], aws.environment);
    expect(run).toMatchObject({ code: 0, stderr: 'Looking up 1 AMI …\n' });
    expect(read('project.lock.yaml')).toMatch(/amis:\n {2}"node":\n {4}"eu-central-1": ami-[0-9a-f]+\n/);
  });

  test('a filter that finds none is an error that says what was asked', async () => {
    writeAmi('{ owner: amazon, name: "no-such-*", architecture: arm64 }');
    const run = await millrace(['lock'], aws.environment);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(
      'ami:node: no AMI of amazon is named no-such-* in eu-central-1 (arm64, hvm, ebs); correct source:',
    );
  });

  test('without credentials: one line', async () => {
    writeAmi('{ owner: amazon, name: "amzn-*" }');
    const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _key, ...rest } = aws.environment;
    const run = await millrace(['lock'], rest);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^project\.yaml:1:1 {2}ami:node: .*credentials/m);
    expect(run.stderr).not.toContain('    at ');
  });
});
