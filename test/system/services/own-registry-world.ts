import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClock } from '../../../generator/adapters/clock.ts';
import { openEngine } from '../../../generator/adapters/engine/open-engine.ts';
import { createProcesses } from '../../../generator/adapters/processes.ts';
import { openTunnel } from '../../../generator/adapters/ssh/open-tunnel.ts';
import { describeThisRun } from '../../../generator/adapters/this-run.ts';
import { openCommit } from '../../../generator/cli/open-commit.ts';
import { openPlacesToPrune } from '../../../generator/cli/open-places-to-prune.ts';
import type { PlacesToPrune } from '../../../generator/cli/places-to-prune.ts';
import { openImageDriver } from '../../../generator/cli/open-image-driver.ts';
import { openStackDriver } from '../../../generator/cli/open-stack-driver.ts';
import { openSwarms } from '../../../generator/cli/open-swarms.ts';
import { REGISTRY_PORTS, openOwnRegistry, rememberTunnels } from '../../../generator/cli/own-registry.ts';
import { withManagedSecrets } from '../../../generator/cli/with-managed-secrets.ts';
import { planCommit } from '../../../generator/cli/plan-commit.ts';
import type { Driver } from '../../../generator/drivers/driver.ts';
import { executePlan } from '../../../generator/execute/execute-plan.ts';
import { openRunFolders } from '../../../generator/execute/run-folders.ts';
import { summarise } from '../../../generator/execute/run-result.ts';
import type { RunResult } from '../../../generator/execute/run-result.ts';
import type { Observation, Plan } from '../../../generator/plan/plan.ts';
import type { ClusterNodes } from '../../../generator/ports/cluster-nodes.ts';
import type { Engine } from '../../../generator/ports/engine.ts';
import { pushBaseImage } from './base-image.ts';
import { openRepository } from './cli-run.ts';
import type { Environment, Repository } from './cli-run.ts';
import { dockerSystem, startMachineWorld } from './machine.ts';
import type { MachineWorld, TestMachine } from './machine.ts';
import { pushRegistryImages } from './program-image.ts';
import { startRegistry } from './registry.ts';

const ROOT = join(import.meta.dirname, '../../..');

/**
 * A project whose registry is its own, on a machine that is a Swarm of one node, seen from a workstation. Upstream
 * images come from a registry of the test's, at one address of both loopbacks.
 */
export interface OwnRegistryWorld extends Repository {
  machine: TestMachine;
  /** As separate runs of a program do: nothing is shared between two calls. */
  plan: (environment?: Environment) => Promise<Plan>;
  apply: (environment?: Environment) => Promise<Applied>;
  /** What a run of `prune` has, this many days later. */
  openPlacesToPrune: (days: number) => Promise<PlacesToPrune>;
  /** A manager's engine, for as long as `use` takes. */
  withEngine: <Result>(use: (engine: Engine) => Promise<Result>) => Promise<Result>;
  /** Runs a docker client on the machine, as root. @throws where it fails */
  docker: (...words: string[]) => string;
  stop: () => Promise<void>;
}

export interface Applied {
  plan: Plan;
  result: RunResult;
  /** All that was reported. */
  said: string[];
}

const PROJECT = `project: shop
aws: { region: eu-central-1, accounts: ["123456789012"] }
images:
  base: { context: images/base }
  api: { context: images/api, test: [cat, /etc/greeting] }
infrastructure:
  cluster: { deploy: deploy.yml, destroy: deploy.yml }
stacks:
  registry: { file: stacks/registry.yml, on: cluster }
  web: { file: stacks/web.yml, on: cluster }
`;

/** Two images, of which the own registry is to hold what a stack runs. */
export const SHOP = {
  'images/base/Dockerfile': 'FROM local/busybox:1\nRUN mkdir -p /etc && echo base >/etc/base\n',
  'images/api/Dockerfile': 'FROM shop/base\nCOPY greeting /etc/greeting\n',
  'images/api/greeting': 'hello\n',
  'stacks/web.yml': `services:
  api:
    image: shop/api
    command: [sleep, "100000"]
    init: true
    deploy: { update_config: { monitor: 1s } }
`,
};

export async function startOwnRegistryWorld(): Promise<OwnRegistryWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'own-registry-'));
  const [registry, system] = await Promise.all([startRegistry(), dockerSystem()]);
  const world = await startMachineWorld();
  let endRelay: (() => void) | undefined;
  const stop = async (): Promise<void> => {
    endRelay?.();
    await world.stop();
    await registry.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // One that no other test's machine has at the same time.
    const address = `10.79.${(process.pid >> 7) % 256}.${1 + (process.pid % 128)}`;
    const machine = await world.start({ system, addresses: [address] });
    endRelay = await lendPort(world, machine, registry.port);
    prepareNode(machine);
    const pins = await pushRegistryImages(registry.address);
    pins['local/busybox:1'] = await pushBaseImage(registry.address, 'local/busybox', '1');
    const mirrors = join(world.folder, 'mirrors.yaml');
    writeFileSync(mirrors, JSON.stringify({ 'docker.io': registry.address }));
    const repository = openRepository(folder);
    repository.git('init', '-q', '-b', 'main');
    for (const part of ['stacks/registry.yml', 'stacks/registry'])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    repository.commit({
      ...SHOP,
      'project.yaml': PROJECT,
      'deploy.yml': '[]\n',
      'project.lock.yaml': JSON.stringify({ version: 1, images: pins }),
    });
    const environment = { ...process.env, MILLRACE_MIRRORS: mirrors, MILLRACE_LAB_NO_IPVS: '1' };
    const settings = { root: folder, world, machine };
    const run = (isApplied: boolean, more: Environment = {}): Promise<Applied> =>
      runOnce({ ...settings, env: { ...environment, ...more } }, isApplied);
    return {
      ...repository,
      machine,
      docker: (...words) => docker(machine, ...words),
      plan: async (more) => (await run(false, more)).plan,
      apply: (more) => run(true, more),
      openPlacesToPrune: (days) => openPlaces({ ...settings, env: environment }, days),
      withEngine: async (use) => {
        const { swarms } = openWays({ ...settings, env: environment });
        try {
          return await use((await swarms.find('cluster'))!);
        } finally {
          await swarms.close();
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** From the machine's loopback to the registry of this one, once it answers there. @returns ends it */
export async function lendPort(
  { folder, keyFile }: MachineWorld,
  machine: TestMachine,
  port: number,
): Promise<() => void> {
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=accept-new', 'ExitOnForwardFailure=yes'];
  const args = [
    ...['-F', 'none', '-N', '-i', keyFile, '-R', `${port}:127.0.0.1:${port}`],
    ...[...options, `UserKnownHostsFile=${folder}/known_hosts`].flatMap((option) => ['-o', option]),
    `${machine.user}@${machine.address}`,
  ];
  let relay: ChildProcess;
  let isOver = false;
  let said = '';
  const begin = (): void => {
    relay = spawn('setpriv', ['--pdeathsig', 'KILL', 'ssh', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    relay.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    relay.once('exit', () => isOver || setTimeout(() => isOver || begin(), 200));
  };
  begin();
  const end = (): void => {
    isOver = true;
    relay.kill('SIGKILL');
  };
  const probe = `exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'GET /v2/ HTTP/1.0\\r\\n\\r\\n' >&3; head -n 1 <&3`;
  for (let attempt = 0; attempt < 60; attempt++) {
    if (machine.ssh(['bash', '-c', probe]).stdout.includes('200 OK')) return end;
    await sleep(250);
  }
  end();
  throw new Error(`the machine does not reach the registry: ${said}`);
}

/** What the playbooks do of it for a cluster. */
function prepareNode(machine: TestMachine): void {
  const sudo = (...words: string[]): void => {
    const { status, stderr } = machine.ssh(['sudo', ...words]);
    if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  };
  sudo('service', 'docker', 'start');
  sudo('usermod', '--append', '--groups', 'docker', machine.user);
  sudo('mkdir', '-p', '/var/lib/millrace/registry');
  docker(machine, 'swarm', 'init', '--advertise-addr', machine.address);
  const node = docker(machine, 'info', '--format', '{{.Swarm.NodeID}}');
  docker(machine, 'node', 'update', '--label-add', 'millrace.data=true', node);
}

function docker(machine: TestMachine, ...words: string[]): string {
  const { status, stdout, stderr } = machine.ssh(['sudo', 'docker', ...words]);
  if (status !== 0) throw new Error(`docker ${words.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** What one run of the program is made of. */
interface Settings {
  root: string;
  world: MachineWorld;
  machine: TestMachine;
  env: Environment;
}

/** To the one machine that the project has. */
function openWays({ world, machine, env }: Settings) {
  const tunnels = rememberTunnels((node) =>
    openTunnel(node, {
      keyFile: world.keyFile,
      knownHosts: join(world.folder, 'hosts'),
      ports: REGISTRY_PORTS,
    }),
  );
  const nodes: ClusterNodes = {
    isPending: () => Promise.resolve(false),
    find: () => Promise.resolve([{ id: 'i-1', address: machine.address, port: 22, user: machine.user }]),
  };
  const { openTunnel: open, findDoors } = tunnels;
  const localHost = 'unix:///nowhere.sock';
  const swarms = openSwarms({ env, nodes, openTunnel: open, openEngine, localHost });
  return { nodes, swarms, openTunnel: open, findDoors };
}

const DAY = 86_400_000;

async function openPlaces(settings: Settings, days: number): Promise<PlacesToPrune> {
  const { root, env } = settings;
  const { findDoors, ...ways } = openWays(settings);
  const { swarms } = ways;
  // With mirrors a lock would be looked for elsewhere.
  const own = { MILLRACE_MIRRORS: undefined, MILLRACE_SSH_KEY: settings.world.keyFile };
  const invocation = { root, env: { ...env, ...own } };
  const places = await openPlacesToPrune(invocation, () => undefined, {
    openCloud: () => undefined,
    openClusters: async (more) => ({
      ...ways,
      drivers: [await openStackDriver({ ...more, swarms })],
      own: openOwnRegistry({ ...more, swarms, findDoors }),
    }),
  });
  const { clock } = places;
  return { ...places, clock: { ...clock, now: () => clock.now() + days * DAY } };
}

async function runOnce(settings: Settings, isApplied: boolean): Promise<Applied> {
  const { root, env } = settings;
  const { swarms, findDoors } = openWays(settings);
  const said: string[] = [];
  try {
    // With mirrors a lock would be looked for elsewhere.
    const opened = await openCommit({ root, env: { ...env, MILLRACE_MIRRORS: undefined } });
    const tools = { clock: createClock(), processes: createProcesses(), run: describeThisRun() };
    const { project } = opened.summary;
    const more = { ...tools, project, env, note: (text: string) => said.push(text) };
    const own = openOwnRegistry({ ...more, swarms, findDoors });
    const made = [
      standInForCluster(opened.summary.hashes.get('infrastructure:cluster')!.hash),
      withManagedSecrets(await openStackDriver({ ...more, swarms }), swarms),
      await openImageDriver(more, own),
    ];
    const drivers = new Map(made.map((driver) => [driver.kind, driver]));
    const planned = await planCommit(opened, { drivers, env, only: COMPONENTS });
    if (!isApplied) return { plan: planned.plan, result: summarise([]), said };
    const result = await executePlan({
      ...planned,
      drivers,
      source: (await opened.load()).source,
      exportFiles: (entries, folder) => opened.repository.exportFiles(entries, folder),
      folders: openRunFolders({
        stamp: tools.run.stamp,
        isLeftBehind: () => false,
        logs: join(root, '.git/logs-of-runs'),
        now: tools.clock.now(),
      }),
      jobs: 2,
      reporter: { emit: (event) => said.push(JSON.stringify(event)) },
      clock: tools.clock,
      signal: new AbortController().signal,
    });
    return { plan: planned.plan, result, said };
  } finally {
    await swarms.close();
  }
}

const COMPONENTS = ['image:api', 'image:base', 'infrastructure:cluster', 'stack:registry', 'stack:web'];

/** The machine is there, and stays as it is. */
function standInForCluster(hash: string): Driver {
  const found: Observation = { state: 'running', hash, pending: false, drift: [] };
  return { kind: 'infrastructure', observe: async () => new Map([['infrastructure:cluster', found]]) };
}
