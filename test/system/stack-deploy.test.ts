import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Artifact } from '../../generator/plan/plan.ts';
import {
  commitOf,
  deploy,
  observe,
  eventually,
  observeRunning,
  startStackWorld,
} from './services/stack-world.ts';
import type { StackCommit, StackWorld } from './services/stack-world.ts';

const API = `
  api:
    image: shop/api
    command: [httpd, -f, -p, "8080", -h, /etc]
    init: true
    deploy: { update_config: { monitor: 1s } }
    environment: { GREETING: "\${GREETING:-hello} $$5" }
    configs: [settings]
    secrets: [{ source: key, mode: 0400 }]`;
const WORKER = `
  worker:
    image: shop/worker
    command: [sleep, "100000"]
    init: true
    networks: [back]
    volumes: ["data:/data"]
    deploy: { replicas: 2, update_config: { monitor: 1s, parallelism: 0 } }`;
const REST = `
networks: { back: {} }
volumes: { data: {} }
configs: { settings: { file: ./settings.txt } }
secrets: { key: { file: ./key.txt } }
`;
const FILES = { 'stacks/settings.txt': 'colour=blue\n', 'stacks/key.txt': 'a-very-secret-key\n' };

describe('a stack on a Swarm', () => {
  let world: StackWorld;
  let api: Artifact;
  let worker: Artifact;
  let newWorker: Artifact;
  const commit = (changes: {
    api?: string;
    worker?: string;
    image?: Artifact;
    files?: Record<string, string>;
  }): StackCommit =>
    commitOf(
      {
        'stacks/web.yml': `services:${changes.api ?? API}${changes.worker ?? WORKER}${REST}`,
        ...FILES,
        ...changes.files,
      },
      { api, worker: changes.image ?? worker },
    );
  /** What differs between two looks at the Swarm. */
  const changed = async (work: () => Promise<unknown>): Promise<string[]> => {
    const before = await world.swarm.versions();
    await work();
    const after = await world.swarm.versions();
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].filter((name) => before[name] !== after[name] && !name.includes('millrace-')).sort();
  };
  beforeAll(async () => {
    world = await startStackWorld();
    [api, worker, newWorker] = await Promise.all([
      world.push('shop/api'),
      world.push('shop/worker'),
      world.push('shop/worker', '2'),
    ]);
  });
  afterAll(() => world.stop());

  test('is deployed and then seen as what its commit says', async () => {
    const first = commit({});
    expect(await observe(world, first)).toEqual({ state: 'absent' });
    const said = await deploy(world, first);
    const found = await observeRunning(world, first);
    expect(found).toMatchObject({ hash: first.hash, pending: false, drift: [], revision: 'f'.repeat(40) });
    expect(Date.now() - Date.parse(found.deployed!)).toBeLessThan(60_000);
    expect(found.parts?.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'service api: 1 of 1 task runs',
      'service worker: 2 of 2 tasks run',
    ]);
    expect(said.log).toContain('api: 1 of 1 task runs');
    expect(world.notes).toHaveLength(1);
    const container = world.swarm.docker('ps', '--quiet', '--filter', 'name=shop-web_api');
    const inside = (...args: string[]): string => world.swarm.docker('exec', container, ...args);
    expect(inside('sh', '-c', 'echo $GREETING')).toBe('hello $5');
    expect(inside('cat', '/settings')).toBe('colour=blue');
    expect(inside('stat', '-c', '%a', '/run/secrets/key')).toBe('400');
  });

  test('is not touched by another deploy of the same', async () => {
    expect(await changed(() => deploy(world, commit({})))).toEqual([]);
    expect(await observeRunning(world, commit({}))).toMatchObject({ pending: false, drift: [] });
  });

  test('has one service updated where one was edited', async () => {
    const next = commit({ image: newWorker });
    const touched = await changed(async () => {
      const said = await deploy(world, next);
      expect(said.log).toContain('unchanged: api');
    });
    expect(touched).toEqual(['services shop-web_worker']);
    expect(await observeRunning(world, next)).toMatchObject({ hash: next.hash, pending: false, drift: [] });
    expect(await changed(() => deploy(world, commit({})))).toEqual(['services shop-web_worker']);
  });

  test('shows what was changed by hand, image, replicas or environment, and has it put right', async () => {
    const same = commit({});
    const update = (...args: string[]): string =>
      world.swarm.docker('service', 'update', '--detach', ...args, 'shop-web_worker');
    update('--no-resolve-image', '--image', `${world.registry}/shop/worker@${newWorker.id}`);
    expect((await observeRunning(world, same)).drift).toEqual([
      'service worker: runs another image since it was deployed',
    ]);
    expect(await changed(() => deploy(world, same))).toEqual(['services shop-web_worker']);
    expect(await observeRunning(world, same)).toMatchObject({ pending: false, drift: [] });
    const image = world.swarm.docker(
      ...['service', 'inspect', 'shop-web_worker'],
      ...['--format', '{{.Spec.TaskTemplate.ContainerSpec.Image}}'],
    );
    expect(image).toBe(`${world.registry}/shop/worker@${worker.id}`);

    update('--replicas', '1', '--env-add', 'A=1');
    expect((await observeRunning(world, same)).drift).toEqual([
      'service worker: was changed since it was deployed',
    ]);
    await deploy(world, same);
    expect((await observeRunning(world, same)).parts?.at(-1)?.state).toBe('2 of 2 tasks run');
    world.swarm.docker('service', 'rm', 'shop-web_worker');
    expect((await observeRunning(world, same)).drift).toEqual(['service worker: is gone']);
    await deploy(world, same);
    expect((await observeRunning(world, same)).drift).toEqual([]);
  });

  test('has new versions of a secret and a config where their content changed, and only what is needed stays', async () => {
    const secrets = async (): Promise<string[]> =>
      Object.keys(await world.swarm.versions()).filter((name) => name.startsWith('secrets '));
    const [before] = await secrets();
    const change = (key: string): StackCommit => commit({ files: { 'stacks/key.txt': key } });
    const touched = await changed(() => deploy(world, change('another-key\n')));
    const second = (await secrets()).find((name) => name !== before)!;
    expect(touched).toEqual([second, 'services shop-web_api'].sort());
    // A rollback needs the former one.
    expect(await secrets()).toEqual([before, second].sort());
    await deploy(world, change('a-third-key\n'));
    expect(await secrets()).toHaveLength(2);
    expect(await secrets()).not.toContain(before);
    const container = world.swarm.docker('ps', '--quiet', '--filter', 'name=shop-web_api');
    expect(world.swarm.docker('exec', container, 'cat', '/run/secrets/key')).toBe('a-third-key');
  });

  test('has a service and a network removed that its file no longer has', async () => {
    const file = { 'stacks/web.yml': `services:${API}${REST.replace('networks: { back: {} }', '')}` };
    const less = commitOf({ ...FILES, ...file }, { api });
    await deploy(world, less);
    expect(Object.keys(await world.swarm.versions())).not.toContain('services shop-web_worker');
    expect(await observeRunning(world, less)).toMatchObject({ hash: less.hash, drift: [] });
    await deploy(world, commit({}));
  });

  test('refuses a network that would have to be made anew, and changes nothing', async () => {
    const other = commitOf(
      {
        ...FILES,
        'stacks/web.yml': `services:${API}${WORKER}${REST.replace('back: {}', 'back: { internal: true }')}`,
      },
      { api, worker },
    );
    const before = await world.swarm.versions();
    await expect(deploy(world, other)).rejects.toThrow(
      'the network back is defined in another way than it was made, and a network cannot be changed; give it another name',
    );
    expect(await world.swarm.versions()).toEqual(before);
  });

  test('waits for what its health names, and stays pending where that does not answer', async () => {
    const sick = commitOf(
      { ...FILES, 'stacks/web.yml': `services:${API}${WORKER}${REST}` },
      { api, worker },
      { more: '    health: { url: "http://127.0.0.1:9/", within: 2s }\n' },
    );
    await expect(deploy(world, sick)).rejects.toThrow(
      'http://127.0.0.1:9/ was to answer 200 within 2s, found ECONNREFUSED',
    );
    expect((await observeRunning(world, sick)).pending).toBe(true);
    await deploy(world, commit({}));
    expect((await observeRunning(world, sick)).pending).toBe(false);
  });

  test('is found by its record when the project no longer has it', async () => {
    const first = commit({});
    const other = commitOf({ 'stacks/other.yml': `services:${API}` }, { api }, { stack: 'other' });
    const found = await world.driver.observe([other.component], other.source);
    expect([...found].map(([id, { state }]) => `${id} ${state}`)).toEqual([
      'stack:other absent',
      'stack:web running',
    ]);
    expect(found.get('stack:web')).toMatchObject({ hash: first.hash, pending: false });
  });

  test('leaves nothing when it is removed, which may be done twice', async () => {
    const first = commit({});
    expect(await world.driver.listLeft!(first.source)).toEqual(
      expect.arrayContaining(['service shop-web_api', 'network shop-web_back', 'volume shop-web_data']),
    );
    const remove = (keep: 'data'[]): Promise<void> =>
      world.driver.remove!('stack:web', {
        source: first.source,
        observation: { state: 'absent' },
        folder: '/nowhere',
        exportFiles: () => Promise.reject(new Error('nothing is exported')),
        phase: () => undefined,
        log: () => undefined,
        signal: new AbortController().signal,
        keep: new Set(keep),
      });
    await remove(['data']);
    expect(await world.driver.listLeft!(first.source)).toEqual(['volume shop-web_data']);
    await remove([]);
    expect(await world.driver.listLeft!(first.source)).toEqual([]);
    await remove([]);
    expect(await observe(world, first)).toEqual({ state: 'absent' });
    // The engine takes containers away a moment after their tasks.
    await eventually(() => expect(world.swarm.docker('ps', '--all', '--quiet')).toBe(''));
  });
});
