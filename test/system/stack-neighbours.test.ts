import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSwarmLock } from '../../generator/adapters/engine/swarm-lock.ts';
import type { Artifact } from '../../generator/plan/plan.ts';
import type { DeployLock } from '../../generator/ports/lock-place.ts';
import { commitOf, deploy, observe, observeRunning, startStackWorld } from './services/stack-world.ts';
import type { StackWorld } from './services/stack-world.ts';

const WEB = `
services:
  api: { image: IMAGE, command: [sleep, "100000"], init: true, secrets: [key] }
secrets: { key: { file: ./key.txt } }
`;

describe('several projects on one Swarm', () => {
  let world: StackWorld;
  let api: Artifact;
  let other: Artifact;
  let european: Artifact;
  const commit = (project: string, image: Artifact, stack = 'web') =>
    commitOf(
      {
        [`stacks/${stack}.yml`]: WEB.replace('IMAGE', `${project}/api`),
        'stacks/key.txt': `key of ${project}\n`,
      },
      { api: image },
      { project, stack },
    );
  beforeAll(async () => {
    world = await startStackWorld();
    [api, other, european] = await Promise.all([
      world.push('shop/api'),
      world.push('bank/api'),
      world.push('shop-eu/api'),
    ]);
  });
  afterAll(() => world.stop());

  test('have stacks of the same name side by side, and neither touches the other', async () => {
    const [shop, bank] = [commit('shop', api), commit('bank', other)];
    await deploy(world, shop);
    const before = await world.swarm.versions();
    await deploy(world, bank);
    expect(await world.swarm.versions()).toMatchObject(before);
    for (const one of [shop, bank])
      expect(await observeRunning(world, one)).toMatchObject({ hash: one.hash, drift: [] });
    expect(await world.driver.listLeft!(bank.source)).toEqual([
      expect.stringMatching(/^config millrace-bank-web-[0-9a-f]{8}-1$/),
      'network bank-web_default',
      expect.stringContaining('secret bank-web_key-'),
      'service bank-web_api',
    ]);
    await world.driver.remove!('stack:web', removal(bank));
    expect(await world.driver.listLeft!(bank.source)).toEqual([]);
    expect(await world.swarm.versions()).toEqual(before);
    expect(await observe(world, bank)).toEqual({ state: 'absent' });
  });

  test('whose names run together are refused, and nothing is changed', async () => {
    const [first, second] = [commit('shop-eu', european, 'web'), commit('shop', api, 'eu-web')];
    await deploy(world, first);
    const before = await world.swarm.versions();
    expect(await observe(world, second)).toEqual({ state: 'absent' });
    await expect(deploy(world, second)).rejects.toThrow(
      'the stack shop-eu-web is there already and belongs to stack:web of the project shop-eu; rename this project or stack',
    );
    await world.driver.remove!('stack:eu-web', removal(second));
    expect(await world.swarm.versions()).toEqual(before);
  });

  test('have a deploy lock each, whose generations are made once, whoever asks at the same time', async () => {
    const [place, foreign] = ['shop', 'bank'].map((project) =>
      createSwarmLock(world.swarm.engine, project, 'the Swarm'),
    );
    const lock = (run: string, generation = 1): DeployLock => {
      return { generation, owner: `${run}@laptop`, expires: 1_000, run, boot: 'boot', pid: '1', host: 'h' };
    };
    expect(await place!.list()).toEqual([]);
    const made = await Promise.all(['a', 'b', 'c', 'd'].map((run) => place!.make(lock(run))));
    expect(made.filter((one) => one)).toHaveLength(1);
    const winner = ['a', 'b', 'c', 'd'][made.indexOf(true)]!;
    expect(await place!.list()).toEqual([lock(winner)]);
    expect(await foreign!.list()).toEqual([]);
    await place!.extend({ ...lock(winner), expires: 2_000 });
    expect(await place!.list()).toEqual([{ ...lock(winner), expires: 2_000 }]);
    await place!.extend({ ...lock('thief'), expires: 9_000 });
    expect((await place!.list())[0]!.expires).toBe(2_000);
    await place!.make(lock('next', 2));
    expect((await place!.list()).map(({ generation }) => generation)).toEqual([1, 2]);
    await place!.remove(lock(winner));
    await place!.remove(lock(winner));
    await place!.extend(lock(winner));
    expect(await place!.list()).toEqual([lock('next', 2)]);
    const { source } = commit('shop', api);
    const found = await world.driver.findLockPlace!('stack:web', source);
    expect(found?.name).toBe('the Swarm of the engine at hand');
    expect(await found?.list()).toEqual([lock('next', 2)]);
    // Who asks what is left holds it.
    expect((await world.driver.listLeft!(source)).filter((one) => one.includes('lock'))).toEqual([]);
  });
});

function removal({ source }: ReturnType<typeof commitOf>) {
  return {
    source,
    observation: { state: 'absent' as const },
    folder: '/nowhere',
    exportFiles: () => Promise.reject(new Error('nothing is exported')),
    phase: () => undefined,
    log: () => undefined,
    signal: new AbortController().signal,
    keep: new Set<'data'>(),
  };
}
