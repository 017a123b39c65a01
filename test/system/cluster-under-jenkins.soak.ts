import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectFine } from './services/cluster-world.ts';
import { deliverCluster } from './services/deliver-cluster.ts';
import { askJenkins } from './services/jenkins-jobs.ts';
import type { JenkinsJobs } from './services/jenkins-jobs.ts';
import { startPlatformWorld } from './services/platform-world.ts';
import type { PlatformWorld } from './services/platform-world.ts';

/**
 * The nodes under Jenkins are changed by Jenkins. The same parts as in platform.test, which changes a rule in this way;
 * Ansible runs in the container of the job outside, and reaches the nodes from there.
 */
let world: PlatformWorld;
let jenkins: JenkinsJobs;

beforeAll(async () => {
  world = await startPlatformWorld();
  jenkins = askJenkins(world);
  expectFine(await world.run(['bootstrap', '--json']));
});
afterAll(async () => {
  await world?.stop();
});

const read = (path: string): string => readFileSync(join(world.folder, path), 'utf8');
const deliver = (files: Record<string, string>): Promise<void> => deliverCluster(world, jenkins, files);

test('the only node is replaced under Jenkins and under the job that does it', async () => {
  const before = world.nodes();
  await deliver({ 'project.yaml': read('project.yaml').replace('t3.xlarge', 't3.2xlarge') });
  expect(world.nodes()).toHaveLength(1);
  expect(world.nodes()).not.toEqual(before);
});

test.each([2, 1])('so many nodes are there as are wanted: %i', async (count) => {
  const [before, address] = [world.nodes(), await world.addresses()];
  await deliver({ 'project.yaml': read('project.yaml').replace(/nodes: \d/, `nodes: ${count}`) });
  expect(world.nodes()).toHaveLength(count);
  expect(world.nodes().filter((name) => before.includes(name))).toHaveLength(1);
  // Jenkins stays where it was.
  expect(await world.addresses()).toEqual(address);
});

test('two nodes of another image take the places of two, and the job moves with its node', async () => {
  const path = 'ansible/roles/swarm_node/defaults/main.yml';
  await deliver({ 'project.yaml': read('project.yaml').replace(/nodes: \d/, 'nodes: 2') });
  const before = world.nodes();
  world.commit({ [path]: `${read(path)}\n# Another image.\n` });
  // The agents' stand-in has no Packer.
  expectFine(await world.run(['apply', '--only', 'ami:cluster-node', '--json']));
  await deliver({ 'services/hello/index.html': 'hello, version 2\n' });
  expect(world.nodes()).toHaveLength(2);
  expect(world.nodes().filter((name) => before.includes(name))).toEqual([]);
});
