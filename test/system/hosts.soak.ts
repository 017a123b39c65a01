/** Machines that exist already, one of which asks for a password where somebody becomes root, and a registry of the project's own. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { enterMachine } from '../ansible/enter-machine.ts';
import { ownAddress } from '../ansible/own-address.ts';
import { pythonTool } from './services/aws-stand-in.ts';
import { pushBaseImage } from './services/base-image.ts';
import { buildCli } from './services/built-cli.ts';
import { openRepository, startCli } from './services/cli-run.ts';
import type { CliAnswer, Repository } from './services/cli-run.ts';
import { expectFine } from './services/cluster-world.ts';
import { dockerSystem, startMachineWorld } from './services/machine.ts';
import type { MachineWorld, TestMachine } from './services/machine.ts';
import { SHOP, lendPort } from './services/own-registry-world.ts';
import { pushRegistryImages } from './services/program-image.ts';
import { askDoor, knockAtDoor, listDoors } from './services/registry-doors.ts';
import { startRegistry } from './services/registry.ts';
import type { RunningRegistry } from './services/registry.ts';

const ROOT = join(import.meta.dirname, '../..');
const PASSWORD = 'correct horse';
const PROJECT = `project: shop
registry: own
images:
  base: { context: images/base }
  api: { context: images/api, test: [cat, /etc/greeting] }
infrastructure:
  cluster: { deploy: ansible/hosts.yml, destroy: ansible/hosts_destroy.yml, hosts: hosts.ini }
stacks:
  registry: { file: stacks/registry.yml, on: cluster }
  web: { file: stacks/web.yml, on: cluster }
`;

let folder: string;
let world: MachineWorld;
let upstream: RunningRegistry;
let machines: TestMachine[];
let repository: Repository;
let run: (...args: string[]) => Promise<CliAnswer>;
const endings: (() => unknown)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hosts-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const cli = await buildCli();
  endings.push(() => cli.remove());
  upstream = await startRegistry();
  endings.push(() => upstream.stop());
  const system = await dockerSystem();
  world = await startMachineWorld();
  endings.push(() => world.stop());
  machines = await Promise.all(
    [1, 2].map((n) => world.start({ system, hostName: `node-${n}`, addresses: [ownAddress(n)] })),
  );
  for (const machine of machines) endings.push(await lendPort(world, machine, upstream.port));
  enterMachine(
    machines[1]!,
    `rm -f /etc/sudoers.d/*; echo 'admin ALL=(ALL) ALL' >/etc/sudoers.d/90-admin; echo 'admin:${PASSWORD}' | chpasswd`,
  );
  const checkout = join(folder, 'checkout');
  mkdirSync(checkout);
  for (const part of ['ansible', 'stacks/registry.yml', 'stacks/registry'])
    cpSync(join(ROOT, part), join(checkout, part), { recursive: true });
  await pushRegistryImages(upstream.address);
  await pushBaseImage(upstream.address, 'local/busybox', '1');
  repository = openRepository(checkout);
  repository.git('init', '-q', '-b', 'main');
  repository.commit({ ...SHOP, 'project.yaml': PROJECT, 'hosts.ini': inventory() });
  writeFileSync(join(folder, 'mirrors.yaml'), JSON.stringify({ 'docker.io': upstream.address }));
  writeFileSync(join(folder, 'password'), `${PASSWORD}\n`, { mode: 0o600 });
  const environment = {
    ...process.env,
    PATH: `${dirname(pythonTool('ansible-playbook'))}:${process.env['PATH']}`,
    HOME: folder,
    NODE_OPTIONS: '',
    // Everything happens on the hosts' engines.
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    MILLRACE_SSH_KEY: world.keyFile,
    MILLRACE_MIRRORS: join(folder, 'mirrors.yaml'),
    MILLRACE_LAB_NO_IPVS: '1',
    ANSIBLE_BECOME_PASSWORD_FILE: join(folder, 'password'),
  };
  run = (...args) => startCli(cli.file, args, environment, checkout).ended;
  // With mirrors it is this machine's own, and nothing to be committed.
  expectFine(await run('lock'));
});
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

function inventory(): string {
  const hosts = machines.map(
    ({ address }, index) => `node-${index + 1} ansible_host=${address} swarm_address=${address}`,
  );
  const variables = {
    ansible_user: 'admin',
    ansible_python_interpreter: '/usr/bin/python3',
    swarm_node_docker_source: 'distribution',
    swarm_node_full_upgrade: 'no',
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return ['[cluster]', ...hosts, '', '[all:vars]', ...lines, ''].join('\n');
}

const inMachine = (script: string): string => enterMachine(machines[0]!, script).trim();
async function outcomes(...args: string[]): Promise<Record<string, string>> {
  const answer = await run(...args, '--json');
  expectFine(answer);
  return Object.fromEntries(answer.json.components.map(({ id, outcome }) => [id, outcome]));
}
const greeting = (): string =>
  inMachine(
    'docker run --rm --network none $(docker service inspect --format "{{.Spec.TaskTemplate.ContainerSpec.Image}}" shop-web_api) cat /etc/greeting',
  );

test('a user who may not use the Docker that is there is told how to', async () => {
  const { code, stderr } = await run('plan');
  expect([code, stderr.trim()]).toEqual([
    1,
    'error: infrastructure:cluster is there, but none of its machines answers as a manager; node-1: admin may not use its Docker; run there, as root: usermod --append --groups docker admin',
  ]);
  for (const machine of machines) enterMachine(machine, 'usermod --append --groups docker admin');
});

test('two hosts become a Swarm with its registry, and what is built there runs there', async () => {
  expect(await outcomes('apply')).toEqual({
    'image:api': 'built',
    'image:base': 'built',
    'infrastructure:cluster': 'deployed',
    'jobs:shop': 'kept',
    'stack:registry': 'deployed',
    'stack:web': 'deployed',
  });
  expect(inMachine('docker node ls --format "{{.Hostname}} {{.Status}}" | sort')).toBe(
    'node-1 Ready\nnode-2 Ready',
  );
  expect(greeting()).toBe('hello');
});

test('on each host the registry answers at the loopback, and nowhere else', async () => {
  for (const machine of machines) {
    expect(listDoors(machine)).toEqual(['127.0.0.1:5000', '127.0.0.1:5001']);
    expect(askDoor(machine, 5000, 'GET /v2/shop/api/tags/list')).toBe('HTTP/1.0 200 OK');
    expect(await knockAtDoor(machine, 5000)).toBe('ECONNREFUSED');
  }
});

test('a second run does nothing, and says what runs', async () => {
  expect(new Set(Object.values(await outcomes('apply')))).toEqual(new Set(['kept']));
  const status = await run('status');
  expect([status.code, status.stderr]).toEqual([0, expect.not.stringContaining('drift')]);
});

test('one file of one image: one build, one update, and its revert builds nothing', async () => {
  repository.commit({ 'images/api/greeting': 'goodbye\n' });
  expect(await outcomes('apply')).toEqual({
    'image:api': 'built',
    'image:base': 'kept',
    'infrastructure:cluster': 'kept',
    'jobs:shop': 'kept',
    'stack:registry': 'kept',
    'stack:web': 'deployed',
  });
  expect(greeting()).toBe('goodbye');
  repository.git('revert', '--no-edit', 'HEAD');
  expect(await outcomes('apply')).toMatchObject({ 'image:api': 'kept', 'stack:web': 'deployed' });
  expect(greeting()).toBe('hello');
});

test('a wrong password for root is told of in one line', async () => {
  writeFileSync(join(folder, 'password'), 'wrong\n', { mode: 0o600 });
  repository.commit({ 'hosts.ini': `${inventory()}\n; another\n` });
  const { code, stderr } = await run('apply');
  expect(code).toBe(1);
  expect(stderr).toMatch(/infrastructure:cluster.*(?:sudo|become) password/i);
  expect(stderr).not.toMatch(/\n\s+at /);
  writeFileSync(join(folder, 'password'), `${PASSWORD}\n`, { mode: 0o600 });
});

test('destroy takes the Swarm from them, twice, and leaves the machines', async () => {
  for (let times = 0; times < 2; times++) expectFine(await run('destroy', '--account', 'shop'));
  for (const machine of machines)
    expect(enterMachine(machine, 'docker info --format {{.Swarm.LocalNodeState}}').trim()).toBe('inactive');
});
