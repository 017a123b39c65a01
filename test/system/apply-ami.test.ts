import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findDenied } from '../ansible/policies.ts';
import { startAmiWorld } from './services/ami-world.ts';
import type { AmiWorld, BakeAnswer } from './services/ami-world.ts';
import { nameAction } from './services/aws-actions.ts';
import { readEc2 } from './services/ec2-holdings.ts';

let world: AmiWorld;
beforeAll(async () => {
  world = await startAmiWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.aws.reset();
  world.proxy.clear();
});

const actions = (): string[] => world.proxy.requests.map(nameAction);

/** One whole image with its snapshots, and nothing else. */
async function expectOnly(image: string | undefined): Promise<void> {
  const held = await readEc2(world.aws);
  expect(held.images.map(({ id }) => id)).toEqual([image]);
  expect(held.images[0]!.tags).toMatchObject({ 'millrace:project': 'services', 'millrace:complete': 'true' });
  expect(held).toMatchObject({ instances: [], volumes: [], keys: [], groups: [] });
  expect(held.snapshots).toEqual(held.images[0]!.snapshots);
}

function awsError(code: string): string {
  return `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>m</Message></Error></Errors></Response>`;
}

function expectBuilt(answer: BakeAnswer): void {
  expect(answer).toMatchObject({ code: 0, outcome: 'built', image: expect.stringMatching(/^ami-/) });
}

describe('a bake', () => {
  test('leaves one image named and tagged by its hash, and the next run changes nothing', async () => {
    const first = await world.bake();
    expectBuilt(first);
    await expectOnly(first.image);
    const { images } = await readEc2(world.aws);
    const hash = images[0]!.tags['millrace:hash']!;
    expect(images[0]!.name).toBe(`services-node-${hash}`);
    expect(images[0]!.tags).toMatchObject({ 'millrace:component': 'node' });
    expect(images[0]!.tags['millrace:revision']).toMatch(/^[0-9a-f]{40}$/);
    // The machine was really provisioned, and a value was nobody's to interpret on its way.
    expect(world.host.read('/opt/services/motd')).toBe(`hello \${there} 'x' "y" %{ if\n`);
    expect(first.stderr).toBe('');
    // Packer's calls and ours, by the policy for it. The description is written before Packer 1.6 writes tags.
    const asked = actions();
    expect(asked.indexOf('ec2:ModifyImageAttribute')).toBeGreaterThan(asked.indexOf('ec2:CreateImage'));
    expect(findDenied(asked, 'bake')).toEqual([]);

    world.proxy.clear();
    expect(await world.bake()).toMatchObject({ code: 0, outcome: 'kept', image: first.image });
    expect(world.mutations()).toEqual([]);
    expect(findDenied(actions(), 'plan')).toEqual([]);
    expect(world.proxy.requests.length).toBeLessThanOrEqual(9);

    world.commit({
      'ansible/roles/metrics/tasks/main.yml': '---\n- name: Else\n  ansible.builtin.meta: noop\n',
    });
    expect(await world.bake()).toMatchObject({ outcome: 'kept', image: first.image });
    world.commit({ 'ansible/roles/base/defaults/main.yml': '---\nbase_folder: /opt/other\n' });
    const second = await world.bake();
    expectBuilt(second);
    expect(second.image).not.toBe(first.image);
    expect(world.host.read('/opt/other/motd')).toContain('hello');
  });

  test('of a hash that two runs make at once is one image for both', async () => {
    // Which EC2 does by itself, and its stand-in does not.
    const taken = { kind: 'status', status: 400, body: awsError('InvalidAMIName.Duplicate') } as const;
    world.proxy.inject({ body: /Action=CreateImage/, skip: 1, fault: taken });
    const answers = await Promise.all([world.bake(), world.bake()]);
    for (const answer of answers) expectBuilt(answer);
    expect(answers[0].image).toBe(answers[1].image);
    await expectOnly(answers[0].image);
  });

  test('is stopped by SIGTERM, and leaves nothing', async () => {
    const run = world.start();
    world.proxy.inject({
      body: /Action=RunInstances/,
      fault: {
        kind: 'edit',
        body: (before) => (setTimeout(() => process.kill(run.pid, 'SIGTERM'), 1_000), before),
      },
    });
    expect(await run.ended).toMatchObject({ code: 1, error: { code: 'INTERRUPTED' } });
    expect(await readEc2(world.aws)).toEqual({
      images: [],
      instances: [],
      volumes: [],
      keys: [],
      groups: [],
      snapshots: [],
    });
  });
});
