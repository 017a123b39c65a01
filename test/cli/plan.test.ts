import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from '../../generator/cli/main.ts';
// jest loads modules of its own way and cannot have two of one graph begun at once, as the command does.
import '../../generator/cli/load-commit.ts';
import '../../generator/cli/plan-commit.ts';
import { formatRecordTag } from '../../generator/drivers/image/record-tag.ts';
import type { Plan } from '../../generator/plan/plan.ts';
import { startTagServer } from '../fakes/tag-server.ts';
import type { TagServer } from '../fakes/tag-server.ts';

const home = process.cwd();
const IMAGES = ['image:api', 'image:base', 'image:web'];
let folder = '';
let registry: TagServer;

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'plan-')));
  process.chdir(folder);
  registry = await startTagServer();
  git('init', '--quiet', '--initial-branch', 'main');
  commit({
    'project.yaml': `project: shop
repository: https://git.example.com/a/shop.git
registry: { url: "${registry.address}" }
images: { base: { context: base }, api: { context: api }, web: { context: web } }
`,
    'base/Dockerfile': 'FROM scratch\nCOPY motd /\n',
    'base/motd': 'hello\n',
    'api/Dockerfile': 'FROM shop/base\nCOPY index.js /\n',
    'api/index.js': 'one\n',
    'web/Dockerfile': 'FROM scratch\nCOPY index.html /\n',
    'web/index.html': '<h1>\n',
  });
});
afterEach(async () => {
  process.chdir(home);
  jest.restoreAllMocks();
  delete process.env['MILLRACE_ROLE'];
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

function git(...args: string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...who, ...args], { encoding: 'utf8' }).trim();
}

function commit(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  git('add', '.');
  git('commit', '--quiet', '--message', 'a change');
}

async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text: unknown) => {
      written[stream] += String(text);
      return true;
    }),
  );
  const code = await main(argv);
  for (const spy of spies) spy.mockRestore();
  return { code, ...written };
}

async function planImages(...more: string[]): Promise<Plan> {
  const { stdout } = await run('plan', '--json', ...more, '--only', ...IMAGES);
  return JSON.parse(stdout) as Plan;
}

/** Puts what the plan builds into the registry, as carrying it out would. */
function publish(plan: Plan): void {
  for (const { id, hash, action } of plan.components) {
    if (action !== 'build' || hash === null) continue;
    const repository = `shop/${id.slice('image:'.length)}`;
    registry.tags.add(`${repository}:src-${hash}`);
    registry.tags.add(`${repository}:${formatRecordTag(hash, plan.revision, Date.now())}`);
  }
}

const lines = ({ components }: Plan): string[] =>
  components.map(({ id, action, reason }) => `${action} ${id}: ${reason.replace(/127.*/, '…')}`);

describe('millrace plan', () => {
  test('builds everything where the registry is empty, and nothing once it was built', async () => {
    const first = await planImages();
    expect(first.revision).toBe(git('rev-parse', 'HEAD'));
    expect(lines(first)).toEqual(IMAGES.map((id) => `build ${id}: never built`));
    publish(first);
    expect(lines(await planImages())).toEqual(IMAGES.map((id) => `keep ${id}: exists as …`));
  });

  test('says which file is the reason, and what follows from it', async () => {
    publish(await planImages());
    commit({ 'base/motd': 'good day\n' });
    expect(lines(await planImages())).toEqual([
      'build image:api: its base image:base is rebuilt',
      'build image:base: base/motd changed',
      'keep image:web: exists as …',
    ]);
    const base = (await planImages()).components.find(({ id }) => id === 'image:base');
    expect(base?.changes?.map(({ type, name }) => `${type} ${name}`)).toEqual(['file base/motd']);
  });

  test('builds nothing after a revert', async () => {
    publish(await planImages());
    commit({ 'base/motd': 'good day\n' });
    publish(await planImages());
    git('revert', '--no-edit', 'HEAD');
    expect((await planImages()).summary).toEqual({ build: 0, deploy: 0, keep: 3, remove: 0 });
  });

  test('--rev plans a commit that is not checked out', async () => {
    publish(await planImages());
    commit({ 'web/index.html': '<h2>\n' });
    expect((await planImages('--rev', 'HEAD~1')).summary.keep).toBe(3);
    expect((await planImages()).summary.build).toBe(1);
  });

  test('--dirty plans the work tree, which has no revision', async () => {
    publish(await planImages());
    writeFileSync('web/index.html', '<h3>\n');
    expect((await run('plan')).code).toBe(1);
    const plan = await planImages('--dirty');
    expect(plan.revision).toBeNull();
    expect(lines(plan)).toContain('build image:web: web/index.html changed');
  });

  test('asks for one image once, and nothing else where it is there', async () => {
    publish(await planImages());
    registry.requests.length = 0;
    await planImages();
    expect(registry.requests).toHaveLength(3);
    expect(registry.requests.every((request) => request.startsWith('GET '))).toBe(true);
  });

  test('--only needs to see no more than these and their parents', async () => {
    await run('plan', '--only', 'image:api');
    const asked = registry.requests.map((request) => request.split('/')[3]);
    expect([...new Set(asked)].sort()).toEqual(['api', 'base']);
  });

  test('--detailed-exitcode is 2 where something is to be done, 0 where nothing is', async () => {
    expect((await run('plan', '--detailed-exitcode', '--only', 'image:web')).code).toBe(2);
    expect((await run('plan', '--only', 'image:web')).code).toBe(0);
    publish(await planImages());
    expect((await run('plan', '--detailed-exitcode', '--only', 'image:web')).code).toBe(0);
  });

  test('a job that verifies plans images and machine images: it may not look at what runs', async () => {
    process.env['MILLRACE_ROLE'] = 'verify';
    const plan = JSON.parse((await run('plan', '--json')).stdout) as Plan;
    expect(plan.components.map(({ id }) => id)).toEqual(IMAGES);
  });

  test('a job that verifies asks nothing of AWS, whatever the project has there', async () => {
    process.env['MILLRACE_ROLE'] = 'verify';
    commit({
      'project.yaml': `${readFileSync('project.yaml', 'utf8')}aws: { region: eu-central-1, accounts: ["123456789012"] }
amis: { node: { template: node.pkr.hcl, source: { owner: "136693071363", name: x } } }
infrastructure: { prod: { deploy: deploy.yml, destroy: deploy.yml, amis: [node] } }
stacks: { shop: { file: shop.yml, on: prod } }
`,
      'project.lock.yaml': 'version: 1\namis: { node: { eu-central-1: ami-0123456789abcdef0 } }\n',
      'node.pkr.hcl': 'packer {}\n',
      'deploy.yml': '[]\n',
      'shop.yml': 'services: { api: { image: shop/api } }\n',
    });
    const aws = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'));
    for (const [name] of aws) delete process.env[name];
    // Where there is no key, and nothing else that would answer.
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    try {
      const { stdout, stderr } = await run('plan', '--json');
      expect(stderr).not.toMatch(/^error:/m);
      expect((JSON.parse(stdout) as Plan).components.map(({ id }) => id)).toEqual(IMAGES);
    } finally {
      for (const name of ['AWS_EC2_METADATA_DISABLED', 'AWS_ENDPOINT_URL']) delete process.env[name];
      Object.assign(process.env, Object.fromEntries(aws));
    }
  });

  test('prints a table', async () => {
    const { stdout, code } = await run('plan', '--only', 'image:api', 'image:base');
    const text = stdout.replace(/\b[0-9a-f]{12}\b/g, 'HASH');
    expect(code).toBe(0);
    expect(text).toBe(`shop at HASH: 2 to build

  1  + build   image:base  HASH  never built
  2  + build   image:api   HASH  never built
`);
  });

  test('--html writes a page beside the plan', async () => {
    const { stdout, stderr } = await run('plan', '--json', '--html', 'page.html', '--only', 'image:api');
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, project: 'shop' });
    expect(stderr).toContain(join(folder, 'page.html'));
    expect(readFileSync('page.html', 'utf8')).toContain('<title>Plan for shop: 1 to build</title>');
  });

  test('a page that cannot be written is one line', async () => {
    const { code, stderr } = await run('plan', '--html', 'nowhere/page.html', '--only', 'image:api');
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: nowhere/page.html cannot be written (ENOENT); name a file that can: --html FILE\n',
    );
  });

  test('a registry that does not answer rightly is an error, never an empty one', async () => {
    registry.failWith = 403;
    const { code, stderr, stdout } = await run('plan');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: .*\n$/);
  });

  test('an unknown component is told with the nearest name', async () => {
    const { code, stderr } = await run('plan', '--only', 'image:apo');
    expect(code).toBe(1);
    expect(stderr).toContain('found "image:apo" (did you mean "image:api"?)');
  });

  test('a former commit that is gone costs the files, not the plan', async () => {
    const plan = await planImages();
    publish({ ...plan, revision: 'e'.repeat(40) });
    commit({ 'web/index.html': '<h2>\n' });
    expect(lines(await planImages())).toContain(
      'build image:web: changed since eeeeeeeeeeee, whose inputs cannot be recomputed here',
    );
  });

  test('what another version of millrace hashed otherwise is said to be that', async () => {
    registry.tags.add(`shop/web:${formatRecordTag('f'.repeat(64), git('rev-parse', 'HEAD'), Date.now())}`);
    expect(lines(await planImages())[2]).toBe(
      'build image:web: what exists was hashed otherwise: by another version of millrace, or with another lock',
    );
  });
});
