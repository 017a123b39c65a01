import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { expect } from '@jest/globals';
import type { JenkinsJobs } from './jenkins-jobs.ts';
import type { PlatformWorld } from './platform-world.ts';

const PATIENCE = 1_500_000;

/**
 * Delivers a commit that changes the cluster under Jenkins: it is handed over, deployed by the job outside, and told by the next
 * build. Afterwards nothing is left to do, the home is the same, and nobody is let in who was let in for this.
 */
export async function deliverCluster(
  world: PlatformWorld,
  jenkins: JenkinsJobs,
  files: Record<string, string>,
): Promise<void> {
  const identity = (): Promise<string> =>
    world.insideService('jenkins_controller', ['cat', '/var/jenkins_home/secrets/master.key']);
  const [home, builds] = [await identity(), await jenkins.builds('deliver')];
  world.commit(files);
  const revision = world.git('rev-parse', '--short=12', 'HEAD').trim();

  const { result, log } = await jenkins.run('deliver');
  expect({ result, log }).toMatchObject({ result: 'SUCCESS' });
  expect(log).toContain('[infrastructure:cluster] handed over');
  const told = await waitForReport(world, revision);
  expect(told).toMatch(/^infrastructure:cluster of commit \S+ was deployed outside of Jenkins at /);

  expect((await world.run(['plan', '--detailed-exitcode'])).code).toBe(0);
  expect(await world.inside(['cat', '/home/admin/.ssh/authorized_keys'])).not.toContain('millrace-handover');
  expect((await listRules(world, 'platform-cluster-swarm')).filter((rule) => /\b22 /.test(rule))).toEqual([]);
  expect(await identity()).toBe(home);
  expect(await jenkins.builds('deliver')).toEqual(expect.arrayContaining(builds));
  expect(await jenkins.online()).toEqual({ 'Built-In Node': true, 'build-1': true, 'deploy-1': true });
  const again = await jenkins.run('deliver');
  expect(again.log).toContain(told);
  expect(again.log).toContain('10 components; kept: 10');
}

/** What is told of the commit by `plan`, once it is. */
async function waitForReport(world: PlatformWorld, revision: string): Promise<string> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(3_000)) {
    const { stdout, stderr } = await world.run(['plan']);
    const lines = `${stdout}\n${stderr}`.split('\n');
    const told = lines.find((line) => line.includes(` of commit ${revision} `));
    if (told !== undefined) return told;
  }
  throw new Error('nothing was reported');
}

/** Such as `tcp 22 from 203.0.113.0/24`, of the rules by which a group lets in. */
export async function listRules(world: PlatformWorld, group: string): Promise<string[]> {
  const query = new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: [group] }] });
  const { SecurityGroups = [] } = await world.ec2().send(query);
  const rules = SecurityGroups.flatMap(({ IpPermissions = [] }) => IpPermissions);
  return rules.flatMap(({ IpProtocol, FromPort, IpRanges = [], UserIdGroupPairs = [] }) =>
    [...IpRanges.map(({ CidrIp }) => CidrIp), ...UserIdGroupPairs.map(({ GroupId }) => GroupId)].map(
      (peer) => `${IpProtocol} ${FromPort} from ${peer}`,
    ),
  );
}
