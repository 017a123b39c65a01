import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { enterMachine } from '../ansible/enter-machine.ts';
import { runPlaybook } from '../ansible/run-playbook.ts';
import type { PlaybookRun } from '../ansible/run-playbook.ts';
import { changes, startSwarmWorld } from '../ansible/swarm-world.ts';
import type { SwarmWorld } from '../ansible/swarm-world.ts';
import { makeFailingPlaybook } from './services/failing-playbook.ts';

// Machines of an inventory, one of which asks for a password when somebody becomes root. What the role swarm_node does to
// them is tested by itself; here it only looks at the system.
const ANSIBLE = join(import.meta.dirname, '../../ansible');
const TESTED_ELSEWHERE = ['--skip-tags', 'packages,kernel,limits,docker,security'];
const PASSWORD = 'correct horse';

let world: SwarmWorld;
beforeAll(async () => {
  world = await startSwarmWorld(2);
  enterMachine(
    world.machines[1]!,
    `rm -f /etc/sudoers.d/*; echo 'admin ALL=(ALL) ALL' >/etc/sudoers.d/90-admin; echo 'admin:${PASSWORD}' | chpasswd`,
  );
}, 600_000);
afterAll(() => world?.stop());

function play(playbook: string, environment = {}): Promise<PlaybookRun> {
  const [one, two] = world.machines.map((machine) => ({
    machine,
    variables: { swarm_address: machine.address },
  }));
  const hosts = {
    one: one!,
    two: { ...two!, variables: { ...two!.variables, ansible_become_password: PASSWORD } },
  };
  const variables = { project: 'shop', component: 'metal', component_hash: 'a'.repeat(64) };
  return runPlaybook(join(ANSIBLE, playbook), hosts, { args: TESTED_ELSEWHERE, variables, environment });
}

const stateOf = (machine: number): string =>
  enterMachine(world.machines[machine - 1]!, "docker info --format '{{.Swarm.LocalNodeState}}'");

function expectWhole(run: PlaybookRun): void {
  expect(run).toMatchObject({ code: 0 });
  expect(world.listNodes()).toEqual({ 'node-1': 'manager Ready Active', 'node-2': 'worker Ready Active' });
  const labels = ['node-1', 'node-2'].map(
    (name) =>
      JSON.parse(world.docker(1, 'node', 'inspect', '--format', '{{json .Spec.Labels}}', name)) as unknown,
  );
  expect(labels).toEqual([
    { 'millrace.data': 'true', 'millrace.instance': 'one' },
    { 'millrace.build': 'true', 'millrace.instance': 'two' },
  ]);
}

/** Has each task fail once, in its turn: what one run has left the next goes on from. @returns their places */
async function failEach(playbook: string): Promise<string[]> {
  const failing = makeFailingPlaybook(/./);
  try {
    for (;;) {
      const before = failing.failed().length;
      const run = await play(playbook, failing.variables);
      if (failing.failed().length > before) continue;
      // A failure that is none of ours.
      expect(run).toMatchObject({ code: 0 });
      return failing.failed();
    }
  } finally {
    failing.remove();
  }
}

test('a deploy in which each task fails once is completed by the next, and one more changes nothing', async () => {
  expect((await failEach('hosts.yml')).length).toBeGreaterThan(20);
  const run = await play('hosts.yml');
  expectWhole(run);
  expect(changes(run)).toEqual([0, 0, 0]);
}, 3_600_000);

test('a removal in which each task fails once is completed by the next, and one more changes nothing', async () => {
  expect((await failEach('hosts_destroy.yml')).length).toBeGreaterThan(3);
  expect([stateOf(1), stateOf(2)]).toEqual(['inactive', 'inactive']);
  expect(changes(await play('hosts_destroy.yml'))).toEqual([0, 0]);
}, 3_600_000);
