import { spawnSync } from 'node:child_process';
import { dockerSystem, startMachineWorld } from '../system/services/machine.ts';
import type { TestMachine } from '../system/services/machine.ts';
import { ownAddress } from './own-address.ts';
import { playRole, runPlaybook } from './run-playbook.ts';
import type { Host, PlaybookRun } from './run-playbook.ts';

/** Debian machines, each with an engine and the image `local/busybox`, that cluster_member is played over. */
export interface SwarmWorld {
  machines: TestMachine[];
  /** Docker's client on the machine of that number, from 1. @throws where it fails */
  docker: (machine: number, ...args: string[]) => string;
  /** By name, as a manager sees them: role, state, availability. */
  listNodes: (manager?: number) => Record<string, string>;
  /**
   * A play over some of the machines by number, through the first; by name they are host1, host2, …
   * @param variables of each
   * @param shared of all
   */
  play: (
    variables: Record<number, Record<string, unknown>>,
    args?: string[],
    shared?: Record<string, unknown>,
  ) => Promise<PlaybookRun>;
  stop: () => Promise<void>;
}

export async function startSwarmWorld(count: number): Promise<SwarmWorld> {
  const system = await dockerSystem();
  const world = await startMachineWorld();
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const machines = await Promise.all(
    numbers.map((n) => world.start({ system, hostName: `node-${n}`, addresses: [ownAddress(n)] })),
  );
  const image = spawnSync('tar', ['-C', '/usr', '-c', 'bin/busybox'], { maxBuffer: 2 ** 26 }).stdout;
  const load = ['sudo', 'sh', '-c', 'base64 -d | docker import - local/busybox'];
  for (const machine of machines) await loadImage(machine, load, image.toString('base64'));
  const docker = (machine: number, ...args: string[]): string => {
    const { status, stdout, stderr } = machines[machine - 1]!.ssh(['sudo', 'docker', ...args]);
    if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  return {
    machines,
    docker,
    listNodes: (manager = 1) => readNodes(docker(manager, 'node', 'ls', '--format', NODE)),
    play: (variables, args = [], shared = {}) => {
      const hosts = nameHosts(machines, variables);
      // The manager is in the inventory also where the play is not about it.
      const all = { host1: { machine: machines[0]! }, ...hosts };
      return runPlaybook(playRole('cluster_member'), all, {
        args: ['--limit', Object.keys(hosts).join(','), ...args],
        variables: shared,
      });
    },
    stop: () => world.stop(),
  };
}

const NODE = '{{.Hostname}} {{if .ManagerStatus}}manager{{else}}worker{{end}} {{.Status}} {{.Availability}}';

function readNodes(text: string): Record<string, string> {
  const lines = text.split('\n').sort();
  return Object.fromEntries(lines.map((line) => [line.split(' ')[0]!, line.split(' ').slice(1).join(' ')]));
}

function nameHosts(
  machines: readonly TestMachine[],
  variables: Record<number, Record<string, unknown>>,
): Record<string, Host> {
  const hosts = Object.entries(variables).map(([number, own]): [string, Host] => {
    const machine = machines[Number(number) - 1]!;
    const address = { cluster_member_address: machine.address, cluster_member_manager: machines[0]!.address };
    return [`host${number}`, { machine, variables: { ...address, ...own } }];
  });
  return Object.fromEntries(hosts);
}

/** The engine may need a moment more than SSH. */
async function loadImage(machine: TestMachine, argv: readonly string[], image: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const { status, stderr } = machine.ssh(argv, image);
    if (status === 0) return;
    if (attempt > 30) throw new Error(`no engine on ${machine.address}: ${stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** Number of changed tasks of each host. */
export const changes = ({ recap }: PlaybookRun): number[] =>
  Object.values(recap).map(({ changed }) => changed);
