import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createStackDriver } from '../../generator/drivers/stack/stack-driver.ts';
import type { Artifact } from '../../generator/plan/plan.ts';
import type { ChildDeploy } from './services/deploy-in-child.ts';
import { commitOf, deploy, eventually, observeRunning, startStackWorld } from './services/stack-world.ts';
import type { Deployed, StackCommit, StackWorld } from './services/stack-world.ts';

/** Asks without end; each time its name server says anew where the service is. */
const CLIENT = `import time, urllib.request
while True:
  try:
    urllib.request.urlopen("http://api:8080/release", timeout=2).read()
    print("served")
  except Exception as error:
    print("FAILED", error)
  time.sleep(0.05)`;

/** @param version which of several @param healthy what its health check runs */
function stackFile(version: string, healthy = '[CMD, test, -f, /etc/release]', count = 3): string {
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
  const idle = new AbortController().signal;
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
    expect(seen.drift.filter((one) => one.includes('other-'))).toHaveLength(3);
    const said = await deploy(world, at('3'));
    expect(said.log).toContain('unchanged: api, client');
    expect(await observeRunning(world, at('3'))).toMatchObject({ pending: false, drift: [] });
  });

  test('may end at any step: the next one finishes it', async () => {
    const steps: string[] = [];
    // The first counts the steps, each further one ends before one of them.
    for (let end = Number.POSITIVE_INFINITY; end > 0; end = Math.min(end, steps.length + 1) - 1) {
      const [from, to] = [`a${end}`, `b${end}`].map((version) =>
        commitOf({ 'stacks/small.yml': `services:${smallService(version)}` }, { api }, { stack: 'small' }),
      ) as [StackCommit, StackCommit];
      await deploy(world, from);
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

  test('may be killed: the next one finishes it', async () => {
    const files = { 'stacks/web.yml': stackFile('5') };
    const order: ChildDeploy = {
      host: world.swarm.host,
      registry: world.registry,
      files,
      artifacts: { api, client },
    };
    const child = spawn(
      process.execPath,
      ['--import', './bin/ts-node.mjs', 'test/system/services/deploy-in-child.ts', JSON.stringify(order)],
      {
        cwd: join(import.meta.dirname, '../..'),
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NODE_OPTIONS: '' },
      },
    );
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => chunk.toString().includes('waiting for') && resolve());
      child.once('exit', (code) => reject(new Error(`the child ended by itself: ${code}`)));
    });
    child.kill('SIGKILL');
    expect((await observeRunning(world, at('5'))).pending).toBe(true);
    await deploy(world, at('5'));
    expect(await observeRunning(world, at('5'))).toMatchObject({
      hash: at('5').hash,
      pending: false,
      drift: [],
    });
  });

  test('says that the Swarm goes on where it is interrupted', async () => {
    const stop = new AbortController();
    const said: Deployed = {
      log: [],
      phases: { push: (text: string) => text.startsWith('waiting') && stop.abort() } as unknown as string[],
    };
    await expect(deploy(world, at('6'), { signal: stop.signal, said })).rejects.toThrow(
      'the Swarm goes on with what it was told of stack:web; the next apply finishes it',
    );
    await deploy(world, at('6'), { signal: idle });
    expect(await observeRunning(world, at('6'))).toMatchObject({ pending: false, drift: [] });
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

function smallService(version: string): string {
  return `
  one:
    image: shop/api
    command: [sleep, "100000"]
    init: true
    environment: { VERSION: "${version}" }
    deploy: { update_config: { monitor: 500ms } }`;
}

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
