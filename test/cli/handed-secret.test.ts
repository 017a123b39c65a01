import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { collectHanded, hasNodeKey, unpackHanded, withNodeKey } from '../../generator/cli/handed-secret.ts';
import { sshOptions } from '../../generator/adapters/ssh/ssh-arguments.ts';
import { playbookEnvironment } from '../../generator/drivers/infrastructure/playbook-environment.ts';
import { playbookVariables } from '../../generator/drivers/infrastructure/playbook-variables.ts';
import { keyFileOf } from '../../generator/drivers/infrastructure/ssh-access.ts';
import { Project } from '../../generator/model/project/project.ts';

describe('what a job outside of Jenkins gets of a build', () => {
  const files: Record<string, string> = { '/keys/ssh': 'a private key', '/etc/token': 'a token' };
  const read = (path: string): Buffer | undefined => (path in files ? Buffer.from(files[path]!) : undefined);

  test('is what deploying reads, with the files that it names', () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/etc/token',
      MILLRACE_SSH_KEY: '/keys/ssh',
      MILLRACE_MIRRORS: '/nowhere',
      MILLRACE_JENKINS: 'http://controller:8080',
    };
    expect(collectHanded(env, read)).toEqual({
      version: 1,
      env,
      files: {
        AWS_WEB_IDENTITY_TOKEN_FILE: Buffer.from('a token').toString('base64'),
        MILLRACE_SSH_KEY: Buffer.from('a private key').toString('base64'),
      },
    });
  });

  test('is what lies at home as well, where no variable names another', () => {
    const home: Record<string, string> = {
      '/home/jenkins/.aws/credentials': '[default]',
      '/home/jenkins/.ssh/id_ed25519': 'the first',
      '/home/jenkins/.ssh/id_rsa': 'the second',
    };
    const readHome = (path: string): Buffer | undefined =>
      path in home ? Buffer.from(home[path]!) : read(path);
    const filesOf = (env: Record<string, string>): Record<string, string> =>
      Object.fromEntries(
        Object.entries(collectHanded({ HOME: '/home/jenkins', ...env }, readHome).files).map(
          ([name, content]) => [name, Buffer.from(content, 'base64').toString('utf8')],
        ),
      );
    expect(filesOf({ MILLRACE_SSH_KEY: '' })).toEqual({
      AWS_SHARED_CREDENTIALS_FILE: '[default]',
      MILLRACE_SSH_KEY: 'the first',
    });
    expect(filesOf({ MILLRACE_SSH_KEY: '/keys/ssh' })).toMatchObject({ MILLRACE_SSH_KEY: 'a private key' });
  });

  test('is nothing that is the build’s own, or of others', () => {
    const env = {
      MILLRACE_ROLE: 'deliver',
      MILLRACE_JENKINS_PASSWORD_FILE: '/keys/ssh',
      PATH: '/bin',
      JENKINS_URL: 'http://ci',
      GIT_PASSWORD: 'secret',
      AWS_PROFILE: undefined,
    };
    expect(collectHanded(env, read)).toEqual({ version: 1, env: {}, files: {} });
  });
});

describe('a key for nodes', () => {
  const project = Project.parse({
    project: 'shop',
    infrastructure: { cluster: { deploy: 'd.yml', destroy: 'x.yml' } },
  });
  const none = collectHanded({ HOME: '/nowhere' });

  test('is made for the job where the build has none, and let in by machines that it starts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-handed-'));
    try {
      const env = unpackHanded(withNodeKey(none, 'shop'), folder);
      const derived = spawnSync('ssh-keygen', ['-y', '-f', keyFileOf(env)!], {
        encoding: 'utf8',
      }).stdout.trim();
      expect(derived).toMatch(/^ssh-ed25519 \S+ millrace-handover-of-shop$/);
      const source = { project, files: { read: () => Buffer.from('ssh-ed25519 AAAA alice\n') } };
      const component = { id: 'infrastructure:cluster', name: 'cluster' } as const;
      const request = { component, hash: 'h', revision: null, amis: {}, keepData: true };
      const inside = { ...env, MILLRACE_INSIDE_NODE: 'n1' };
      const variables = (environment: Record<string, string>) =>
        playbookVariables(
          { ...request, source: { ...source, project: { ...project, ssh_keys: ['a.pub'] } } as never },
          { environment, knownHosts: '/known' },
        );
      expect(variables(inside)).toMatchObject({
        ssh_keys: ['ssh-ed25519 AAAA alice', derived],
        inside_node: 'n1',
      });
      expect(variables({})).toMatchObject({ ssh_keys: ['ssh-ed25519 AAAA alice'], inside_node: '' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('is another one for each job, and none beside that of the build', () => {
    const [one, other] = [withNodeKey(none, 'shop'), withNodeKey(none, 'shop')];
    expect(one.files['MILLRACE_SSH_KEY']).not.toBe(other.files['MILLRACE_SSH_KEY']);
    const given = collectHanded({ MILLRACE_SSH_KEY: '/keys/ssh' }, () => Buffer.from('a key'));
    expect(withNodeKey(given, 'shop')).toBe(given);
    expect(hasNodeKey({ HOME: '/nowhere' })).toBe(false);
  });
});

describe('the job that deploys infrastructure', () => {
  const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n';
  const build = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', MILLRACE_SSH_KEY: '/keys/ssh' };
  let folder: string;
  let env: Record<string, string>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-handed-'));
    const secret = JSON.stringify(collectHanded(build, () => Buffer.from(key)));
    env = unpackHanded(JSON.parse(secret) as ReturnType<typeof collectHanded>, folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('has the build’s credentials for AWS, which its playbooks are started with', () => {
    const { MILLRACE_SSH_KEY: _, ...aws } = build;
    expect(env).toMatchObject(aws);
    // What is started has this process's environment, but for what stands here.
    const names = Object.keys(playbookEnvironment(env, undefined, 'eu-central-1'));
    expect(names.filter((name) => name in aws)).toEqual([]);
  });

  test('has the build’s key as a file of its own, by which Ansible and ssh log in', () => {
    const file = keyFileOf(env)!;
    expect(file.startsWith(folder)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(key);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const project = Project.parse({
      project: 'shop',
      infrastructure: { cluster: { deploy: 'd.yml', destroy: 'x.yml' } },
    });
    const variables = playbookVariables(
      {
        component: { id: 'infrastructure:cluster', name: 'cluster' },
        source: { project } as never,
        ...{ hash: 'h', revision: null, amis: {}, keepData: true },
      },
      { environment: env, knownHosts: '/known' },
    );
    expect(variables).toMatchObject({ ansible_ssh_private_key_file: file });
    const node = { id: 'i-1', address: '192.0.2.1', port: 22, user: 'admin' };
    const options = sshOptions(node, { keyFile: file, knownHosts: '/known' });
    expect(options.slice(options.indexOf('-i'), options.indexOf('-i') + 2)).toEqual(['-i', file]);
  });
});
