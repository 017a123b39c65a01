import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateVolumeCommand } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SMALL_DESTROY, smallDeploy, startInfrastructureWorld } from './infrastructure-world.ts';
import type { InfrastructureProject, InfrastructureWorld } from './infrastructure-world.ts';
import { ec2Client } from './services/ec2-holdings.ts';

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
    expect(new Set(world.actions())).toEqual(new Set(['GetCallerIdentity']));
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

/** What a removal does to data, unless it is to stay. */
const DESTROY_WITH_DATA = `${SMALL_DESTROY}    - name: Find the data
      amazon.aws.ec2_vol_info:
        region: "{{ region }}"
        filters: { "tag:millrace:project": "{{ project }}", "tag:millrace:component": "{{ component }}" }
      register: data
    - name: Remove the data
      amazon.aws.ec2_vol:
        id: "{{ item.id }}"
        region: "{{ region }}"
        state: absent
      loop: "{{ data.volumes }}"
      when: not keep_data
`;

/** The project without its infrastructure and its playbooks. */
function dropInfrastructure({ repository }: InfrastructureProject): void {
  const text = readFileSync(join(repository.folder, 'project.yaml'), 'utf8');
  repository.commit({
    'project.yaml': text.slice(0, text.indexOf('infrastructure:')),
    'ansible/deploy.yml': undefined,
    'ansible/destroy.yml': undefined,
  });
}

describe('an infrastructure that the project no longer has', () => {
  test('is found by its tags, and taken away by the playbooks of the commit that deployed it', async () => {
    const project = world.openSmall('moved');
    await (await project.load()).deploy();
    dropInfrastructure(project);
    const after = await project.load();
    expect(await after.observe()).toMatchObject({ state: 'running', drift: [] });
    await after.remove();
    expect(await after.observe()).toEqual({ state: 'absent' });
    expect(await after.driver.listLeft(after.source)).toEqual([]);
  });

  test('is taken away by the same where only its data was kept, and its role is seen at the end', async () => {
    const project = world.openSmall('kept', { destroy: DESTROY_WITH_DATA });
    const first = await project.load();
    await first.deploy();
    const Tags = Object.entries({ 'millrace:project': 'kept', 'millrace:component': 'cluster' }).map(
      ([Key, Value]) => ({ Key, Value }),
    );
    await ec2Client(world.aws).send(
      new CreateVolumeCommand({
        AvailabilityZone: `${world.aws.region}a`,
        Size: 1,
        TagSpecifications: [
          { ResourceType: 'volume', Tags: [...Tags, { Key: 'millrace:role', Value: 'data' }] },
        ],
      }),
    );
    await first.remove('infrastructure:cluster', new Set(['data']));
    const kept = [expect.stringMatching(/^volume vol-/)];
    expect(await first.driver.listLeft(first.source)).toEqual(kept);

    dropInfrastructure(project);
    const after = await project.load();
    expect(await after.observe()).toEqual({ state: 'absent' });
    const keep = new Set(['data'] as const);
    expect(await after.driver.findFormer(after.source, keep)).toEqual([]);
    expect(await after.driver.findFormer(after.source, new Set())).toEqual(['infrastructure:cluster']);
    const iam = new IAMClient({ region: world.aws.region });
    await iam.send(
      new CreateRoleCommand({ RoleName: 'kept-cluster-node', AssumeRolePolicyDocument: '{}', Tags }),
    );
    await iam.send(new CreateRoleCommand({ RoleName: 'kept-foreign-node', AssumeRolePolicyDocument: '{}' }));
    await after.remove();
    expect(await after.driver.listLeft(after.source)).toEqual(['role kept-cluster-node']);
  });
});
