import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreateImageCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { spawnSync } from 'node:child_process';
import { createClock } from '../../generator/adapters/clock.ts';
import { createMachineImages } from '../../generator/adapters/ec2/machine-images.ts';
import { createProcesses } from '../../generator/adapters/processes.ts';
import { createRunHost } from '../../generator/adapters/run-host.ts';
import type { AmiTools } from '../../generator/drivers/ami/ami-tools.ts';
import { leaseTags } from '../../generator/drivers/ami/lease.ts';
import { sweepLeftovers } from '../../generator/drivers/ami/sweep.ts';
import type { RunIdentity } from '../../generator/ports/run-host.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import type { FaultProxy } from '../fakes/fault-proxy.ts';
import { SOURCE_AMI, actionOf } from './services/ami-world.ts';
import { startAwsStandIn } from './services/aws-stand-in.ts';
import type { AwsStandIn } from './services/aws-stand-in.ts';
import { ec2Client, readEc2 } from './services/ec2-holdings.ts';

let aws: AwsStandIn;
let proxy: FaultProxy;
let client: EC2Client;
let tools: AmiTools;
const HASH = 'a'.repeat(64);
const me = createRunHost().identity();

beforeAll(async () => {
  aws = await startAwsStandIn();
  proxy = await startFaultProxy({ host: '127.0.0.1', port: aws.port });
  client = ec2Client(aws);
  Object.assign(process.env, aws.environment, { AWS_ENDPOINT_URL: `http://${proxy.address}` });
  const clock = createClock();
  const images = createMachineImages(aws.region, clock);
  tools = { images, clock, processes: createProcesses(), host: createRunHost(), environment: {} };
});
afterAll(async () => {
  await proxy.stop();
  await aws.stop();
});
beforeEach(async () => {
  await aws.reset();
  proxy.clear();
});

/** A process of this boot that has ended. */
function deadPid(): string {
  const [namespace, , start] = me.pid.split(':');
  return `${namespace}:${spawnSync('true').pid}:${start}`;
}

interface Made {
  image?: boolean;
  project?: string;
  /** Milliseconds from now; a lease of half an hour begins then. */
  begun?: number;
}

/** All that a bake has in EC2 in its middle; with an image that is not marked as complete. */
async function makeBake(
  identity: RunIdentity,
  { image = true, project = 'services', begun = 0 }: Made = {},
): Promise<void> {
  const tags = {
    'millrace:project': project,
    'millrace:component': 'node',
    'millrace:hash': HASH,
    ...leaseTags(identity, Date.now() + begun),
  };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const name = `bake-${identity.run}`;
  const tagged = <Type extends string>(ResourceType: Type) => [{ ResourceType, Tags }];
  await client.send(new CreateKeyPairCommand({ KeyName: name, TagSpecifications: tagged('key-pair') }));
  await client.send(
    new CreateSecurityGroupCommand({
      GroupName: name,
      Description: name,
      TagSpecifications: tagged('security-group'),
    }),
  );
  const run = { ImageId: SOURCE_AMI, MinCount: 1, MaxCount: 1, TagSpecifications: tagged('instance') };
  const machine = (await client.send(new RunInstancesCommand(run))).Instances![0]!.InstanceId!;
  const volume = { AvailabilityZone: `${aws.region}a`, Size: 1, TagSpecifications: tagged('volume') };
  await client.send(new CreateVolumeCommand(volume));
  // As EC2 has it before Packer has tagged it: by name alone.
  if (image)
    await client.send(new CreateImageCommand({ InstanceId: machine, Name: `${project}-node-${HASH}` }));
}

const mutations = (): string[] =>
  proxy.requests.map(actionOf).filter((action) => !/^(?:Describe|Get)/.test(action));
const NOTHING = { images: [], instances: [], volumes: [], keys: [], groups: [], snapshots: [] };
const HOUR = 3_600_000;

describe('what a dead run left is removed, all of it', () => {
  const dead: [string, () => RunIdentity, number][] = [
    ['its process is gone from this boot', () => ({ run: 'r1', boot: me.boot, pid: deadPid() }), 0],
    ['its lease, on another boot, has expired', () => ({ run: 'r2', boot: 'other', pid: '1:1:1' }), -HOUR],
    ['its lease has expired, though its process lives', () => ({ ...me, run: 'r3' }), -HOUR],
    [
      'its machine has been started anew',
      () => ({ run: 'r4', boot: 'other', pid: '1:1:1', host: 'mine' }),
      0,
    ],
  ];
  test.each(dead)('%s', async (_why, identity, begun) => {
    await makeBake(identity(), { begun });
    const { host } = tools;
    const here = { ...host, identity: () => ({ ...host.identity(), host: 'mine' }) };
    expect(await sweepLeftovers({ ...tools, host: here }, 'services')).toBeGreaterThan(0);
    expect(await readEc2(aws)).toEqual(NOTHING);
    // And then there is nothing to be done any more.
    proxy.clear();
    expect(await sweepLeftovers({ ...tools, host: here }, 'services')).toBe(0);
    expect(mutations()).toEqual([]);
  });
});

describe('what lives, or may live, is not touched', () => {
  const alive: [string, () => RunIdentity, Made][] = [
    ['a run of this boot whose process lives', () => ({ ...me, run: 'r1' }), {}],
    [
      'a run of another boot whose lease has not expired',
      () => ({ run: 'r2', boot: 'other', pid: '1:1:1' }),
      {},
    ],
    ['a run of another container on this boot', () => ({ run: 'r3', boot: me.boot, pid: '1:1:1' }), {}],
    [
      'a dead run of another project',
      () => ({ run: 'r4', boot: me.boot, pid: deadPid() }),
      { project: 'shop' },
    ],
    [
      'a dead run of a project whose name begins the same',
      () => ({ run: 'r5', boot: me.boot, pid: deadPid() }),
      { project: 'services-web' },
    ],
  ];
  test.each(alive)('%s', async (_who, identity, made) => {
    await makeBake(identity(), made);
    const before = await readEc2(aws);
    expect(await sweepLeftovers(tools, 'services')).toBe(0);
    expect(await readEc2(aws)).toEqual(before);
    expect(mutations()).toEqual([]);
  });

  test('a complete image of a run that is long dead, and its snapshots', async () => {
    await makeBake({ run: 'r1', boot: me.boot, pid: deadPid() });
    const { images } = await readEc2(aws);
    const { id, name, snapshots } = images[0]!;
    const tags = leaseTags({ run: 'r1', boot: me.boot, pid: deadPid() }, 0);
    const own = {
      ...tags,
      'millrace:project': 'services',
      'millrace:component': 'node',
      'millrace:hash': HASH,
    };
    const asTags = (each: Record<string, string>): { Key: string; Value: string }[] =>
      Object.entries(each).map(([Key, Value]) => ({ Key, Value }));
    await client.send(new CreateTagsCommand({ Resources: [id, ...snapshots], Tags: asTags(own) }));
    await client.send(
      new CreateTagsCommand({ Resources: [id], Tags: asTags({ 'millrace:complete': 'true' }) }),
    );
    await sweepLeftovers(tools, 'services');
    const held = await readEc2(aws);
    expect(held).toEqual({ ...NOTHING, images: [expect.objectContaining({ name })], snapshots });
  });

  test('an image without tags that no dead run accounts for', async () => {
    await makeBake({ run: 'r1', boot: 'other', pid: '1:1:1' });
    const before = await readEc2(aws);
    // Another run that is dead has nothing to do with its name.
    await makeBake({ run: 'r2', boot: me.boot, pid: deadPid() }, { image: false, begun: -HOUR });
    await sweepLeftovers(tools, 'services');
    expect(await readEc2(aws)).toEqual(before);
  });
});

test('what a sweep that was cut short left, the next one finds', async () => {
  await makeBake({ run: 'r1', boot: me.boot, pid: deadPid() });
  // The first sweep ends before the first snapshot is deleted, then before the first machine is.
  for (const action of ['DeleteSnapshot', 'TerminateInstances', 'DeleteKeyPair']) {
    const denied =
      '<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>m</Message></Error></Errors></Response>';
    proxy.inject({
      body: new RegExp(`Action=${action}`),
      fault: { kind: 'status', status: 403, body: denied },
    });
    await expect(sweepLeftovers(tools, 'services')).rejects.toMatchObject({
      code: 'AWS_DENIED',
      message: expect.stringContaining(`ec2:${action}`),
    });
  }
  await sweepLeftovers(tools, 'services');
  expect(await readEc2(aws)).toEqual(NOTHING);
});
