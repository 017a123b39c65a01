import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../../generator/model/user-error.ts';
import { createMemoryCloud } from '../../fakes/memory-cloud.ts';
import { PROJECT, createInfrastructureFixture, loadSource } from './infrastructure-fixture.ts';
import type { InfrastructureFixture } from './infrastructure-fixture.ts';
import { OWN, cluster, machine, network } from './live-cluster.ts';

/** What the real playbooks leave. */
function finish({ cloud, cluster: { hash }, onPlaybook }: InfrastructureFixture): void {
  onPlaybook(() => {
    const before = cloud.held.networks[0]?.tags ?? {};
    Object.assign(cloud.held, { ...cluster(), networks: [network({ ...before, 'millrace:hash': hash })] });
    return 0;
  });
}

const tagsOf = ({ cloud }: InfrastructureFixture) => cloud.held.networks[0]!.tags;

describe('a deploy', () => {
  test('runs the playbook beside its ansible.cfg, in an export of exactly the hashed files', async () => {
    const fixture = createInfrastructureFixture(
      {},
      {
        environment: {
          ANSIBLE_ROLES_PATH: '/mine',
          ANSIBLE_TAGS: 'x',
          ANSIBLE_HOME: '/home',
          MILLRACE_SSH_KEY: '/keys/k',
        },
      },
    );
    finish(fixture);
    const { driver, cluster: component, task, ran, log } = fixture;
    await driver.deploy(component, task);
    expect(log).toContain('export: ansible/deploy.yml ansible/destroy.yml ops/alice.pub');
    const [{ file, args, cwd, env, variables }] = ran as [InfrastructureFixture['ran'][0]];
    expect(file).toBe('ansible-playbook');
    const folder = join(task.folder, 'ansible');
    expect(args).toEqual([
      ...['-i', join(folder, 'no-hosts.ini')],
      ...['--extra-vars', `@${join(folder, 'variables.yml')}`, '--', 'deploy.yml'],
    ]);
    expect(cwd).toBe(join(task.folder, 'deploy/ansible'));
    expect(statSync(join(folder, 'variables.yml')).mode & 0o777).toBe(0o600);
    expect(env).toMatchObject({
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      ANSIBLE_CONFIG: join(folder, 'ansible.cfg'),
      ANSIBLE_ROLES_PATH: undefined,
      ANSIBLE_TAGS: undefined,
      MILLRACE_OWNER: 'me',
    });
    expect(env).not.toHaveProperty('ANSIBLE_HOME');
    for (const text of [
      `"component_hash": "${component.hash}"`,
      '"amis": {"node": "ami-1"}',
      '"ssh_keys": [!unsafe "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGbFwTCFZpTZYpZ0BlvYbFFEFAb1jNgPhHc7rEBXNbQ3 alice {{ x }}"]',
      '"accounts": ["123456789012"]',
      `"revision": "${'f'.repeat(40)}"`,
      '"replace_nodes": "rolling"',
      '"nodes": 3',
      '"ansible_ssh_private_key_file": "/keys/k"',
      `UserKnownHostsFile=`,
    ])
      expect(variables).toContain(text);
    // In a delegated task it would be the alias of another.
    expect(variables).not.toContain('HostKeyAlias');
  });

  test('records what runs, the commit and the time; the next one, of the same, writes nothing', async () => {
    const fixture = createInfrastructureFixture();
    finish(fixture);
    const { driver, cluster: component, task, cloud } = fixture;
    await driver.deploy(component, task);
    expect(await fixture.observe()).toMatchObject({
      state: 'running',
      hash: component.hash,
      drift: [],
      revision: 'f'.repeat(40),
      deployed: expect.stringMatching(/^2030-01-01T/),
    });
    cloud.changes.length = 0;
    await driver.deploy(component, { ...task, observation: (await fixture.observe())! });
    expect(cloud.changes).toEqual([]);
  });

  test('of another hash that changes nothing is recorded all the same', async () => {
    const fixture = createInfrastructureFixture();
    finish(fixture);
    const { driver, cluster: component, task } = fixture;
    await driver.deploy(component, task);
    const observation = { ...(await fixture.observe())!, hash: 'another' } as typeof task.observation;
    const source = { ...task.source, files: { ...task.source.files, revision: 'e'.repeat(40) } };
    await driver.deploy(component, { ...task, source, observation });
    expect(tagsOf(fixture)['millrace:revision']).toBe('e'.repeat(40));
  });

  test('waits until EC2 shows nodes in their final state', async () => {
    const fixture = createInfrastructureFixture();
    const { driver, cluster: component, task, cloud } = fixture;
    fixture.onPlaybook(() => {
      Object.assign(cloud.held, {
        ...cluster({ machines: [machine('i-1', { state: 'pending' })] }),
        networks: [network({ 'millrace:hash': component.hash })],
      });
      return 0;
    });
    const sweep = cloud.sweep;
    cloud.sweep = (project) => {
      if (cloud.sweeps() === 2) cloud.held.machines = [machine('i-1')];
      return sweep(project);
    };
    await driver.deploy(component, task);
    expect(await fixture.observe()).toMatchObject({ drift: [] });
  });

  test.each([
    ['no network bears its tags', []],
    ['vpc-1 still bears the tag millrace:pending', [network({ 'millrace:pending': 'x' })]],
    ['vpc-1 does not bear the hash', [network({ 'millrace:hash': 'old' })]],
  ])('that ends well though %s does not count', async (said, networks) => {
    const { driver, cluster: component, task, cloud } = createInfrastructureFixture();
    cloud.held.networks = networks;
    await expect(driver.deploy(component, task)).rejects.toThrow(said);
    expect(cloud.changes).toEqual([]);
  });

  test('that fails is told in one line, without secrets of the environment', async () => {
    const fixture = createInfrastructureFixture(
      {},
      { environment: { AWS_SECRET_ACCESS_KEY: 'TOPSECRET123' } },
    );
    fixture.onPlaybook((say) => {
      say('TASK [Ask] ***');
      say('fatal: [localhost]: FAILED! => {"msg": "denied for TOPSECRET123"}');
      return 2;
    });
    await expect(fixture.driver.deploy(fixture.cluster, fixture.task)).rejects.toThrow(
      /^infrastructure:cluster: Ansible: task "Ask": denied for \*\*\*$/,
    );
    expect(fixture.log.join('\n')).not.toContain('TOPSECRET123');
  });

  test('that was interrupted says that it is left pending', async () => {
    const { driver, cluster: component, task, abort, onPlaybook, log } = createInfrastructureFixture();
    onPlaybook(() => (abort(), 0));
    await expect(driver.deploy(component, task)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(log).toContain('end: MILLRACE_PLAYBOOK of the last');
  });

  test('without Ansible says how to get it', async () => {
    const run = () => Promise.reject(new UserError('NO_PROGRAM', 'there is no program "ansible-playbook"'));
    const { driver, cluster: component, task } = createInfrastructureFixture({}, { processes: { run } });
    await expect(driver.deploy(component, task)).rejects.toThrow(
      /pip install --require-hashes -r ansible\/requirements\.txt/,
    );
  });

  test('of variables that are ours is refused before anything is done', async () => {
    const files = { 'project.yaml': PROJECT.replace('nodes: 3', 'nodes: 3, region: here') };
    const { driver, cluster: component, task, ran } = createInfrastructureFixture(files);
    await expect(driver.deploy(component, task)).rejects.toThrow(
      'infrastructure:cluster: variables: sets region, which millrace sets itself; take it out',
    );
    expect(ran).toEqual([]);
  });

  test('to an account that is not listed runs nothing', async () => {
    const cloud = createMemoryCloud('999999999999');
    const { driver, cluster: component, task, ran, log } = createInfrastructureFixture({}, { cloud });
    await expect(driver.deploy(component, task)).rejects.toMatchObject({ code: 'WRONG_ACCOUNT' });
    const removal = { ...task, keep: new Set<'data'>() };
    await expect(driver.remove(component.id, removal)).rejects.toMatchObject({ code: 'WRONG_ACCOUNT' });
    expect([ran, log, cloud.changes]).toEqual([[], [], []]);
  });
});

describe('a removal', () => {
  test('runs the destroy playbook and says what is to be kept', async () => {
    const { driver, cluster: component, task, ran } = createInfrastructureFixture();
    await driver.remove(component.id, { ...task, keep: new Set(['data'] as const) });
    expect(ran[0]!.args.at(-1)).toBe('destroy.yml');
    expect(ran[0]!.variables).toContain('"keep_data": true');
  });

  const running = {
    state: 'running' as const,
    hash: 'h',
    pending: false,
    drift: [],
    revision: 'a'.repeat(40),
  };

  test('of what the project no longer has takes the playbooks of the commit that deployed it', async () => {
    const asked: string[] = [];
    const former = loadSource({
      'project.yaml': PROJECT.replace('cluster:', 'old:').replace('destroy.yml', 'away.yml'),
      'ansible/away.yml': '- hosts: localhost\n',
    });
    const { driver, task, ran } = createInfrastructureFixture(
      {},
      {
        loadAt: (revision) => {
          asked.push(revision);
          return Promise.resolve({ source: former, hashes: new Map() });
        },
      },
    );
    await driver.remove('infrastructure:old', { ...task, observation: running, keep: new Set() });
    expect(asked).toEqual(['a'.repeat(40)]);
    expect(ran[0]!.args.at(-1)).toBe('away.yml');
    expect(ran[0]!.variables).toContain('"component": "old"');
    expect(ran[0]!.variables).toContain('"component_hash": "h"');
  });

  test('with its data kept leaves on the data which commit takes it away, and goes by that later', async () => {
    const tags = { ...OWN, 'millrace:role': 'data' };
    const first = createInfrastructureFixture();
    first.cloud.things.push(
      { type: 'volume', id: 'vol-1', tags },
      { type: 'instance', id: 'i-1', tags: OWN },
    );
    const keep = new Set(['data'] as const);
    for (const _ of ['once', 'again'])
      await first.driver.remove(first.cluster.id, { ...first.task, observation: running, keep });
    expect(first.cloud.changes).toEqual(['vol-1 +millrace:revision']);
    expect(first.cloud.things[0]!.tags).toEqual({ ...tags, 'millrace:revision': 'f'.repeat(40) });

    const asked: string[] = [];
    const former = loadSource({ 'project.yaml': PROJECT.replace('cluster:', 'old:') });
    const loadAt = (revision: string) => {
      asked.push(revision);
      return Promise.resolve({ source: former, hashes: new Map() });
    };
    const { driver, task, ran, cloud } = createInfrastructureFixture({}, { loadAt });
    const left = { ...first.cloud.things[0]!.tags, 'millrace:component': 'old' };
    cloud.things.push(
      // A machine image of that name was made by another commit.
      { type: 'image', id: 'ami-1', tags: { ...left, 'millrace:revision': 'e'.repeat(40) } },
      { type: 'volume', id: 'vol-1', tags: left },
    );
    const absent = { ...task, observation: { state: 'absent' as const } };
    await driver.remove('infrastructure:old', { ...absent, keep: new Set() });
    expect(asked).toEqual(['f'.repeat(40)]);
    expect(ran).toHaveLength(1);
    expect(cloud.changes).toEqual([]);
  });

  test('of what no commit at hand knows says what to do', async () => {
    const loadAt = () => Promise.reject(new UserError('NO_REVISION', 'there is no commit aaaa'));
    const { driver, task, ran } = createInfrastructureFixture({}, { loadAt });
    const keep = new Set<'data'>();
    const id = 'infrastructure:old';
    await expect(driver.remove(id, { ...task, observation: running, keep })).rejects.toThrow(
      `its playbooks are those of commit aaaaaaaaaaaa, which cannot be read here (there is no commit aaaa); fetch it`,
    );
    const { revision: _, ...unknown } = running;
    await expect(driver.remove(id, { ...task, observation: unknown, keep })).rejects.toThrow(
      /check out a commit that has it and run `millrace destroy infrastructure:old` there/,
    );
    expect(ran).toEqual([]);
  });
});

describe('what is left', () => {
  test('is listed by type, id and name, sorted, of this project only', async () => {
    const { driver, cloud, source } = createInfrastructureFixture();
    cloud.things.push(
      { type: 'volume', id: 'vol-1', tags: { ...OWN, Name: 'shop-cluster-data', 'millrace:role': 'data' } },
      { type: 'volume', id: 'vol-2', tags: OWN },
      { type: 'snapshot', id: 'snap-1', tags: OWN },
      { type: 'snapshot', id: 'snap-2', tags: { ...OWN, 'millrace:role': 'data' } },
      { type: 'key pair', id: 'shop-cluster', tags: { ...OWN, Name: 'shop-cluster' } },
      { type: 'instance', id: 'i-1', tags: OWN },
      { type: 'instance', id: 'i-2', tags: { 'millrace:project': 'other' } },
    );
    expect(await driver.listLeft(source)).toEqual([
      'data snapshot snap-2',
      'instance i-1',
      'key pair shop-cluster',
      'machine volume vol-2',
      'snapshot snap-1',
      'volume vol-1 (shop-cluster-data)',
    ]);
  });

  test('is looked for in IAM, too, and where that refuses it is said', async () => {
    const { driver, source } = createInfrastructureFixture(
      {},
      { roles: { findTagged: (id) => Promise.resolve([{ type: 'role', id: `${id}-old-node`, tags: OWN }]) } },
    );
    expect(await driver.listLeft(source)).toEqual(['role shop-old-node']);

    const denied = new UserError('AWS_DENIED', 'the AWS credentials may not do iam:ListRoles');
    const refusing = createInfrastructureFixture({}, { roles: { findTagged: () => Promise.reject(denied) } });
    const missed: string[] = [];
    expect(await refusing.driver.listLeft(source, (what) => missed.push(what))).toEqual([]);
    expect(missed).toEqual(['roles and instance profiles: the AWS credentials may not do iam:ListRoles']);
    await expect(refusing.driver.listLeft(source)).rejects.toBe(denied);
  });
});
