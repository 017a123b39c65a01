import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { enterMachine } from '../ansible/enter-machine.ts';
import { runPlaybook } from '../ansible/run-playbook.ts';
import type { PlaybookRun } from '../ansible/run-playbook.ts';
import { changes, startSwarmWorld } from '../ansible/swarm-world.ts';
import type { SwarmWorld } from '../ansible/swarm-world.ts';

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

function play(playbook: string, failAfter = 0): Promise<PlaybookRun> {
  const [one, two] = world.machines.map((machine) => ({
    machine,
    variables: { swarm_address: machine.address },
  }));
  const hosts = {
    one: one!,
    two: { ...two!, variables: { ...two!.variables, ansible_become_password: PASSWORD } },
  };
  const variables = { project: 'shop', component: 'metal', component_hash: 'a'.repeat(64) };
  return runPlaybook(join(ANSIBLE, playbook), hosts, { args: TESTED_ELSEWHERE, variables, failAfter });
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

/** A deploy has some 90 tasks, of which many are for clusters that exist, and a removal some 10. */
const SWEEP = Array.from({ length: 90 }, (_, index) => index + 1);
/** Where it is also asked whether it did fail, and whether one more run changes anything. */
const PROBED = 47;

describe.each(SWEEP)('task %i fails', (tasks) => {
  test('a deploy that failed there is completed by the next, and one more changes nothing', async () => {
    const failed = await play('hosts.yml', tasks - 1);
    if (tasks === PROBED) expect(failed.output).toContain('told to fail');
    expectWhole(await play('hosts.yml'));
    if (tasks === PROBED) expect(changes(await play('hosts.yml'))).toEqual([0, 0, 0]);
  });

  test('a removal that failed is completed by the next, and one more changes nothing', async () => {
    const failed = await play('hosts_destroy.yml', Math.ceil(tasks / 8));
    if (tasks === PROBED) expect(failed.output).toContain('told to fail');
    expect(await play('hosts_destroy.yml')).toMatchObject({ code: 0 });
    expect([stateOf(1), stateOf(2)]).toEqual(['inactive', 'inactive']);
    if (tasks === PROBED) expect(changes(await play('hosts_destroy.yml'))).toEqual([0, 0]);
  });
});
