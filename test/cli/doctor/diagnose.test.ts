import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DoctorContext } from '../../../generator/cli/doctor/context.ts';
import { diagnose } from '../../../generator/cli/doctor/diagnose.ts';
import { loadProject } from '../../../generator/load/load-project.ts';
import { readLock } from '../../../generator/load/read-lock.ts';
import { UserError } from '../../../generator/model/user-error.ts';
import type { Engine } from '../../../generator/ports/engine.ts';
import type { Command, CommandResult } from '../../../generator/ports/processes.ts';
import { commitFilesOf } from '../../fakes/commit-files.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';

const PROJECT = `millrace: 0.1.0
project: shop
repository: https://git.example.com/shop.git
scm: { credential: git }
aws: { region: eu-central-1, accounts: ["123456789012"] }
ssh_keys: [ops/alice.pub]
amis: { node: { template: packer/node.pkr.hcl, source: { owner: self, name: debian } } }
infrastructure:
  cluster: { deploy: d.yml, destroy: e.yml, amis: [node], variables: { nodes: 2, instance_type: t3.medium } }
stacks:
  jenkins: { file: stacks/jenkins.yml, on: cluster }
`;
const JENKINS = `services:
  controller:
    image: "registry:2"
    secrets: [jenkins_credential_git]
    deploy: { resources: { limits: { memory: 1G } } }
  build-1: { image: "registry:2", deploy: { resources: { limits: { memory: 2G } } } }
  deploy-1: { image: "registry:2", deploy: { resources: { limits: { memory: 2G } } } }
  proxy: { image: "registry:2", deploy: { mode: global, resources: { limits: { memory: 128M } } } }
secrets: { jenkins_credential_git: { external: true } }
`;
const FILES = {
  'project.yaml': PROJECT,
  'stacks/jenkins.yml': JENKINS,
  'd.yml': '',
  'e.yml': '',
  'ops/alice.pub': 'ssh-ed25519 AAAAalice alice@laptop\n',
  'packer/node.pkr.hcl': '',
  'packer/plugins/required.pkr.hcl': '',
  'ansible/requirements.yml': 'collections: [{ name: amazon.aws, version: 10.1.2 }, ansible.posix]\n',
};
const COLLECTIONS = JSON.stringify({
  '/x': { 'amazon.aws': { version: '10.1.2' }, 'ansible.posix': { version: '1.0.0' } },
});

/** What programs say, by their names and first words; another one is not there. */
let programs: Record<string, string>;
let swarm: Engine;
let account: () => Promise<string>;
let changes: Partial<DoctorContext>;
beforeEach(() => {
  changes = {};
  swarm = createMemorySwarm();
  account = () => Promise.resolve('123456789012');
  programs = {
    'git --version': 'git version 2.39.5',
    'ssh -V': 'OpenSSH_9.2',
    'packer version': 'Packer v1.6.6',
    'ansible-playbook --version':
      'ansible-playbook [core 2.19.14]\n  python version = 3.11 (main) (/venv/python)\n',
    '/venv/python -c': '1.44.5\n',
    'ansible-galaxy collection': COLLECTIONS,
    'ssh-add -L': 'ssh-ed25519 AAAAalice me\n',
  };
});

async function run({ file, args }: Command): Promise<CommandResult> {
  const stdout = programs[`${file} ${args[0]}`];
  if (stdout === undefined) return Promise.reject(new UserError('NO_PROGRAM', `there is no ${file}`));
  return Promise.resolve({ code: 0, signal: null, stdout, stderr: '' });
}

async function look(files: Partial<typeof FILES> & Record<string, string> = {}, milliseconds?: number) {
  const all = commitFilesOf({ ...FILES, ...files });
  const { loaded, problems, warnings } = loadProject(all);
  if (!loaded) throw new Error(JSON.stringify(problems));
  const findings = await diagnose(
    {
      ...loaded,
      files: all,
      lock: readLock(all),
      warnings,
      root: '/',
      env: {},
      version: '0.1.0',
      run,
      swarms: () => Promise.resolve({ find: () => Promise.resolve(swarm) }),
      account,
      probe: () => Promise.resolve(200),
      resolves: () => Promise.resolve(true),
      now: () => 0,
      ...changes,
    },
    milliseconds,
  );
  const of = (check: string): string[] =>
    findings.filter((one) => one.check === check).map(({ state, message }) => `${state}: ${message}`);
  return { findings, of };
}

test('a machine that has everything is told so, and what cannot be looked at is no more than a warning', async () => {
  await swarm.post('/secrets/create', { Name: 'jenkins_credential_git' });
  const { findings } = await look({ 'project.lock.yaml': 'version: 1\n' });
  const lacking = findings.filter(({ state }) => state === 'missing').map(({ check }) => check);
  // No docker on the path that the context has, and nothing is pinned.
  expect(lacking).toEqual(['docker', 'pins']);
  // The stack gives its Jenkins no configuration.
  expect(findings.filter(({ state }) => state === 'warning').map(({ check }) => check)).toEqual([
    'quota',
    'project',
  ]);
});

test('in a lab nobody is sent to ask AWS for its quota', async () => {
  expect((await look()).of('quota')).toEqual([expect.stringContaining('6 vCPUs')]);
  changes = { env: { MILLRACE_LAB: '1' } };
  expect((await look()).of('quota')).toEqual([]);
});

test('with nothing installed and no network each thing is told with the way to get it', async () => {
  programs = {};
  account = () => Promise.reject(new UserError('NO_CREDENTIALS', 'no AWS credentials were found; log in'));
  const unreachable = new UserError('SWARM_UNREACHABLE', 'no machine answers');
  changes = {
    swarms: () => Promise.resolve({ find: () => Promise.reject(unreachable) }),
    probe: () => Promise.resolve('ENOTFOUND'),
    resolves: () => Promise.resolve(false),
  };
  const { findings } = await look();
  const lacking = findings.filter(({ state }) => state === 'missing');
  expect(lacking.map(({ check }) => check)).toEqual([
    ...['git', 'ssh', 'docker', 'packer', 'ansible', 'aws', 'pins'],
  ]);
  for (const { message, fix } of lacking) expect(fix ?? message).toMatch(/install|log in|millrace lock/);
});

describe('ansible', () => {
  test('collections that lack are missing, another version is a warning', async () => {
    const lacks = JSON.stringify({ '/x': { 'amazon.aws': { version: '9.0.0' } } });
    programs['ansible-galaxy collection'] = lacks;
    expect((await look()).of('collections')).toEqual(['missing: Ansible lacks ansible.posix']);
    programs['ansible-galaxy collection'] = COLLECTIONS.replace('10.1.2', '9.0.0');
    expect((await look()).of('collections')).toEqual([
      'warning: Ansible has amazon.aws 9.0.0 in the place of 10.1.2',
    ]);
  });

  test('boto3 counts in the Python that Ansible runs with', async () => {
    delete programs['/venv/python -c'];
    expect((await look()).of('boto3')).toEqual([
      'missing: /venv/python, which Ansible runs with, has no boto3',
    ]);
  });
});

describe('memory', () => {
  const nodes = (...gigabytes: number[]): void => {
    changes = {
      swarms: () =>
        Promise.resolve({
          find: () =>
            Promise.resolve({
              ...swarm,
              get: async (path: string) =>
                path === '/nodes'
                  ? gigabytes.map((each) => ({
                      Status: { State: 'ready' },
                      Description: { Resources: { MemoryBytes: each * 1024 ** 3 } },
                    }))
                  : swarm.get(path),
            }),
        }),
    };
  };

  test('a sum that the nodes do not have is missing; project.yaml decides the controller', async () => {
    const small = PROJECT.replace('nodes: 2', 'nodes: 1');
    expect((await look()).of('memory')).toEqual([
      'ok: infrastructure:cluster: its services may use 6.3 GB of the 7.2 GB of 2 nodes',
    ]);
    expect((await look({ 'project.yaml': small })).of('memory')).toEqual([
      'missing: infrastructure:cluster: its services may use 6.1 GB of the 3.6 GB of 1 node',
    ]);
    const larger = `${PROJECT}jenkins: { memory: 3500m }\n`;
    expect((await look({ 'project.yaml': larger })).of('memory')[0]).toContain(
      'missing: infrastructure:cluster: its services may use 7.7 GB of the 7.2 GB of 2 nodes',
    );
  });

  test('a service that no node has room for is missing, and so is an agent with too little for its executors', async () => {
    const unfit = JENKINS.replace(
      'limits: { memory: 2G } } } }\n  proxy',
      'limits: { memory: 1G } } } }\n  proxy',
    );
    const found = (await look({ 'stacks/jenkins.yml': unfit.replace('memory: 2G', 'memory: 3800M') })).of(
      'memory',
    );
    expect(found.slice(1)).toEqual([
      'missing: infrastructure:cluster: jenkins_build-1 may use 3.7 GB, more than any node has',
      'missing: jenkins_deploy-1 may use 1.0 GB, and its 2 executors need 1 GB each',
    ]);
  });

  test('machines that exist already are asked what they have', async () => {
    const hosts = PROJECT.replace(/amis: \[node\], variables: .*\}/, 'hosts: hosts.ini }');
    nodes(4, 4);
    expect((await look({ 'project.yaml': hosts, 'hosts.ini': '' })).of('memory')).toEqual([
      'ok: infrastructure:cluster: its services may use 6.3 GB of the 7.2 GB of 2 nodes',
    ]);
    nodes(4);
    expect((await look({ 'project.yaml': hosts, 'hosts.ini': '' })).of('memory')[0]).toMatch(/^missing: /);
  });

  test('what is not known is not guessed', async () => {
    const odd = PROJECT.replace('t3.medium', 'x99.huge');
    expect((await look({ 'project.yaml': odd })).of('memory')).toEqual([
      'warning: infrastructure:cluster: how much memory a x99.huge has is not known here',
    ]);
  });
});

test('what has no pin is missing, by the lock of this run', async () => {
  expect((await look()).of('pins')).toEqual([
    'missing: without one are registry:2, the source of ami:node in eu-central-1',
  ]);
  const lock = `version: 1
images: { "registry:2": "sha256:${'a'.repeat(64)}" }
amis: { node: { eu-central-1: ami-0123456789abcdef0 } }
`;
  expect((await look({ 'project.lock.yaml': lock })).of('pins')).toEqual(['ok: every external has one']);
});

test('a credential that is not set is missing, with the command that sets it', async () => {
  const { findings } = await look();
  expect(findings).toContainEqual({
    check: 'secrets',
    state: 'missing',
    message: 'git is not set (credential (user:password): scm.credential)',
    fix: 'millrace secret set git < FILE',
  });
});

describe('the quota of EC2', () => {
  test('holds what is planned', async () => {
    programs['aws service-quotas'] = '32.0\n';
    expect((await look()).of('quota')).toEqual([
      expect.stringMatching(/^ok: EC2 allows 32 vCPUs, which leaves room for 6 vCPUs/),
    ]);
  });
  test('is too small for it', async () => {
    programs['aws service-quotas'] = '5.0\n';
    const { findings } = await look();
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: 'quota',
        state: 'missing',
        fix: 'ask for more: aws service-quotas request-service-quota-increase --region eu-central-1 --service-code ec2 --quota-code L-1216C47A --desired-value 6',
      }),
    );
  });
  test.each(['', 'null\n'])('is no reason to stop where it is not told (%j)', async (answer) => {
    programs['aws service-quotas'] = answer;
    expect((await look()).of('quota')).toEqual([expect.stringMatching(/^warning: .* was not looked at/)]);
  });
});

test('one that this run is given is not', async () => {
  changes = { givenSecrets: new Set(['git']) };
  expect((await look()).of('secrets')).toEqual([]);
});

test('the credentials of another account, another version and a key that nobody holds are told', async () => {
  account = () => Promise.resolve('999999999999');
  programs['ssh-add -L'] = 'ssh-ed25519 AAAAbob bob\n';
  const { of } = await look({ 'project.yaml': PROJECT.replace('0.1.0', '0.0.9') });
  expect(of('aws')[0]).toContain('account 999999999999, project.yaml allows 123456789012');
  expect(of('version')).toEqual(['missing: this is Millrace 0.1.0, project.yaml is made for 0.0.9']);
  expect(of('ssh key')[0]).toContain('ssh-agent holds none of ssh_keys');
});

test('what does not answer in time is told as not looked at, and holds up nothing else', async () => {
  account = () => new Promise(() => undefined);
  const before = Date.now();
  const { of } = await look({}, 300);
  expect(Date.now() - before).toBeLessThan(3_000);
  expect(of('aws')).toEqual(['warning: did not answer within 0.3 s, and was not looked at']);
  expect(of('git')).toEqual(['ok: git 2.39.5']);
});

describe('who builds where who deploys', () => {
  test.each([
    [2, []],
    [4, []],
    [1, [expect.stringContaining('of 1 node of infrastructure:cluster all manage')]],
    [3, [expect.stringContaining('of 3 nodes of infrastructure:cluster all manage')]],
    [5, [expect.stringContaining('who may push a branch is trusted like who deploys')]],
  ])('is told where build agents are on managers: %s nodes', async (nodes, wanted) => {
    const project = PROJECT.replace('nodes: 2', `nodes: ${nodes}`);
    expect((await look({ 'project.yaml': project })).of('trust')).toEqual(wanted);
  });
});
