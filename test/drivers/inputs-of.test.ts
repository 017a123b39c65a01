import { describe, expect, test } from '@jest/globals';
import { hashCommit } from '../../generator/cli/hash-commit.ts';
import { loadCommit } from '../../generator/cli/load-commit.ts';
import { amiEntries } from '../../generator/drivers/ami/inputs.ts';
import { infrastructureEntries } from '../../generator/drivers/infrastructure/inputs.ts';
import { stackEntries } from '../../generator/drivers/stack/inputs.ts';
import type { UserError } from '../../generator/model/user-error.ts';
import { commitFilesOf } from '../fakes/commit-files.ts';
import type { FakeFile } from '../fakes/commit-files.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE alice\n';

const PROJECT = `
project: shop
aws: { region: us-west-1, accounts: ["123456789012"] }
ssh_keys: [ops/alice.pub]
images:
  base: { context: base }
  api:  { context: api, args: { LEVEL: 3 }, test: [npm, test], inputs: [shared] }
amis:
  node: { template: packer/node.pkr.hcl, playbook: ansible/node.yml, variables: { a: { y: 1, x: [2] } }, inputs: [ops/motd],
          source: { owner: "136693071363", name: "debian-12-amd64-*" } }
infrastructure:
  cluster: { deploy: ansible/deploy.yml, destroy: ansible/destroy.yml, amis: [node], variables: { nodes: 3 } }
stacks:
  shop: { file: stacks/shop.yml, on: cluster, variables: { CONF: web } }
`;

const LOCK = `
version: 1
images: { "debian:12": "${DIGEST}", "redis:7": "${DIGEST}" }
amis: { node: { us-west-1: ami-0123456789abcdef0, eu-central-1: ami-0123456789abcdef1 } }
`;

const FILES: Readonly<Record<string, FakeFile>> = {
  'project.yaml': PROJECT,
  'project.lock.yaml': LOCK,
  'base/Dockerfile': 'FROM debian:12\n',
  'api/Dockerfile': 'FROM shop/base\nCOPY . /\n',
  'api/.dockerignore': 'Dockerfile\n*.md\n',
  'api/index.js': '',
  'api/README.md': '',
  'shared/x': '',
  'packer/node.pkr.hcl': 'provisioner "shell" { script = "setup.sh" }\n',
  'packer/setup.sh': '',
  'packer/other.pkr.hcl': '',
  'packer/plugins/required.pkr.hcl': '',
  'ops/motd': '',
  'ops/alice.pub': KEY,
  'ansible/node.yml': '- hosts: all\n  roles: [node]\n',
  'ansible/deploy.yml': '- hosts: localhost\n  roles: [cluster]\n',
  'ansible/destroy.yml': '- hosts: localhost\n  tasks:\n    - import_tasks: tasks/remove.yml\n',
  'ansible/tasks/remove.yml': '- debug:\n',
  'ansible/roles/node/tasks/main.yml': '- include_role: { name: common }\n',
  'ansible/roles/common/tasks/main.yml': '- debug:\n',
  'ansible/roles/cluster/tasks/main.yml': '- debug:\n',
  'ansible/roles/unused/tasks/main.yml': '- debug:\n',
  'stacks/shop.yml':
    'services: { api: { image: shop/api, env_file: [api.env] }, cache: { image: "redis:7" } }\n' +
    'configs: { c: { file: "./${CONF}.conf" } }\nsecrets: { s: { external: true } }\n',
  'stacks/api.env': 'A=1\n',
  'stacks/web.conf': '',
  'stacks/none.conf': '',
  Jenkinsfile: '',
  'jenkins/jobs.groovy': '',
  'vars/millrace.groovy': '',
  'README.md': '',
};

const GENERATED_ELSE = {
  Jenkinsfile: 'x',
  'jenkins/prune.Jenkinsfile': 'x',
  'jenkins/smoke.Jenkinsfile': 'x',
  'vars/millrace.groovy': 'x',
  'resources/jobs/smoke.json': 'x',
  'jenkins/casc.yaml': 'x',
};

type Changes = Readonly<Record<string, FakeFile | undefined>>;

function sourceWith(changes: Changes = {}) {
  const record = Object.entries({ ...FILES, ...changes }).filter(([, file]) => file !== undefined);
  return loadCommit(commitFilesOf(Object.fromEntries(record) as Record<string, FakeFile>));
}
const hashes = (changes: Changes = {}): Map<string, string> =>
  new Map([...hashCommit(sourceWith(changes))].map(([id, { hash }]) => [id, hash]));
const BEFORE = hashes();
const changedBy = (changes: Changes): string[] =>
  [...hashes(changes)].filter(([id, hash]) => BEFORE.get(id) !== hash).map(([id]) => id);
const edited = (from: string, to: string): Changes => {
  expect(PROJECT).toContain(from);
  return { 'project.yaml': PROJECT.replace(from, to) };
};

const IMAGES = ['image:api', 'image:base', 'stack:shop'];
const AMI = ['ami:node', 'infrastructure:cluster'];

describe('what a change of one thing changes', () => {
  test.each<[string, Changes, string[]]>([
    ['a file of a service', { 'api/index.js': 'x' }, ['image:api', 'stack:shop']],
    ['its mode', { 'api/index.js': { executable: '' } }, ['image:api', 'stack:shop']],
    ['the base', { 'base/x': '' }, IMAGES],
    ['an ignored file', { 'api/README.md': 'x' }, []],
    [
      'a Dockerfile, though it is ignored',
      { 'api/Dockerfile': 'FROM shop/base\nCOPY . /app\n' },
      ['image:api', 'stack:shop'],
    ],
    ['a path of inputs:', { 'shared/y': '' }, ['image:api', 'stack:shop']],
    ['a build argument', edited('LEVEL: 3', 'LEVEL: 4'), ['image:api', 'stack:shop']],
    ['a build argument that is the same text', edited('LEVEL: 3', 'LEVEL: "3"'), []],
    ['the test', edited('[npm, test]', '[npm, "test "]'), ['image:api', 'stack:shop']],
    [
      'the default platform written out',
      edited('context: api,', 'context: api, platforms: [linux/amd64],'),
      [],
    ],
    [
      'another platform',
      edited('context: api,', 'context: api, platforms: [linux/arm64],'),
      ['image:api', 'stack:shop'],
    ],
    [
      'the order of platforms',
      edited('context: api,', 'context: api, platforms: [linux/amd64, linux/amd64],'),
      [],
    ],
    [
      'a digest in the lock',
      {
        'project.lock.yaml': LOCK.replace(
          `"debian:12": "${DIGEST}"`,
          `"debian:12": "sha256:${'b'.repeat(64)}"`,
        ),
      },
      IMAGES,
    ],
    ['a role that is used', { 'ansible/roles/node/templates/x': '' }, AMI],
    ['a role that a role uses', { 'ansible/roles/common/tasks/main.yml': '- debug: {}\n' }, AMI],
    ['a role that nobody uses', { 'ansible/roles/unused/tasks/main.yml': '- debug: {}\n' }, []],
    ['a role of the deploy', { 'ansible/roles/cluster/vars/main.yml': 'a: 1\n' }, ['infrastructure:cluster']],
    ['tasks of the destroy', { 'ansible/tasks/remove.yml': '- debug: {}\n' }, ['infrastructure:cluster']],
    ['group_vars', { 'ansible/group_vars/all.yml': 'a: 1\n' }, AMI],
    ['the pinned collections', { 'ansible/requirements.yml': '' }, AMI],
    ['a script of the template', { 'packer/setup.sh': 'x' }, AMI],
    ["the builder's pinned plugins", { 'packer/plugins/required.pkr.hcl': 'x' }, AMI],
    ['another template of the folder', { 'packer/other.pkr.hcl': 'x' }, []],
    ["an AMI's path of inputs:", { 'ops/motd': 'x' }, AMI],
    ['a variable of the AMI', edited('x: [2]', 'x: [3]'), AMI],
    ["the order of a variable's keys", edited('{ y: 1, x: [2] }', '{ x: [2], y: 1 }'), []],
    ['the source AMI', { 'project.lock.yaml': LOCK.replace('cdef0', 'cdef2') }, AMI],
    ['the source AMI of another region', { 'project.lock.yaml': LOCK.replace('cdef1', 'cdef2') }, []],
    ['a variable of the infrastructure', edited('nodes: 3', 'nodes: 4'), ['infrastructure:cluster']],
    ['how nodes are replaced', edited('nodes: 3 }', 'nodes: 3 }, replace: recreate'), []],
    ['a public key', { 'ops/alice.pub': KEY.replace('alice', 'bob') }, ['infrastructure:cluster']],
    ['the stack file', { 'stacks/shop.yml': `${FILES['stacks/shop.yml'] as string}# x\n` }, ['stack:shop']],
    ['a file of environment', { 'stacks/api.env': 'A=2\n' }, ['stack:shop']],
    ['a config, named by a variable', { 'stacks/web.conf': 'x' }, ['stack:shop']],
    ['a config that is not named', { 'stacks/none.conf': 'x' }, []],
    ['the value of its variable', edited('CONF: web', 'CONF: none'), ['stack:shop']],
    ['the Job DSL', { 'jenkins/jobs.groovy': 'x' }, ['jobs:shop']],
    ["a template's Job DSL", { 'jenkins/jobs/smoke.groovy': 'x' }, ['jobs:shop']],
    ["the seed job's pipeline", { 'jenkins/seed.Jenkinsfile': 'x' }, ['jobs:shop']],
    ['a generated file that no job is made from', GENERATED_ELSE, []],
    ['an unrelated file', { 'README.md': 'x' }, []],
    ['a comment in project.yaml', { 'project.yaml': `# x\n${PROJECT}` }, []],
  ])('%s', (_, changes, expected) => {
    expect(changedBy(changes)).toEqual(expected);
  });

  test('nothing where nothing changes', () => {
    expect(changedBy({})).toEqual([]);
    expect(BEFORE.size).toBe(6);
  });
});

describe('the export holds exactly what is hashed', () => {
  test("an AMI's", () => {
    const source = sourceWith();
    expect(amiEntries(source.graph.get('ami:node')!, source).map(({ path }) => path)).toEqual([
      'ansible/node.yml',
      'ansible/roles/common/tasks/main.yml',
      'ansible/roles/node/tasks/main.yml',
      'ops/motd',
      'packer/node.pkr.hcl',
      'packer/plugins/required.pkr.hcl',
      'packer/setup.sh',
    ]);
  });

  test('a role that lies where the template says, with what it depends on', () => {
    const elsewhere = {
      'packer/node.pkr.hcl': 'role_paths = ["../shared/web"]\n',
      'ansible/node.yml': '- hosts: all\n  roles: [web]\n',
      'shared/web/meta/main.yml': 'dependencies: [tls]\n',
      'shared/tls/tasks/main.yml': '- debug:\n',
    };
    const source = sourceWith(elsewhere);
    const paths = amiEntries(source.graph.get('ami:node')!, source).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['shared/web/meta/main.yml', 'shared/tls/tasks/main.yml']));
  });

  test("an infrastructure's", () => {
    const source = sourceWith({ 'ansible/ansible.cfg': '' });
    const entries = infrastructureEntries(source.graph.get('infrastructure:cluster')!, source);
    expect(entries.map(({ path }) => path)).toEqual([
      'ansible/ansible.cfg',
      'ansible/deploy.yml',
      'ansible/destroy.yml',
      'ansible/roles/cluster/tasks/main.yml',
      'ansible/tasks/remove.yml',
      'ops/alice.pub',
    ]);
  });

  test("a stack's", () => {
    const source = sourceWith();
    const entries = stackEntries(source.graph.get('stack:shop')!, source);
    expect(entries.map(({ path }) => path)).toEqual(['stacks/api.env', 'stacks/shop.yml', 'stacks/web.conf']);
  });

  test('a role behind a link, with the link', () => {
    const linked = {
      'ansible/roles/node/tasks/main.yml': undefined,
      'ansible/roles/node': { link: '../../ops/role' },
      'ops/role/tasks/main.yml': '- debug:\n',
    };
    const source = sourceWith(linked);
    const paths = amiEntries(source.graph.get('ami:node')!, source).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['ansible/roles/node', 'ops/role/tasks/main.yml']));
    expect(changedBy({ ...linked, 'ops/role/tasks/main.yml': '- debug: {}\n' })).toEqual(AMI);
  });
});

describe('what cannot be hashed', () => {
  const refused = (changes: Changes): UserError => {
    try {
      hashes(changes);
    } catch (error) {
      return error as UserError;
    }
    throw new Error('nothing was refused');
  };

  test('an AMI whose source has no pin in its region', () => {
    const error = refused({ 'project.lock.yaml': LOCK.replace('us-west-1', 'us-east-2') });
    expect(error.code).toBe('UNPINNED');
    expect(error.problems).toMatchObject([
      { path: 'ami:node', message: 'the source of ami:node in us-west-1 has no pin in project.lock.yaml' },
    ]);
  });

  test('externals of all components at once, each where it is written', () => {
    const error = refused({ 'project.lock.yaml': undefined });
    expect(error.code).toBe('UNPINNED');
    expect(error.problems.map(({ file, line, column, path }) => `${file}:${line}:${column} ${path}`)).toEqual(
      ['project.lock.yaml:1:1 ami:node', 'base/Dockerfile:1:6 image:base', 'stacks/shop.yml:1:77 stack:shop'],
    );
  });

  test('a stack that names a file which is not committed', () => {
    expect(refused({ 'stacks/api.env': undefined })).toMatchObject({
      code: 'NO_PATH',
      problems: [{ file: 'stacks/api.env' }],
    });
  });
});
