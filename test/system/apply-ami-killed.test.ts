import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAmiWorld } from './services/ami-world.ts';
import type { AmiWorld } from './services/ami-world.ts';
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

/** When: at a call to EC2, which has been done when the run dies, and so many milliseconds later. */
interface Instant {
  action: string;
  later: number;
  /** Whether Packer dies with the run, or lives on until the next one. */
  builders: boolean;
}

const SEEDED: Instant[] = [
  { action: 'RunInstances', later: 0, builders: false },
  { action: 'RunInstances', later: 2_500, builders: true },
  { action: 'CreateImage', later: 0, builders: true },
  { action: 'TerminateInstances', later: 0, builders: false },
  { action: 'CreateTags&.*millrace%3Acomplete', later: 0, builders: true },
];

/** Repeats the same way for a seed (a linear congruential generator). */
function drawInstants(count: number, seed: number): Instant[] {
  const actions = [
    ...[
      'CreateKeyPair',
      'CreateSecurityGroup',
      'AuthorizeSecurityGroupIngress',
      'RunInstances',
      'StopInstances',
    ],
    ...[
      'CreateImage',
      'CreateTags',
      'TerminateInstances',
      'CreateTags&.*millrace%3Acomplete',
      'DeleteKeyPair',
    ],
  ];
  let state = seed;
  const draw = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  return Array.from({ length: count }, (_, index) => ({
    action: actions[index % actions.length]!,
    later: draw(3) === 0 ? 0 : draw(6_000),
    builders: draw(2) === 0,
  }));
}

const instants = process.env['MILLRACE_SOAK'] === undefined ? SEEDED : drawInstants(40, 20);

test.each(instants)(
  'a run killed $later ms after $action (Packer too: $builders) is completed by the next, which leaves one image',
  async ({ action, later, builders }) => {
    const run = world.start();
    world.proxy.inject({
      body: new RegExp(`Action=${action}`),
      fault: {
        kind: 'edit',
        body: (before) => {
          if (later === 0) run.kill(builders);
          else setTimeout(() => run.kill(builders), later);
          return before;
        },
      },
    });
    const { code } = await run.ended;
    // Later it may have ended by itself.
    if (later === 0) expect(code).toBeNull();
    // A call that was under way when its program died is done by then.
    await sleep(200);
    world.proxy.clear();
    const next = await world.bake();
    expect(next).toMatchObject({ code: 0, image: expect.stringMatching(/^ami-/) });
    const held = await readEc2(world.aws);
    expect(held.images.map(({ id }) => id)).toEqual([next.image]);
    expect(held.images[0]!.tags).toMatchObject({ 'millrace:complete': 'true' });
    expect(held).toMatchObject({ instances: [], volumes: [], keys: [], groups: [] });
    expect(held.snapshots).toEqual(held.images[0]!.snapshots);
  },
);
