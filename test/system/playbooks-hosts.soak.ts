import { afterAll, beforeAll, expect, test } from '@jest/globals';
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

function play(playbook: string, failAfter = -1): Promise<PlaybookRun> {
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

/**
 * Numbers of the tasks that a run did on some host, from 1: one that was skipped everywhere, as what is for clusters that
 * exist, cannot fail.
 */
function tasksDone({ output }: PlaybookRun): number[] {
  const tasks = output.split(/^TASK \[/m).slice(1);
  return tasks.flatMap((said, index) => (/^(?:ok|changed): /m.test(said) ? [index + 1] : []));
}

/** Does something for each task that fails in turn; an error says which. */
async function sweep(tasks: readonly number[], atEach: (task: number) => Promise<void>): Promise<void> {
  for (const task of tasks) {
    await atEach(task).catch((error: unknown) => {
      throw new Error(`where task ${task} failed: ${(error as Error).message}`, { cause: error });
    });
  }
}

test('a deploy that failed at whatever task is completed by the next, and one more changes nothing', async () => {
  const whole = await play('hosts.yml');
  expectWhole(whole);
  const tasks = tasksDone(whole);
  expect(tasks.length).toBeGreaterThan(20);
  await sweep(tasks, async (task) => {
    expect(await play('hosts_destroy.yml')).toMatchObject({ code: 0 });
    expect((await play('hosts.yml', task - 1)).output).toContain('told to fail');
    expectWhole(await play('hosts.yml'));
  });
  expect(changes(await play('hosts.yml'))).toEqual([0, 0, 0]);
}, 7_200_000);

test('a removal that failed at whatever task is completed by the next, and one more changes nothing', async () => {
  const whole = await play('hosts_destroy.yml');
  const tasks = tasksDone(whole);
  expect(tasks.length).toBeGreaterThan(3);
  await sweep(tasks, async (task) => {
    expectWhole(await play('hosts.yml'));
    expect((await play('hosts_destroy.yml', task - 1)).output).toContain('told to fail');
    expect(await play('hosts_destroy.yml')).toMatchObject({ code: 0 });
    expect([stateOf(1), stateOf(2)]).toEqual(['inactive', 'inactive']);
  });
  expect(changes(await play('hosts_destroy.yml'))).toEqual([0, 0]);
}, 3_600_000);
