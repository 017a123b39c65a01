import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { labFolder, readLabState } from '../../generator/lab/lab-state.ts';
import { untilSaid } from './services/cli-run.ts';
import { expectNothing, expectWhole } from './services/cluster-checks.ts';
import { expectFine, killAfter, setVariables, startClusterWorld } from './services/cluster-world.ts';
import type { ClusterWorld } from './services/cluster-world.ts';
import { makeFailingPlaybook } from './services/failing-playbook.ts';
import { untilNew } from './services/run-boundaries.ts';

/** Whatever state a cluster is in, one command takes it away, and a second one has nothing to do. */
let world: ClusterWorld;
beforeAll(async () => {
  world = await startClusterWorld(VARIABLES);
});
afterAll(() => world?.stop());

const ACCOUNT = '123456789012';
// What a cluster is made of is the same for two nodes as for more.
const VARIABLES = { nodes: 2, ssh_from: ['203.0.113.0/24'] };

const read = (path: string): string => readFileSync(join(world.folder, path), 'utf8');

async function expectDestroyed(): Promise<void> {
  for (const _time of [1, 2]) expectFine(await world.run(['destroy', '--account', ACCOUNT]));
  expect(await world.machines()).toEqual([]);
  await expectNothing(world);
}

/** An apply that is to fail for a reason. */
async function expectFailure(reason: string, environment = {}): Promise<void> {
  const answer = await world.run(['apply', '--json'], environment);
  expect(answer.code).toBe(1);
  expect(answer.stdout + answer.stderr).toContain(reason);
}

/** Each is put right again by what it returns, once the cluster is gone. */
const STATES: Record<string, () => Promise<() => Promise<void> | void>> = {
  'an update that failed': async () => {
    const text = read('services/api/api.py');
    world.commit({ 'services/api/api.py': `raise SystemExit("broken")\n${text}` });
    await expectFailure('broken');
    return () => void world.git('revert', '--no-edit', 'HEAD');
  },
  'a full disk': async () => {
    const [full] = await world.machines();
    await world.inside(full!.id, ['sh', '-c', 'mount -t tmpfs -o size=64k full /var/lib/docker/tmp']);
    const path = 'services/edge/Dockerfile';
    const ballast = randomBytes(2 ** 20).toString('hex');
    world.commit({
      'services/edge/ballast': ballast,
      [path]: `${read(path).trimEnd()}\nCOPY ballast /ballast\n`,
    });
    await expectFailure('the service edge');
    return () => void world.git('revert', '--no-edit', 'HEAD');
  },
  'a deploy in the middle of which a node was lost': async () => {
    world.commit({
      'services/api/api.py': read('services/api/api.py').replace('VERSION = "1"', 'VERSION = "2"'),
    });
    const run = world.start(['apply']);
    await untilSaid(run, '[stack:shop] ');
    const [lost] = await world.machines();
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [lost!.id] }));
    await run.ended;
    return () => void world.git('revert', '--no-edit', 'HEAD');
  },
  'a replacement of nodes that went half way': async () => {
    const playbook = makeFailingPlaybook(/^tasks\/take_data/);
    setVariables(world.folder, { ...VARIABLES, instance_type: 't3.large' });
    world.commit({});
    await expectFailure('told to fail', playbook.environment);
    playbook.remove();
    expect((await world.machines()).length).toBeGreaterThan(VARIABLES.nodes);
    return () => void world.git('revert', '--no-edit', 'HEAD');
  },
  // A lab whose registry has ended is not up; this one says nothing any more, to nobody.
  'a registry that does not answer': () => {
    const { pid } = readLabState(labFolder(world.folder))!.registry!.server;
    process.kill(pid, 'SIGSTOP');
    return Promise.resolve(() => void process.kill(pid, 'SIGCONT'));
  },
  'a lost manager, the only one': async () => {
    const managers = await Promise.all(
      (await world.machines()).map(async ({ id }) => {
        const said = await world.inside(id, ['docker', 'info', '--format', '{{.Swarm.ControlAvailable}}']);
        return said.trim() === 'true' ? [id] : [];
      }),
    );
    expect(managers.flat()).toHaveLength(1);
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: managers.flat() }));
    return () => undefined;
  },
  'a destroy that was killed': async () => {
    const run = world.start(['destroy', '--account', ACCOUNT]);
    await untilNew(run, new Set());
    expect(await killAfter(run, randomInt(500, 10_000))).toBe(true);
    return () => undefined;
  },
};

test('a cluster that the project no longer has is taken away by an apply that is told so', async () => {
  expectFine(await world.run(['apply']));
  const text = read('project.yaml');
  world.commit({ 'project.yaml': text.slice(0, text.indexOf('\ninfrastructure:') + 1) });
  await expectFailure('--allow-remove infrastructure:cluster');
  await expectWhole(world, VARIABLES.nodes);
  expectFine(await world.run(['apply', '--allow-remove', 'infrastructure:cluster']));
  expect(await world.count()).toEqual({ instances: 0, vpcs: 0, volumes: 0, groups: 0, keyPairs: 0 });
  expect((await world.run(['plan', '--detailed-exitcode'])).code).toBe(0);
  world.git('revert', '--no-edit', 'HEAD');
});

describe('a destroy', () => {
  test('of an account that is not the one is refused', async () => {
    expectFine(await world.run(['apply']));
    const { code, stderr } = await world.run(['destroy', '--account', '999999999999']);
    expect(code).toBe(1);
    expect(stderr).toContain(ACCOUNT);
    await expectWhole(world, VARIABLES.nodes);
  });

  test.each(Object.keys(STATES))('from %s leaves nothing', async (name) => {
    expectFine(await world.run(['apply']));
    const mend = await STATES[name]!();
    await expectDestroyed();
    await mend();
  });

  test.each([10, 30, 50])(
    'after an apply that was killed after %i seconds leaves nothing',
    async (seconds) => {
      expect(await killAfter(world.start(['apply']), seconds * 1_000)).toBe(true);
      await expectDestroyed();
    },
  );
});
