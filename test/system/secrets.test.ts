import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../../generator/adapters/clock.ts';
import { createRunHost } from '../../generator/adapters/run-host.ts';
import { withManagedSecrets } from '../../generator/cli/with-managed-secrets.ts';
import { makeSecretCommand } from '../../generator/cli/secret.ts';
import { openPlaceLocks } from '../../generator/execute/place-locks.ts';
import { createTextOutput } from '../fakes/text-output.ts';
import type { ShownSecret } from '../../generator/report/secret-table.ts';
import { buildCli } from './services/built-cli.ts';
import { openRepository } from './services/cli-run.ts';
import { startPlainSshd } from './services/plain-sshd.ts';
import { commitOf, deploy, observeRunning, startStackWorld } from './services/stack-world.ts';
import type { Deployed, StackCommit, StackWorld } from './services/stack-world.ts';

/** Stands for the stack of a Jenkins: what is tried is how secrets come to services. */
const STACK = `x-rolled: &rolled { update_config: { monitor: 1s, order: stop-first } }
services:
  controller:
    image: shop/base
    command: [sleep, "100000"]
    init: true
    secrets: [jenkins_admin_password, jenkins_agent_key, jenkins_credential_hook]
    deploy: *rolled
  build-1:
    image: shop/base
    command: [sleep, "100000"]
    init: true
    secrets: [{ source: jenkins_agent_host_key, mode: 0400 }]
    configs: [jenkins_controller_key, jenkins_agent_host_public_key]
    deploy: *rolled
configs:
  jenkins_controller_key: { external: true }
  jenkins_agent_host_public_key: { external: true }
secrets:
  jenkins_admin_password: { external: true }
  jenkins_agent_key: { external: true }
  jenkins_agent_host_key: { external: true }
  jenkins_credential_hook: { external: true }
`;
const HOOK = 'https://hooks.example.com/a-value-to-be-looked-for';
const OTHER_HOOK = 'https://hooks.example.com/another-value-to-be-looked-for';

let world: StackWorld;
let commit: StackCommit;
/** All that this program and Docker said. */
const said: Deployed = { log: [], phases: [] };
const printed: string[] = [];
/** Arguments of every process that was seen. */
const processes = new Set<string>();
let watching: NodeJS.Timeout;

beforeAll(async () => {
  world = await startStackWorld();
  world.driver = withManagedSecrets(world.driver, world.tools.swarms);
  const base = await world.push('shop/base');
  const more = 'notify: { slack: { credential: hook } }\nrepository: https://git.example.com/shop.git\n';
  commit = commitOf({ 'stacks/jenkins.yml': STACK }, { base }, { stack: 'jenkins', more });
  watching = setInterval(watchProcesses, 20);
});
afterAll(async () => {
  clearInterval(watching);
  await world.stop();
});

function watchProcesses(): void {
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    try {
      processes.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    } catch {
      // It has ended meanwhile.
    }
  }
}

async function secret(args: string[], input = ''): Promise<string> {
  const text = createTextOutput();
  const locks = openPlaceLocks({
    host: createRunHost(),
    clock: createClock(),
    owner: 'a test',
    note: () => undefined,
    signal: new AbortController().signal,
  });
  const command = makeSecretCommand(
    () =>
      Promise.resolve({
        source: commit.source,
        swarms: world.tools.swarms,
        locks,
        findLockPlace: async (id) => world.driver.findLockPlace!(id, commit.source),
        readInput: () => Promise.resolve(Buffer.from(input)),
        now: Date.now,
        close: () => Promise.resolve(),
      }),
    () => Promise.resolve(0),
  );
  await command.run({ args, options: {}, root: '/', env: {}, output: text.output });
  if (args[0] !== 'show') printed.push(text.stdout(), text.stderr());
  return text.stdout().trim();
}

const container = (service: string): string =>
  world.swarm.docker(
    ...['ps', '--quiet', '--filter', 'status=running'],
    ...['--filter', `label=com.docker.swarm.service.name=shop-jenkins_${service}`],
  );
/** As it is, with its last line end. */
const read = (service: string, path: string): string => {
  const args = ['--host', world.swarm.host, 'exec', container(service), 'cat', path];
  return spawnSync('docker', args, { encoding: 'utf8' }).stdout;
};
const names = async (kind: string): Promise<string[]> =>
  Object.keys(await world.swarm.versions())
    .filter((name) => name.startsWith(`${kind} `) && !name.includes('millrace-'))
    .map((name) => name.slice(kind.length + 1));

test('a credential that nobody has set stops the deploy before a service is touched, with the command', async () => {
  await expect(deploy(world, commit, { said })).rejects.toThrow(
    'stacks/jenkins.yml: secrets: the secret jenkins_credential_hook is not in the Swarm; make it: millrace secret set hook < FILE',
  );
  expect(await names('services')).toEqual([]);
  expect((await world.driver.observe([commit.component], commit.source)).get('stack:jenkins')).toEqual({
    state: 'absent',
  });
});

test('services get what was made and what was set', async () => {
  await secret(['set', 'hook'], `${HOOK}\n`);
  await deploy(world, commit, { said });
  expect(read('controller', '/run/secrets/jenkins_credential_hook')).toBe(HOOK);
  expect(read('controller', '/run/secrets/jenkins_admin_password')).toMatch(/^[\w-]{43}$/);
  expect(await secret(['show', 'jenkins_admin_password'])).toBe(
    read('controller', '/run/secrets/jenkins_admin_password'),
  );
});

test('the command itself finds the Swarm at hand, and takes a value from its standard input', async () => {
  const cli = await buildCli();
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  try {
    const repository = openRepository(folder);
    repository.git('init', '-q', '-b', 'main');
    const paths = ['project.yaml', 'project.lock.yaml', 'stacks/jenkins.yml', 'images/base/Dockerfile'];
    const text = (path: string): string => new TextDecoder().decode(commit.source.files.read(path));
    repository.commit(Object.fromEntries(paths.map((path) => [path, text(path)])));
    const run = (args: string[], input = ''): ReturnType<typeof spawnSync> & { stdout: string } =>
      spawnSync(process.execPath, [cli.file, 'secret', ...args], {
        cwd: folder,
        encoding: 'utf8',
        input,
        env: { ...process.env, NODE_OPTIONS: '', DOCKER_HOST: world.swarm.host },
      });
    expect(run(['show', 'jenkins_admin_password'])).toMatchObject({
      status: 0,
      stdout: `${read('controller', '/run/secrets/jenkins_admin_password')}\n`,
    });
    const set = run(['set', 'hook'], `${OTHER_HOOK}\n`);
    expect(set).toMatchObject({ status: 0, stdout: '' });
    expect(set.stderr).toContain(
      'hook has version 2; until the next apply stack:jenkins has the former one; roll it out: millrace apply',
    );
    const { secrets } = JSON.parse(run(['list', '--json']).stdout) as { secrets: ShownSecret[] };
    expect(secrets.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'jenkins_admin_password: there',
      'jenkins_service_password: there',
      'jenkins_agent_key: there',
      'jenkins_agent_host_key: there',
      'hook: waits for apply',
    ]);
    expect(secrets.at(-1)).toMatchObject({ version: 2, services: ['jenkins_controller'], madeBy: 'you' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a real sshd takes the host key, and lets the controller in by its own', async () => {
  const host = await startPlainSshd({
    hostKey: read('build-1', '/run/secrets/jenkins_agent_host_key'),
    key: read('controller', '/run/secrets/jenkins_agent_key'),
    publicKey: read('build-1', '/jenkins_controller_key'),
  });
  const folder = mkdtempSync(join(tmpdir(), 'agent-ssh-'));
  try {
    const known = join(folder, 'known_hosts');
    writeFileSync(known, `agent ${read('build-1', '/jenkins_agent_host_public_key')}`);
    const options = [
      ...['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'HostKeyAlias=agent'],
      `UserKnownHostsFile=${known}`,
    ].flatMap((option) => ['-o', option]);
    const args = ['-F', '/dev/null', '-i', host.keyFile, '-p', String(host.port), ...options];
    const { status, stdout, stderr } = spawnSync('ssh', [...args, 'root@127.0.0.1', 'echo', 'inside'], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'inside\n', stderr: '' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await host.stop();
  }
});

test('a rotation rolls the service that uses it and no other, and what was rotated away is gone', async () => {
  const before = { controller: container('controller'), agent: container('build-1') };
  const old = read('controller', '/run/secrets/jenkins_admin_password');
  await secret(['rotate', 'jenkins_admin_password']);
  expect(await observeRunning(world, commit)).toMatchObject({ hash: commit.hash, pending: true });
  // Until it is deployed the former one is in force.
  expect(await secret(['show', 'jenkins_admin_password'])).toBe(old);
  await deploy(world, commit, { said });
  expect(await observeRunning(world, commit)).toMatchObject({ pending: false, drift: [] });
  const now = read('controller', '/run/secrets/jenkins_admin_password');
  expect(now).toMatch(/^[\w-]{43}$/);
  expect(now).not.toBe(old);
  expect(await secret(['show', 'jenkins_admin_password'])).toBe(now);
  expect(container('controller')).not.toBe(before.controller);
  expect(container('build-1')).toBe(before.agent);
  expect(read('controller', '/run/secrets/jenkins_credential_hook')).toBe(OTHER_HOOK);
  const left = [...(await names('secrets')), ...(await names('configs'))];
  expect(left.filter((name) => name.startsWith('jenkins_admin_password'))).toEqual([
    'jenkins_admin_password-2',
    'jenkins_admin_password-2',
  ]);
});

test('another host key goes to the agents with its public half', async () => {
  const before = container('controller');
  await secret(['rotate', 'jenkins_agent_host_key']);
  await deploy(world, commit, { said });
  expect(container('controller')).toBe(before);
  const folder = mkdtempSync(join(tmpdir(), 'host-key-'));
  try {
    const file = join(folder, 'key');
    writeFileSync(file, read('build-1', '/run/secrets/jenkins_agent_host_key'), { mode: 0o600 });
    const { stdout } = spawnSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' });
    expect(stdout).toBe(read('build-1', '/jenkins_agent_host_public_key'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('two rotations and a deploy at the same time end with one value, which the service has', async () => {
  await Promise.all([
    secret(['rotate', 'jenkins_admin_password']),
    secret(['rotate', 'jenkins_admin_password']),
  ]);
  await deploy(world, commit, { said });
  expect(read('controller', '/run/secrets/jenkins_admin_password')).toBe(
    await secret(['show', 'jenkins_admin_password']),
  );
});

test('no value is in what was said, in a list of processes, in a specification or in a log', async () => {
  const values = [
    HOOK,
    OTHER_HOOK,
    read('controller', '/run/secrets/jenkins_admin_password'),
    read('controller', '/run/secrets/jenkins_agent_key').split('\n')[2]!,
    read('build-1', '/run/secrets/jenkins_agent_host_key').split('\n')[2]!,
  ];
  expect(values.every((value) => value.length > 40)).toBe(true);
  const places: Record<string, string> = {
    said: [...said.log, ...said.phases, ...world.notes, ...printed].join('\n'),
    processes: [...processes].join('\n'),
    specifications: JSON.stringify([
      await world.swarm.engine.get('/services'),
      await world.swarm.engine.get('/tasks'),
      await world.swarm.engine.get('/secrets'),
    ]),
    containers: world.swarm.docker('inspect', container('controller'), container('build-1')),
    engine: readFileSync(join(world.swarm.folder, 'dockerd.log'), 'utf8'),
  };
  for (const [place, text] of Object.entries(places)) {
    expect(`${place}: ${text.length > 0 || place === 'engine'}`).toBe(`${place}: true`);
    for (const value of values) {
      const forms = [value, Buffer.from(value).toString('base64')];
      expect(forms.some((form) => text.includes(form)) ? `${place} has ${value}` : '').toBe('');
    }
  }
  expect(places['processes']).toContain('stack\0deploy');
});

test('they go with their stack', async () => {
  await world.driver.remove!('stack:jenkins', {
    source: commit.source,
    observation: { state: 'absent' },
    folder: '/nowhere',
    exportFiles: () => Promise.reject(new Error('nothing is exported')),
    phase: () => undefined,
    log: () => undefined,
    signal: new AbortController().signal,
    keep: new Set(),
  });
  expect(await world.driver.listLeft!(commit.source)).toEqual([]);
});
