import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dockerSystem, startMachineWorld } from './services/machine.ts';
import type { MachineWorld, TestMachine } from './services/machine.ts';

let world: MachineWorld;
let [one, two]: TestMachine[] = [];
beforeAll(async () => {
  const system = await dockerSystem();
  world = await startMachineWorld();
  [one, two] = await Promise.all([
    world.start({ system, addresses: ['10.77.0.1', '203.0.113.1'] }),
    world.start({ system, addresses: ['10.77.0.2', '203.0.113.2'] }),
  ]);
});
afterAll(() => world.stop());

/** What of the machines can be seen on the host. */
function traces(): string[] {
  const run = (file: string, ...args: string[]): string => execFileSync(file, args, { encoding: 'utf8' });
  const digits = world.bridge.link.slice(3);
  const seen = [
    run('ip', 'netns'),
    run('ip', '-brief', 'link'),
    run('ip', 'route'),
    run('iptables-save'),
    readFileSync('/proc/self/mountinfo', 'utf8'),
    run('ps', '-eo', 'args'),
  ];
  return seen
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.includes(digits) || line.includes(world.folder));
}

test('a machine has a name, a network and processes of its own, and who is let in becomes root', () => {
  expect(one!.ssh(['hostname']).stdout).toBe('machine-1\n');
  expect(one!.ssh(['sudo', 'id', '-un'])).toMatchObject({ status: 0, stdout: 'root\n' });
  expect(one!.ssh(['sudo', 'cat', '/proc/1/comm']).stdout).toBe('machine-init\n');
  expect(one!.ssh(['sh', '-c', 'ls /sys/class/net; ip -o -4 address']).stdout).toMatch(
    /eth0[^]*10\.77\.0\.1\/32[^]*203\.0\.113\.1\/32/,
  );
  expect(one!.ssh(['sh', '-c', 'cut -d" " -f5 /proc/self/mountinfo']).stdout).not.toContain(world.folder);
  expect(one!.ssh(['env']).stdout).not.toContain('MILLRACE');
});

test('host keys are made anew for each, and a word of a command stays a word', () => {
  const keys = [one!, two!].map((machine) => machine.read('/etc/ssh/ssh_host_ed25519_key.pub'));
  expect(new Set(keys).size).toBe(2);
  expect(one!.ssh(['printf', '%s', `a 'b' "$HOME"`]).stdout).toBe(`a 'b' "$HOME"`);
});

test('machines reach each other at all addresses, and speak from their own', () => {
  for (const address of ['10.77.0.2', '203.0.113.2']) {
    const banner = one!.ssh(['bash', '-c', `read -r line </dev/tcp/${address}/22; echo "$line"`]);
    expect(banner.stdout).toMatch(/^SSH-2\.0-OpenSSH/);
  }
  expect(one!.ssh(['ip', 'route', 'get', '10.77.0.2']).stdout).toContain('src 10.77.0.1');
});

test('orphans are taken by the first process', () => {
  expect(
    one!.ssh(['sh', '-c', '(sleep 0.2 &) ; sleep 0.6; ps -eo stat,comm 2>/dev/null || cat /proc/[0-9]*/stat'])
      .stdout,
  ).not.toMatch(/sleep\) Z|Z\S* +sleep/);
});

const docker = (machine: TestMachine, ...words: string[]): string => {
  const { status, stdout, stderr } = machine.ssh(['sudo', 'docker', ...words]);
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
};

test('each has an engine, which is started again when it is told to, and when it dies; two make a Swarm', async () => {
  for (const machine of [one!, two!]) {
    const { status, stderr } = machine.ssh(['sudo', 'service', 'docker', 'start']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(docker(machine, 'info', '--format', '{{.Driver}} {{.Name}}')).toBe(
      `overlay2 ${machine.ssh(['hostname']).stdout.trim()}`,
    );
  }
  docker(one!, 'swarm', 'init', '--advertise-addr', '10.77.0.1');
  const token = docker(one!, 'swarm', 'join-token', '--quiet', 'worker');
  docker(two!, 'swarm', 'join', '--advertise-addr', '10.77.0.2', '--token', token, '10.77.0.1:2377');
  const nodes = (): string =>
    docker(one!, 'node', 'ls', '--format', '{{.Hostname}} {{.Status}} {{.ManagerStatus}}');
  expect(
    nodes()
      .split('\n')
      .map((line) => line.trim())
      .sort(),
  ).toEqual(['machine-1 Ready Leader', 'machine-2 Ready']);

  const first = one!.read('/run/docker.pid');
  expect(one!.ssh(['sudo', 'service', 'docker', 'restart']).status).toBe(0);
  const second = one!.read('/run/docker.pid');
  expect(second).not.toBe(first);
  one!.ssh(['sudo', 'kill', '-9', second!]);
  expect(one!.ssh(['sudo', 'service', 'docker', 'start']).status).toBe(0);
  expect(one!.read('/run/docker.pid')).not.toBe(second);
  expect(one!.ssh(['sudo', 'service', 'docker', 'stop']).status).toBe(0);
  expect(one!.ssh(['sudo', 'service', 'docker', 'status']).status).toBe(3);
});

test('what it wrote is there after a pulled plug, and the system below is as it was', async () => {
  expect(one!.ssh(['sudo', 'sh', '-c', 'echo kept >/etc/kept; sync']).status).toBe(0);
  const hostKey = one!.read('/etc/ssh/ssh_host_ed25519_key.pub');
  await one!.restart('kill');
  expect(one!.ssh(['cat', '/etc/kept']).stdout).toBe('kept\n');
  expect(one!.read('/etc/ssh/ssh_host_ed25519_key.pub')).toBe(hostKey);
  expect(existsSync(`${one!.machine.system.at(-1)}/etc/kept`)).toBe(false);
});

test('taken away, nothing is left of it', async () => {
  expect(traces()).not.toEqual([]);
  await world.stop();
  expect(traces()).toEqual([]);
  expect(existsSync(world.folder)).toBe(false);
});
