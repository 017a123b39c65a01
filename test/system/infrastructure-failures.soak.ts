import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { smallDeploy, startInfrastructureWorld } from './infrastructure-world.ts';
import type { InfrastructureWorld } from './infrastructure-world.ts';

let world: InfrastructureWorld;
beforeAll(async () => {
  world = await startInfrastructureWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.aws.reset();
  world.clear();
});

const failing = (task: string): string => smallDeploy(`    - name: Go wrong\n${task}`);

describe('a deploy that does not come to its end', () => {
  test('says task and cause in one line, is pending, and is finished by the next', async () => {
    const project = world.openSmall('broken', {
      deploy: failing(
        `      ansible.builtin.command:\n        argv: [sh, -c, "echo some words; echo no such disk >&2; exit 3"]\n`,
      ),
    });
    const before = await project.load();
    await expect(before.deploy()).rejects.toThrow(
      /^infrastructure:cluster: Ansible: task "Go wrong": non-zero return code: no such disk$/,
    );
    expect(await before.observe()).toMatchObject({ state: 'running', hash: null, pending: true, drift: [] });
    expect(before.log).toContain('failed: [localhost] non-zero return code: no such disk');

    project.repository.commit({ 'ansible/deploy.yml': smallDeploy() });
    const after = await project.load();
    await after.deploy();
    expect(await after.running()).toMatchObject({
      hash: after.cluster.hash,
      pending: false,
      drift: [],
      revision: after.opened.revision,
    });
  });

  test('is left pending by Ctrl-C, with nothing of it running any more', async () => {
    const mark = join(world.folder, 'slept');
    const project = world.openSmall('slow', {
      deploy: failing(
        `      ansible.builtin.command:\n        argv: [sh, -c, "sleep 30; echo slept > ${mark}"]\n`,
      ),
    });
    const loaded = await project.load();
    const ended = loaded.deploy().then(
      () => 'fine',
      (error: Error) => error.message,
    );
    while (!loaded.phases.includes('Go wrong')) await new Promise((resolve) => setTimeout(resolve, 50));
    const begun = Date.now();
    loaded.abort();
    expect(await ended).toBe(
      'infrastructure:cluster: the deploy was interrupted and is left pending; the next `millrace apply` finishes it',
    );
    expect(Date.now() - begun).toBeLessThan(20_000);
    expect(await loaded.observe()).toMatchObject({ state: 'running', pending: true });
    expect(existsSync(mark)).toBe(false);
  });

  test('does not count where its playbook wrote no hash', async () => {
    const deploy = smallDeploy().replace('component_hash }}" }\n', 'component_hash[:8] }}" }\n');
    const loaded = await world.openSmall('forgetful', { deploy }).load();
    await expect(loaded.deploy()).rejects.toThrow(
      /the playbook ended well, but vpc-\w+ does not bear the hash in the tag millrace:hash/,
    );
    expect(await loaded.observe()).toMatchObject({ hash: loaded.cluster.hash.slice(0, 8) });
  });

  test('whose playbook does not parse is told with its place', async () => {
    const deploy = '- hosts: localhost\n  tasks:\n    - no.such.module:\n';
    const loaded = await world.openSmall('typo', { deploy }).load();
    await expect(loaded.deploy()).rejects.toThrow(
      /Ansible: couldn't resolve module\/action 'no\.such\.module'.*deploy\.yml:3/,
    );
  });
});

describe('an account that project.yaml does not list', () => {
  test('is neither deployed to, nor taken down, nor looked at', async () => {
    const loaded = await world.openSmall('foreign', { accounts: '999999999999' }).load();
    const { driver, source, cluster } = loaded;
    const refused = /the AWS credentials are of account 123456789012, project\.yaml allows 999999999999/;
    await expect(loaded.observe()).rejects.toThrow(refused);
    await expect(driver.prepare([cluster], source, [cluster])).rejects.toThrow(refused);
    const task = { ...loaded.task(world.folder), observation: { state: 'absent' as const } };
    await expect(driver.deploy(cluster, task)).rejects.toThrow(refused);
    await expect(driver.remove(cluster.id, { ...task, keep: new Set() })).rejects.toThrow(refused);
    expect(world.mutations()).toEqual([]);
    expect(loaded.phases).toEqual([]);
  });
});

describe('two projects in one account', () => {
  test('do not see each other, and one is taken away without the other', async () => {
    const [shop, shopX] = await Promise.all([
      world.openSmall('shop').load(),
      world.openSmall('shop-x').load(),
    ]);
    await shop.deploy();
    await shopX.deploy();
    expect(await shop.running()).toMatchObject({ pending: false, drift: [] });
    const left = await shopX.driver.listLeft(shopX.source);
    await shop.remove();
    expect(await shop.driver.listLeft(shop.source)).toEqual([]);
    expect(await shopX.driver.listLeft(shopX.source)).toEqual(left);
    expect(await shopX.running()).toMatchObject({ pending: false, drift: [] });
  });
});

describe('an infrastructure that the project no longer has', () => {
  test('is found by its tags, and taken away by the playbooks of the commit that deployed it', async () => {
    const project = world.openSmall('moved');
    await (await project.load()).deploy();
    const text = readFileSync(join(project.repository.folder, 'project.yaml'), 'utf8');
    project.repository.commit({
      'project.yaml': text.slice(0, text.indexOf('infrastructure:')),
      'ansible/deploy.yml': undefined,
      'ansible/destroy.yml': undefined,
    });
    const after = await project.load();
    expect(await after.observe()).toMatchObject({ state: 'running', drift: [] });
    await after.remove();
    expect(await after.observe()).toEqual({ state: 'absent' });
    expect(await after.driver.listLeft(after.source)).toEqual([]);
  });
});
