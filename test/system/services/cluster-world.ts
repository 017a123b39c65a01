import { randomInt } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { CALLS } from '../../../generator/lab/front/serve-lab.ts';
import { labFolder } from '../../../generator/lab/lab-state.ts';
import { readMachine } from '../../../generator/lab/machines/machine.ts';
import { pythonTool } from './aws-stand-in.ts';
import { pushBaseImage } from './base-image.ts';
import { buildCli } from './built-cli.ts';
import { openRepository, startCli } from './cli-run.ts';
import type { CliAnswer, Environment, Repository, RunningCli } from './cli-run.ts';
import { bakeSystem } from './machine.ts';
import { runTool } from '../../../generator/lab/machines/run-tool.ts';
import { ec2Client } from './ec2-holdings.ts';
import type { AwsAddress } from './ec2-holdings.ts';
import { startShopClient } from './shop-client.ts';
import type { ShopClient } from './shop-client.ts';

/** A node of the cluster. */
export interface ClusterMachine {
  /** Its instance's. */
  id: string;
  address: string;
}

/** The sample shop in a repository of its own, and a lab of its own: registry, AWS stand-in, machines. Needs root. */
export interface ClusterWorld extends Repository {
  /** Runs a command with `--lab`. */
  run: (args: readonly string[], environment?: Environment) => Promise<CliAnswer>;
  start: (args: readonly string[], environment?: Environment) => RunningCli;
  /** Those that run. */
  machines: () => Promise<ClusterMachine[]>;
  /** The AWS stand-in. */
  aws: AwsAddress;
  ec2: EC2Client;
  /** What of the infrastructure there is in EC2; its instances' own disks are not volumes of it. */
  count: () => Promise<Record<'instances' | 'vpcs' | 'volumes' | 'groups' | 'keyPairs', number>>;
  /** What was asked of AWS since the last call, as policies name it; this world's own looks are among it. */
  takeActions: () => string[];
  /** Runs a program as root in a machine, past its SSH. */
  inside: (id: string, argv: readonly string[]) => Promise<string>;
  /** What one of the nodes answers. */
  ask: (path: string) => Promise<string>;
  /** Asks the shop without a pause, at whichever node answers; for its page with the version where no path is given. */
  startClient: (path?: string) => ShopClient;
  stop: () => Promise<void>;
}

const ROOT = join(import.meta.dirname, '../../..');
const SAMPLE = join(ROOT, 'test/samples/cluster');

/** @param variables of the infrastructure, in place of the sample's */
export async function startClusterWorld(
  variables: Record<string, unknown> = { nodes: 3 },
): Promise<ClusterWorld> {
  const [cli, base] = await Promise.all([buildCli(), bakeSystem()]);
  const folder = mkdtempSync(join(tmpdir(), 'cluster-world-'));
  const home = mkdtempSync(join(tmpdir(), 'cluster-home-'));
  for (const part of ['ansible', 'packer']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  cpSync(SAMPLE, folder, { recursive: true });
  setVariables(folder, { ssh_from: ['203.0.113.0/24'], ...variables });
  const repository = openRepository(folder);
  repository.git('init', '-q', '-b', 'main');
  repository.commit({});
  const environment: Environment = {
    ...process.env,
    PATH: `${dirname(pythonTool('ansible-playbook'))}:${process.env['PATH']}`,
    // No engine of this machine's: the lab is to start its own.
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    HOME: home,
    NODE_OPTIONS: '',
    MILLRACE_LAB_BASE: base,
    MILLRACE_MIRRORS: join(home, 'mirrors.yaml'),
  };
  const start: ClusterWorld['start'] = (args, more = {}) =>
    startCli(cli.file, args, { ...environment, ...more }, folder);
  const stop = async (): Promise<void> => {
    await start(['lab', 'down']).ended;
    cli.remove();
    for (const one of [folder, home]) rmSync(one, { recursive: true, force: true });
  };
  writeFileSync(join(home, 'mirrors.yaml'), '{}\n');
  const call = async <T>(args: readonly string[]): Promise<T> => {
    const { code, stdout, stderr } = await start([...args, '--json']).ended;
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}${stdout}`);
    return JSON.parse(stdout) as T;
  };
  const readMachines = async (): Promise<ClusterMachine[]> => {
    const Filters = [OF_CLUSTER, { Name: 'instance-state-name', Values: ['running'] }];
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
    return Reservations.flatMap((one) => one.Instances!).map((one) => ({
      id: one.InstanceId!,
      address: one.PublicIpAddress!,
    }));
  };
  let taken = 0;
  let ec2: EC2Client;
  let aws: AwsAddress;
  try {
    const { parts } = await call<{ parts: { name: string; address: string }[] }>(['lab', 'up']);
    const registry = parts.find(({ name }) => name === 'registry')!.address;
    const endpoint = parts.find(({ name }) => name === 'aws')!.address;
    aws = { region: 'us-west-1', endpoint };
    ec2 = ec2Client(aws);
    await pushBaseImage(registry, 'mirror/python', '1', { python: true });
    writeFileSync(join(home, 'mirrors.yaml'), `local/python: ${registry}/mirror/python\n`);
    await call(['lock', '--lab']);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...repository,
    start: (args, more) => start([...args, '--lab'], more),
    run: (args, more) => start([...args, '--lab'], more).ended,
    machines: readMachines,
    aws,
    ec2,
    count: () => countInEc2(ec2),
    takeActions: () => {
      const actions = readFileSync(join(labFolder(folder), CALLS), 'utf8')
        .trim()
        .split('\n');
      return actions.slice(taken, (taken = actions.length));
    },
    inside: (id, argv) => {
      const { init } = readMachine(labFolder(folder), id)!;
      return runTool('nsenter', ['--target', `${init}`, '--all', '--root', '--wd=/', ...argv]);
    },
    ask: async (path) => {
      const [machine] = await readMachines();
      return (await fetch(`http://${machine!.address}${path}`)).text();
    },
    startClient: (path) =>
      startShopClient(async () => (await readMachines()).map(({ address }) => address), path),
    stop,
  };
}

/**
 * Applies so many times, and kills each run at a random instant.
 * @param within from and until, in milliseconds; so few that all of them together bring no run to its end
 */
export async function applyKilled(
  world: Pick<ClusterWorld, 'start'>,
  times: number,
  [from, until]: readonly [number, number],
  command = 'apply',
): Promise<void> {
  for (let kill = 1; kill <= times; kill++) {
    const wasKilled = await killAfter(world.start([command]), randomInt(from, until));
    if (!wasKilled) throw new Error(`${command} came to its end before kill ${kill} of ${times}`);
  }
}

/**
 * Kills a run with all its children; one that has ended by then must have ended well.
 * @returns whether it was killed
 */
export async function killAfter(run: RunningCli, milliseconds: number): Promise<boolean> {
  const answer = await Promise.race([run.ended, sleep(milliseconds)]);
  if (answer) expectFine(answer);
  else process.kill(-run.pid, 'SIGKILL');
  await run.ended;
  return !answer;
}

/** Says all that a run has said where it did not end well. */
export function expectFine({ code, stderr, stdout }: CliAnswer): void {
  if (code !== 0) throw new Error(`exit ${code}\n${stderr.slice(-6_000)}\n${stdout.slice(-4_000)}`);
}

/** What of the component `cluster` there is. */
export async function countInEc2(ec2: EC2Client): ReturnType<ClusterWorld['count']> {
  const Filters = [OF_CLUSTER];
  const alive = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] };
  const [instances, vpcs, volumes, groups, keyPairs] = await Promise.all([
    ec2.send(new DescribeInstancesCommand({ Filters: [...Filters, alive] })),
    ec2.send(new DescribeVpcsCommand({ Filters })),
    ec2.send(new DescribeVolumesCommand({ Filters: [...Filters, DATA] })),
    ec2.send(new DescribeSecurityGroupsCommand({ Filters })),
    ec2.send(new DescribeKeyPairsCommand({ Filters })),
  ]);
  return {
    instances: instances.Reservations!.flatMap((one) => one.Instances!).length,
    vpcs: vpcs.Vpcs!.length,
    volumes: volumes.Volumes!.length,
    groups: groups.SecurityGroups!.length,
    keyPairs: keyPairs.KeyPairs!.length,
  };
}

const OF_CLUSTER = { Name: 'tag:millrace:component', Values: ['cluster'] };
const DATA = { Name: 'tag:millrace:role', Values: ['data'] };

/** Of the sample's one infrastructure. */
export function setVariables(folder: string, variables: Record<string, unknown>): void {
  const path = join(folder, 'project.yaml');
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(
    /^( {4}variables: )\{.*$/m,
    (_line, start: string) => start + JSON.stringify({ cluster_member_heartbeat: 30, ...variables }),
  );
  writeFileSync(path, changed);
}
