/** Real parts: the command line, git, Docker's engine with its Swarm and BuildKit, docker-registry with a password. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CliAnswer, RunningCli } from './services/cli-run.ts';
import { REGISTRY_USER } from './services/registry.ts';
import { startStackCliWorld } from './services/stack-cli-world.ts';
import type { StackCliWorld } from './services/stack-cli-world.ts';
import { eventually } from './services/stack-world.ts';

/** A version of the api is well unless a file beside the database's rows holds it up. */
const stackFile = (release: string): string => `
services:
  api:
    image: shop/api
    command: [httpd, -f, -p, "8080", -h, /srv]
    init: true
    volumes: ["rows:/rows"]
    healthcheck:
      test: [CMD, sh, -c, "! test -f /rows/hold-$$(cat /srv/version)"]
      interval: 1s
      timeout: 30s
      start_period: 10m
    deploy: { update_config: { order: start-first, monitor: 1s } }
  database:
    image: local/busybox:1
    command: [sh, -c, "echo started >>/rows/table; exec sleep 100000"]
    init: true
    environment: { RELEASE: "${release}" }
    volumes: ["rows:/rows"]
    deploy: { update_config: { monitor: 1s } }
volumes: { rows: {} }
`;
const filesOf = (version: string): Record<string, string> => ({
  'images/api/Dockerfile': 'FROM local/busybox:1\nCOPY version /srv/version\n',
  'images/api/version': `${version}\n`,
  'stacks/web.yml': stackFile(version),
});

let world: StackCliWorld;
const served = (): string => world.inside('database', 'wget', '-q', '-O', '-', 'http://api:8080/version');
const rows = (): string[] => world.inside('database', 'cat', '/rows/table').split('\n');
const insert = (row: string): string => world.inside('database', 'sh', '-c', `echo ${row} >>/rows/table`);
const hold = (version: string): string => world.inside('database', 'touch', `/rows/hold-${version}`);
const letGo = (version: string): string => world.inside('database', 'rm', `/rows/hold-${version}`);

const outcomes = ({ json, stderr }: CliAnswer): Record<string, string> => {
  if (json.error) throw new Error(`${json.error.message}\n${stderr}`);
  const own = json.components.filter(({ id }) => !id.startsWith('jobs:'));
  return Object.fromEntries(own.map(({ id, outcome, cause }) => [id, cause ?? outcome]));
};
const apply = async (...args: string[]): Promise<Record<string, string>> =>
  outcomes(await world.run('apply', '--json', ...args));
/** Without what Millrace keeps there for itself. */
const versions = async (): Promise<Record<string, number>> => {
  const all = Object.entries(await world.swarm.versions());
  return Object.fromEntries(all.filter(([name]) => !name.includes('millrace-')));
};
const saidBy = (run: RunningCli, text: string): Promise<void> =>
  eventually(() => expect(run.said()).toContain(text));
/** An apply that hangs half-way: the database is changed, the api's new version is held up. */
const startHeld = async (version: string): Promise<RunningCli> => {
  world.commit(filesOf(version));
  hold(version);
  const run = world.start('apply', '--json');
  // Of the api alone: the database is up again.
  await saidBy(run, 'waiting for api (');
  return run;
};

const KEPT = { 'image:api': 'kept', 'stack:web': 'kept' };

describe('apply of a stack', () => {
  beforeAll(async () => {
    world = await startStackCliWorld(filesOf('1'));
  });
  afterAll(() => world?.stop());

  test('builds, publishes and deploys with the login of a credential helper, and is then done', async () => {
    const first = await world.run('apply', '--json');
    expect(outcomes(first)).toEqual({ 'image:api': 'built', 'stack:web': 'deployed' });
    expect(first.stderr).toContain('[stack:web] api: 1 of 1 task runs');
    expect(first.stderr).toContain('[stack:web] database: 1 of 1 task runs');
    expect(first.stdout + first.stderr).not.toContain(REGISTRY_USER.password);
    expect(served()).toBe('1');
    insert('first');
    const before = await world.swarm.versions();
    expect(await apply()).toEqual(KEPT);
    expect(await world.swarm.versions()).toEqual(before);
    expect((await world.run('status')).code).toBe(0);
  });

  test('puts right what status shows to be changed by hand; nodes pull with the login, too', async () => {
    const image = world.swarm.docker('inspect', '--format', '{{.Config.Image}}', container('api'));
    world.swarm.docker('service', 'rm', 'shop-web_api');
    world.swarm.docker('service', 'update', '--detach', '--env-add', 'BY=hand', 'shop-web_database');
    await eventually(() => world.swarm.docker('image', 'rm', '--force', image));
    const drifted = await world.run('status');
    expect(drifted.code).toBe(3);
    expect(drifted.stdout).toContain('service api: is gone');
    expect(drifted.stdout).toContain('service database: was changed since it was deployed');
    const asked = world.registry.readLog().length;
    expect(await apply()).toEqual({ 'image:api': 'kept', 'stack:web': 'deployed' });
    const pulled = world.registry.readLog().slice(asked).split('\n');
    const byEngine = /authorized request.*uri="\/v2\/shop\/api\/manifests\/sha256:.*useragent="docker\//;
    expect(pulled.filter((line) => byEngine.test(line))).not.toEqual([]);
    expect(served()).toBe('1');
    expect(world.inside('database', 'sh', '-c', 'echo $BY')).toBe('');
    expect((await world.run('status')).code).toBe(0);
    expect(rows()).toContain('first');
  });

  test('waits for another one, says who it is, and then finds its work done', async () => {
    const first = await startHeld('2');
    const second = world.start('apply', '--json');
    await saidBy(second, 'deploys; waiting for up to');
    const { stdout } = await world.run('unlock', '--json');
    const { locks } = JSON.parse(stdout) as { locks: { id: string; state: string; owner: string }[] };
    expect(locks).toEqual([
      expect.objectContaining({ state: 'alive', removed: false, place: 'the Swarm of the engine at hand' }),
    ]);
    expect(second.said()).toContain(`${locks[0]!.owner} deploys; waiting for up to`);
    const refused = await world.run('unlock', locks[0]!.id);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('the holder may be alive');
    // All the while the former version serves.
    expect(served()).toBe('1');
    letGo('2');
    expect(outcomes(await first.ended)).toEqual({ 'image:api': 'built', 'stack:web': 'deployed' });
    expect(outcomes(await second.ended)).toEqual(KEPT);
    expect(served()).toBe('2');
    expect((await world.run('unlock')).stdout).toContain('nobody deploys, nothing is locked');
  });

  test('that was killed between two hashes, and whose commit is reverted, is finished and not kept', async () => {
    const before = await versions();
    const killed = await startHeld('3');
    process.kill(-killed.pid, 'SIGKILL');
    await killed.ended;
    expect(served()).toBe('2');
    world.git('revert', '--no-edit', 'HEAD');
    expect((await world.run('status')).code).toBe(3);
    const plan = JSON.parse((await world.run('plan', '--json')).stdout) as {
      components: { id: string; action: string; reason: string }[];
    };
    const planned = plan.components.filter(({ action }) => action !== 'keep');
    expect(planned).toMatchObject([
      { id: 'stack:web', action: 'deploy', reason: 'an earlier deploy was interrupted (pending)' },
    ]);
    const finished = await world.run('apply', '--json');
    expect(outcomes(finished)).toEqual({ 'image:api': 'kept', 'stack:web': 'deployed' });
    expect(finished.stderr).toMatch(/the lock of .*, who is dead, is taken over/);
    expect(served()).toBe('2');
    expect(world.inside('database', 'sh', '-c', 'echo $RELEASE')).toBe('2');
    expect(Object.keys(await versions())).toEqual(Object.keys(before));
    expect((await world.run('status')).code).toBe(0);
    expect(rows()).toContain('first');
  });

  test('of an older commit needs its flag', async () => {
    const before = await world.swarm.versions();
    const [newer, older] = [world.git('rev-parse', 'HEAD'), world.git('rev-list', '--max-parents=0', 'HEAD')];
    const refused = await world.run('apply', '--json', '--rev', older);
    expect(refused.code).toBe(1);
    expect(refused.json.error).toMatchObject({
      code: 'OLDER_REVISION',
      message: expect.stringContaining(`stack:web runs commit ${newer.slice(0, 12)}`),
    });
    expect(await world.swarm.versions()).toEqual(before);
    expect(await apply('--rev', older, '--allow-older')).toEqual({
      'image:api': 'kept',
      'stack:web': 'deployed',
    });
    expect(served()).toBe('1');
  });

  test('fails while the registry is gone, the old version serves on, and the next one converges', async () => {
    await world.registry.halt();
    const before = await world.swarm.versions();
    const failed = await world.run('apply', '--json');
    expect(failed.code).toBe(1);
    expect(failed.json.error?.message).toContain(world.registry.address);
    expect(await world.swarm.versions()).toEqual(before);
    expect(served()).toBe('1');
    await world.registry.resume();
    expect(await apply()).toEqual({ 'image:api': 'kept', 'stack:web': 'deployed' });
    expect(served()).toBe('2');
    expect(rows()).toContain('first');
    expect(rows().length).toBeGreaterThan(5);
  });

  test('takes away a stack that its project no longer has', async () => {
    const project = world
      .git('show', 'HEAD:project.yaml')
      .replace(/ web: .*/, ' other: { file: stacks/other.yml }');
    const other = 'services: { idle: { image: "local/busybox:1", deploy: { replicas: 0 } } }';
    world.commit({
      'project.yaml': `${project}\n`,
      'stacks/web.yml': undefined,
      'stacks/other.yml': `${other}\n`,
    });
    expect(await apply()).toEqual({ 'image:api': 'kept', 'stack:other': 'deployed', 'stack:web': 'removed' });
    expect(Object.keys(await versions())).toEqual(['services shop-other_idle']);
  });
});

function container(service: string): string {
  const filter = `label=com.docker.swarm.service.name=shop-web_${service}`;
  return world.swarm.docker('ps', '--quiet', '--filter', filter);
}
