import { describe, expect, test } from '@jest/globals';
import { createMemoryCloud } from '../../fakes/memory-cloud.ts';
import { createInfrastructureFixture } from './infrastructure-fixture.ts';
import { OWN, cluster, group, machine, network, volume } from './live-cluster.ts';
import { takeFingerprint } from '../../../generator/drivers/infrastructure/fingerprint.ts';
import { writeFingerprint } from '../../../generator/drivers/infrastructure/fingerprint-tags.ts';

type Fixture = ReturnType<typeof createInfrastructureFixture>;

function hold({ cloud, cluster: { hash } }: Fixture, tags: Record<string, string> = {}): void {
  const live = cluster();
  const deployed = { 'millrace:hash': hash, ...writeFingerprint(takeFingerprint(live)), ...tags };
  Object.assign(cloud.held, { ...live, networks: [network(deployed)] });
}

describe('an infrastructure on AWS', () => {
  test('is absent where no network bears its tags', async () => {
    const fixture = createInfrastructureFixture();
    expect(await fixture.observe()).toEqual({ state: 'absent' });
    fixture.cloud.held.volumes = [volume({ attachments: [] })];
    expect(await fixture.observe()).toEqual({ state: 'absent', why: 'not deployed; vol-1 is kept' });
  });

  test('runs with hash, commit and time, and its nodes are shown with the way to them', async () => {
    const fixture = createInfrastructureFixture({}, { environment: { MILLRACE_SSH_KEY: '/keys/my key' } });
    hold(fixture, { 'millrace:revision': 'abc', 'millrace:deployed': '2030-01-01T00:00:00.000Z' });
    const terminated = machine('i-4', { state: 'terminated' });
    fixture.cloud.held.machines.push(terminated, machine('i-5', { state: 'shutting-down' }));
    const observed = await fixture.observe();
    expect(observed).toMatchObject({
      state: 'running',
      hash: fixture.cluster.hash,
      pending: false,
      drift: [],
      revision: 'abc',
      deployed: '2030-01-01T00:00:00.000Z',
    });
    expect(observed).toHaveProperty('parts.length', 3);
    expect(observed).toHaveProperty('parts.0', {
      name: 'node i-1',
      state: 'running, t3.medium, eu-central-1a, 198.51.100.7',
      ssh: "ssh -i '/keys/my key' admin@198.51.100.7",
    });
    expect(fixture.cloud.sweeps()).toBe(1);
  });

  test('is pending while a deploy is under way, and nothing else is said of what differs', async () => {
    const fixture = createInfrastructureFixture();
    hold(fixture, { 'millrace:pending': 'x' });
    fixture.cloud.held.machines = [];
    expect(await fixture.observe()).toMatchObject({ pending: true, drift: [], hash: fixture.cluster.hash });
    fixture.cloud.held.networks = [network({ 'millrace:pending': 'x' })];
    expect(await fixture.observe()).toMatchObject({ pending: true, hash: null });
  });

  test('differs where two networks bear its tags', async () => {
    const fixture = createInfrastructureFixture();
    hold(fixture);
    fixture.cloud.held.networks.push({ ...network(), id: 'vpc-2' });
    expect(await fixture.observe()).toMatchObject({
      drift: ['several networks bear its tags: vpc-1, vpc-2'],
    });
  });

  test('is seen, too, where the project no longer has it', async () => {
    const { driver, cloud, source } = createInfrastructureFixture();
    const tags = { ...OWN, 'millrace:component': 'old', 'millrace:hash': 'h' };
    cloud.held.networks = [
      { ...network(), tags },
      { ...network(), id: 'vpc-2', tags: { ...tags, 'millrace:project': 'other' } },
    ];
    cloud.held.volumes = [
      volume({ tags: { ...OWN, 'millrace:component': 'kept', 'millrace:role': 'data' } }),
    ];
    const observed = await driver.observe([], source);
    expect([...observed.keys()]).toEqual(['infrastructure:old']);
    expect(observed.get('infrastructure:old')).toMatchObject({ state: 'running', hash: 'h' });
  });

  test('that the project no longer has is seen without a network, too, where more than kept data is left', async () => {
    const { driver, cloud, source } = createInfrastructureFixture();
    const tags = { ...OWN, 'millrace:component': 'old' };
    cloud.held.machines = [machine('i-1', { tags }), machine('i-2', { tags, state: 'terminated' })];
    const observed = await driver.observe([], source);
    expect(observed.get('infrastructure:old')).toMatchObject({
      state: 'running',
      hash: null,
      pending: true,
      parts: [{ name: 'node i-1' }],
    });
    cloud.held.machines = [];
    cloud.held.groups = [{ ...group([]), tags }];
    expect([...(await driver.observe([], source)).keys()]).toEqual(['infrastructure:old']);
    cloud.held.groups = [];
    cloud.held.volumes = [volume({ tags: { ...tags, 'millrace:role': 'data' } })];
    expect([...(await driver.observe([], source)).keys()]).toEqual([]);
  });

  test('of an account that project.yaml does not list is not judged', async () => {
    const fixture = createInfrastructureFixture({}, { cloud: createMemoryCloud('999999999999') });
    await expect(fixture.observe()).rejects.toMatchObject({ code: 'WRONG_ACCOUNT' });
  });
});
