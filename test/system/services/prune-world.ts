import {
  CreateImageCommand,
  CreateTagsCommand,
  DescribeImagesCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Invocation } from '../../../generator/cli/command.ts';
import { formatRecordTag } from '../../../generator/drivers/image/record-tag.ts';
import { openPlacesToPrune } from '../../../generator/cli/open-places-to-prune.ts';
import { makePruneCommand } from '../../../generator/cli/prune.ts';
import type { PruneReport } from '../../../generator/report/prune-report.ts';
import { startFaultProxy } from '../../fakes/fault-proxy.ts';
import { createTextOutput } from '../../fakes/text-output.ts';
import { nameAction } from './aws-actions.ts';
import { startAwsStandIn } from './aws-stand-in.ts';
import type { AwsStandIn } from './aws-stand-in.ts';
import { buildCli } from './built-cli.ts';
import { ec2Client } from './ec2-holdings.ts';
import { makeToolsSystem } from './program-image.ts';
import { REGISTRY_USER } from './registry.ts';
import { startStackCliWorld } from './stack-cli-world.ts';
import type { StackCliWorld } from './stack-cli-world.ts';

export const DAYS_LATER = 40;
const DAY = 86_400_000;

/** What a run of `prune` is told beside its options. */
export interface PruneSettings {
  options?: Record<string, unknown>;
  root?: string;
  days?: number;
  env?: Record<string, string | undefined>;
  /** Taken for so full that images have to go. */
  isDiskFull?: boolean;
}

/** A Swarm, a registry, the stand-in for EC2, and a project with one image and one stack; `prune` runs days later. */
export interface PruneTestWorld extends StackCliWorld {
  aws: AwsStandIn;
  prune: (settings?: PruneSettings) => Promise<{ code: number; report: PruneReport; stderr: string }>;
  /** What was asked of AWS since the last call, but for what this world asks itself: `ec2:DeregisterImage`. */
  takeActions: () => string[];
  /** Puts the image of one hash under another one, too, as a build of HEAD does that gave the same bytes. */
  shareManifest: (hash: string, other: string) => Promise<void>;
  /** Bytes of the registry's storage on its disk. */
  storedBytes: () => number;
  /** Frees them, as the operator of an external registry does: it is halted while that runs. */
  collectGarbage: () => Promise<void>;
  /** @returns ids of the machine images that are there */
  listAmis: () => Promise<string[]>;
  makeAmi: (name: string, tags: Record<string, string>) => Promise<string>;
  /** The service that a project's agents are, as far as it names their image. */
  addTools: () => Promise<void>;
  startMachine: (ami: string, tags: Record<string, string>) => Promise<string>;
}

const filesOf = (): Record<string, string> => ({
  'images/api/Dockerfile': 'FROM local/busybox:1\nCOPY version data /srv/\n',
  ...release('1'),
  'stacks/web.yml': `services:
  api:
    image: shop/api
    command: [sleep, "100000"]
    init: true
    deploy: { update_config: { monitor: 1s } }
`,
});

/** A version of the image, with half a megabyte that no other version has. */
export function release(version: string): Record<string, string> {
  return {
    'images/api/version': `${version}\n`,
    'images/api/data': randomBytes(400_000).toString('base64'),
  };
}

export async function startPruneWorld(): Promise<PruneTestWorld> {
  const [aws, world] = await Promise.all([startAwsStandIn(), startStackCliWorld(filesOf())]);
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: aws.port });
  const environment = Object.assign(world.environment, aws.environment, {
    AWS_ENDPOINT_URL: `http://${proxy.address}`,
  });
  const project = readFileSync(join(world.folder, 'project.yaml'), 'utf8');
  const more = `aws: { region: ${aws.region}, accounts: ["${aws.account}"] }\nretention: { commits: 2 }\nbranch: main\n`;
  world.commit({ 'project.yaml': project + more });
  const client = ec2Client(aws);
  const tagsOf = (tags: Record<string, string>) =>
    Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const startMachine: PruneTestWorld['startMachine'] = async (ami, tags) => {
    const specification = [{ ResourceType: 'instance' as const, Tags: tagsOf(tags) }];
    const request = { ImageId: ami, MinCount: 1, MaxCount: 1, TagSpecifications: specification };
    const { Instances } = await client.send(new RunInstancesCommand(request));
    return Instances![0]!.InstanceId!;
  };
  // As a run of the program has them: clients of AWS and credential helpers read the process's own.
  Object.assign(process.env, environment);
  return {
    ...world,
    aws,
    prune: (settings) => prune(world.folder, environment, settings),
    takeActions: () => proxy.requests.splice(0).map(nameAction),
    shareManifest: async (hash, other) => {
      const record = formatRecordTag(other, world.git('rev-parse', 'HEAD'), Date.now());
      const at = (tag: string): string => `http://${world.registry.address}/v2/shop/api/manifests/${tag}`;
      const { username, password } = REGISTRY_USER;
      const Authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      const Accept = 'application/vnd.docker.distribution.manifest.v2+json';
      const found = await fetch(at(`src-${hash}`), { headers: { Authorization, Accept } });
      const body = await found.text();
      for (const tag of [record, `src-${other}`]) {
        const headers = { Authorization, 'Content-Type': Accept };
        const { ok } = await fetch(at(tag), { method: 'PUT', headers, body });
        if (!ok) throw new Error(`the registry did not take ${tag}`);
      }
    },
    storedBytes: () => bytesBelow(join(world.registry.folder, 'storage/docker/registry/v2/blobs')),
    collectGarbage: async () => {
      await world.registry.halt();
      const file = join(world.registry.folder, 'config.yml');
      const { status, stderr } = spawnSync('docker-registry', ['garbage-collect', file], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr);
      await world.registry.resume();
    },
    listAmis: async () => {
      const { Images } = await client.send(new DescribeImagesCommand({ Owners: ['self'] }));
      return (Images ?? []).map(({ ImageId }) => ImageId!).sort();
    },
    makeAmi: async (name, tags) => {
      const { Images } = await client.send(new DescribeImagesCommand({}));
      const InstanceId = await startMachine(Images![0]!.ImageId!, { for: 'an image' });
      const { ImageId } = await client.send(new CreateImageCommand({ InstanceId, Name: name }));
      await client.send(new CreateTagsCommand({ Resources: [ImageId!], Tags: tagsOf(tags) }));
      return ImageId!;
    },
    addTools: async () => {
      const { file } = await buildCli();
      const archive = join(world.swarm.folder, 'tools.tar');
      writeFileSync(archive, makeToolsSystem(file));
      world.swarm.docker('import', '--change', 'ENV PATH=/bin', archive, 'local/tools:1');
      const labels = {
        'millrace.project': 'shop',
        'millrace.component': 'stack:jenkins',
        'com.docker.stack.namespace': 'shop-jenkins',
      };
      const words = Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
      const socket = world.swarm.host.replace('unix://', '');
      words.push('--mount', `type=bind,source=${socket},target=/var/run/docker.sock`);
      const service = ['--name', 'shop-jenkins_deploy-1', '--replicas', '0', '--no-resolve-image', ...words];
      world.swarm.docker('service', 'create', '--detach', ...service, 'local/tools:1');
    },
    startMachine,
    stop: async () => {
      await world.stop();
      await proxy.stop();
      await aws.stop();
    },
  };
}

async function prune(
  folder: string,
  environment: Invocation['env'],
  { options = {}, root = folder, days = DAYS_LATER, env = {}, isDiskFull = false }: PruneSettings = {},
): ReturnType<PruneTestWorld['prune']> {
  const command = makePruneCommand(async (invocation, note) => {
    const places = await openPlacesToPrune(invocation, note);
    const { clock, pruneNodes } = places;
    const free = { below: 2, until: 3 };
    return {
      ...places,
      clock: { ...clock, now: () => clock.now() + days * DAY },
      pruneNodes: (swarms, keep, dryRun) => pruneNodes(swarms, isDiskFull ? { ...keep, free } : keep, dryRun),
    };
  });
  const { output, stdout, stderr } = createTextOutput({ json: true });
  const invocation = { args: [], options, root, env: { ...environment, ...env }, output };
  const code = await command.run(invocation);
  return { code, report: JSON.parse(stdout()) as PruneReport, stderr: stderr() };
}

function bytesBelow(folder: string): number {
  const { status, stdout, stderr } = spawnSync('du', ['--summarize', '--bytes', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout.split('\t')[0]);
}
