import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createStackDriver } from '../../generator/drivers/stack/stack-driver.ts';
import type { Artifact } from '../../generator/plan/plan.ts';
import { commitOf, deploy, eventually, observeRunning, startStackWorld } from './services/stack-world.ts';
import type { Deployed, StackCommit, StackWorld } from './services/stack-world.ts';

/** Asks without end; each time its name server says anew where the service is. */
const CLIENT = `import time, urllib.request
while True:
  try:
    urllib.request.urlopen("http://api:8080/release", timeout=30).read()
    print("served")
  except Exception as error:
    print("FAILED", error)
  time.sleep(0.05)`;

/** @param version which of several @param healthy what its health check runs */
function stackFile(version: string, healthy = '[CMD, test, -f, /etc/release]', count = 2): string {
  const others = Array.from(
    { length: count },
    (_, index) => `
  other-${index}:
    image: shop/api
    command: [sleep, "100000"]
    init: true
    environment: { VERSION: "${version}" }
    deploy: { update_config: { monitor: 1s } }`,
  );
  return `
services:
  api:
    image: shop/api
    command: [sh, -c, "echo begins ${version}; exec httpd -f -p 8080 -h /etc"]
    init: true
    environment: { VERSION: "${version}" }
    healthcheck: { test: ${healthy}, interval: 1s, timeout: 30s, retries: 2 }
    deploy: { replicas: 2, update_config: { order: start-first, monitor: 2s } }
  client:
    image: shop/client
    init: true
    command: [python3, -u, -c, ${JSON.stringify(CLIENT)}]${others.join('')}
`;
}

describe('a deploy that does not end well', () => {
  let world: StackWorld;
  let api: Artifact;
  let client: Artifact;
  const at = (version: string, healthy?: string): StackCommit =>
    commitOf({ 'stacks/web.yml': stackFile(version, healthy) }, { api, client });
  const served = (): { served: number; failed: number } => {
    const lines = world.swarm.docker('service', 'logs', '--raw', 'shop-web_client').split('\n');
    const count = (word: string): number => lines.filter((line) => line.startsWith(word)).length;
    return { served: count('served'), failed: count('FAILED') };
  };
  /** Without tasks a step takes no longer than to be told. */
  const small = (version: string, replicas = 0): StackCommit => {
    const service = {
      image: 'shop/api',
      command: ['sleep', '100000'],
      init: true,
      environment: { VERSION: version },
      deploy: { replicas, update_config: { monitor: '500ms' } },
    };
    const file = JSON.stringify({ services: { one: service } });
    return commitOf({ 'stacks/small.yml': file }, { api }, { stack: 'small' });
  };
  beforeAll(async () => {
    world = await startStackWorld();
    api = await world.push('shop/api');
    client = await world.push('shop/client', '1', { python: true });
    await deploy(world, at('1'));
    await eventually(() => expect(served().served).toBeGreaterThan(0));
  });
  afterAll(() => world.stop());

  test('goes back to what served before, which serves all the while, and says why; a good one then ends it', async () => {
    const before = served();
    const said: Deployed = { log: [], phases: [] };
    const sick = at('2', '[CMD, "false"]');
    await expect(deploy(world, sick, { said })).rejects.toThrow(
      /^the service api: its update failed, the former version runs again: a task ended with: its health check failed, its last words: begins 2; mend it and deploy again$/,
    );
    expect(said.log).toContain('api | begins 2');
    const found = await observeRunning(world, at('1'));
    expect(found).toMatchObject({ hash: at('1').hash, pending: true });
    expect(found.parts?.[0]?.state).toBe('2 of 2 tasks run, rollback completed');
    const after = served();
    expect(after.failed).toBe(before.failed);
    expect(after.served).toBeGreaterThan(before.served + 20);
    await deploy(world, at('3'));
    expect(await observeRunning(world, at('3'))).toMatchObject({
      hash: at('3').hash,
      pending: false,
      drift: [],
    });
  });

  test('is finished when its commit is reverted: nothing of it is kept', async () => {
    await expect(deploy(world, at('4', '[CMD, "false"]'))).rejects.toThrow('the service api');
    const seen = await observeRunning(world, at('3'));
    expect(seen).toMatchObject({ hash: at('3').hash, pending: true });
    // The other services were brought to version 4.
    expect(seen.drift.filter((one) => one.includes('other-'))).toHaveLength(2);
    const said = await deploy(world, at('3'));
    expect(said.log).toContain('unchanged: api, client');
    expect(await observeRunning(world, at('3'))).toMatchObject({ pending: false, drift: [] });
  });

  test('by a registry that is gone goes back to what served before, which serves all the while', async () => {
    const before = served();
    const next = commitOf(
      { 'stacks/web.yml': stackFile('5') },
      { api: await world.push('shop/api', '5'), client },
    );
    await world.haltRegistry();
    await expect(deploy(world, next)).rejects.toThrow(
      /^the service \S+: its update failed, the former version runs again: a task ended with: No such image: .*shop\/api@sha256:/,
    );
    expect((await observeRunning(world, at('3'))).pending).toBe(true);
    const after = served();
    expect(after.failed).toBe(before.failed);
    expect(after.served).toBeGreaterThan(before.served);
    await world.resumeRegistry();
    await deploy(world, next);
    expect(await observeRunning(world, next)).toMatchObject({ hash: next.hash, pending: false, drift: [] });
  });

  test('may end at any step: the next one finishes it', async () => {
    const steps: string[] = [];
    // The first counts the steps, each further one ends before one of them.
    await deploy(world, small('begin'));
    for (let end = Number.POSITIVE_INFINITY; end > 0; end = Math.min(end, steps.length + 1) - 1) {
      const to = small(`${end}`);
      const { driver, taken } = endBefore(world, end);
      await deploy({ driver }, to).catch((error: Error) => expect(error.message).toBe('ended'));
      if (end === Number.POSITIVE_INFINITY) steps.push(...taken);
      else await deploy(world, to);
      expect(await observeRunning(world, to)).toMatchObject({ hash: to.hash, pending: false, drift: [] });
      const configs = Object.keys(await world.swarm.versions()).filter((one) =>
        one.includes('millrace-shop-small'),
      );
      expect(configs).toHaveLength(1);
    }
    expect(steps).toEqual([
      'POST /configs/create',
      'docker stack deploy',
      'POST /configs/create',
      expect.stringContaining('DELETE /configs/'),
      expect.stringContaining('DELETE /configs/'),
    ]);
  });

  test('says that the Swarm goes on where it is interrupted', async () => {
    const stop = new AbortController();
    const said: Deployed = {
      log: [],
      phases: { push: (text: string) => text.startsWith('waiting') && stop.abort() } as unknown as string[],
    };
    await expect(deploy(world, small('6', 1), { signal: stop.signal, said })).rejects.toThrow(
      'the Swarm goes on with what it was told of stack:small; the next apply finishes it',
    );
    await deploy(world, small('6', 1));
    expect(await observeRunning(world, small('6', 1))).toMatchObject({ pending: false, drift: [] });
  });

  test('of a service that is new says what its tasks said', async () => {
    const broken = commitOf(
      {
        'stacks/new.yml':
          'services: { one: { image: shop/api, command: [sh, -c, "echo no such table >&2; exit 3"], deploy: { restart_policy: { delay: 100ms } } } }',
      },
      { api },
      { stack: 'new' },
    );
    await expect(deploy(world, broken)).rejects.toThrow(
      'the service one: its tasks fail again and again: a task ended with: task: non-zero exit (3), its last words: no such table; mend it',
    );
  });
});

/** A driver whose run ends before its n-th step that changes something. */
function endBefore(
  { tools, swarm: { engine } }: StackWorld,
  n: number,
): { driver: StackWorld['driver']; taken: string[] } {
  const taken: string[] = [];
  const take = <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    if (taken.length + 1 >= n) return Promise.reject(new Error('ended'));
    taken.push(name);
    return work();
  };
  const driver = createStackDriver({
    ...tools,
    swarms: {
      find: () =>
        Promise.resolve({
          ...engine,
          post: (path, ...rest) => take(`POST ${path}`, () => engine.post(path, ...rest)),
          remove: (path) => take(`DELETE ${path}`, () => engine.remove(path)),
        }),
    },
    processes: {
      run: (command, options) => take('docker stack deploy', () => tools.processes.run(command, options)),
    },
  });
  return { driver, taken };
}
