/** All real parts at once: Docker's engine, a registry, Packer, ansible-local over SSH; moto stands in for EC2. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import type { FaultProxy } from '../fakes/fault-proxy.ts';
import { SOURCE_AMI, actionOf } from './services/ami-world.ts';
import { startAwsStandIn } from './services/aws-stand-in.ts';
import type { AwsStandIn } from './services/aws-stand-in.ts';
import { readEc2 } from './services/ec2-holdings.ts';
import { SERVICES, lockOf, startImageWorld } from './services/image-world.ts';
import type { CliAnswer } from './services/cli-run.ts';
import type { ImageWorld } from './services/image-world.ts';
import { startSshHost } from './services/ssh-host.ts';
import type { SshHost } from './services/ssh-host.ts';

let world: ImageWorld;
let aws: AwsStandIn;
let ec2: FaultProxy;
let host: SshHost;
const ALL = ['ami:node', ...SERVICES.map((name) => `image:${name}`)];

beforeAll(async () => {
  aws = await startAwsStandIn();
  ec2 = await startFaultProxy({ host: '127.0.0.1', port: aws.port });
  host = await startSshHost(aws);
  world = await startImageWorld();
  for (const part of ['packer', 'ansible'])
    cpSync(join(import.meta.dirname, '../samples/services', part), join(world.repository, part), {
      recursive: true,
    });
  const project = readFileSync(join(world.repository, 'project.yaml'), 'utf8');
  world.commit({
    'project.yaml': `${project}
aws: { region: ${aws.region}, accounts: ["${aws.account}"] }
amis:
  node:
    template: packer/node.pkr.hcl
    playbook: ansible/node.yml
    source: { owner: "099720109477", name: "ubuntu/images/*" }
`,
    'project.lock.yaml': `${lockOf(world.base)}amis: { node: { ${aws.region}: ${SOURCE_AMI} } }\n`,
  });
});
afterAll(async () => {
  await world?.stop();
  await host?.stop();
  await ec2?.stop();
  await aws?.stop();
});

const apply = async (): Promise<CliAnswer> => {
  world.proxy.clear();
  ec2.clear();
  const environment = { ...aws.environment, ...host.environment, AWS_ENDPOINT_URL: `http://${ec2.address}` };
  const answer = await world.run(['apply', '--json'], environment);
  if (answer.code !== 0) throw new Error(answer.stderr);
  return answer;
};
/** Without the jobs, which are not made here. */
const made = (answer: CliAnswer, outcome: string): string[] =>
  answer.json.components
    .filter((one) => one.outcome === outcome && !one.id.startsWith('jobs:'))
    .map(({ id }) => id);
const mutations = (): string[] => [
  ...world.mutations(),
  ...ec2.requests.map(actionOf).filter((action) => !/^(?:Describe|Get)/.test(action)),
];

test('seven images and a machine image are made, once; then exactly what a change concerns', async () => {
  expect(made(await apply(), 'built')).toEqual(ALL);
  const { images } = await readEc2(aws);
  expect(images).toMatchObject([{ tags: { 'millrace:component': 'node', 'millrace:complete': 'true' } }]);

  expect(made(await apply(), 'kept')).toEqual(ALL);
  expect(mutations()).toEqual([]);

  world.commit({
    'ansible/roles/metrics/tasks/main.yml': '---\n- name: Else\n  ansible.builtin.meta: noop\n',
  });
  expect(made(await apply(), 'kept')).toEqual(ALL);
  expect(mutations()).toEqual([]);

  world.commit({ 'ansible/roles/motd/templates/motd.j2': 'come in: {{ motd_greeting }}\n' });
  expect(made(await apply(), 'built')).toEqual(['ami:node']);
  expect(host.read('/opt/services/motd')).toBe('come in: welcome\n');

  world.git('revert', '--no-edit', 'HEAD');
  expect(made(await apply(), 'kept')).toEqual(ALL);
  expect(mutations()).toEqual([]);
  const held = await readEc2(aws);
  expect(held.images).toHaveLength(2);
  expect(held).toMatchObject({ instances: [], volumes: [], keys: [], groups: [] });
});
