import { beforeEach, describe, expect, test } from '@jest/globals';
import { makeSecret } from '../../generator/adapters/secrets/make-secret.ts';
import type { Invocation } from '../../generator/cli/command.ts';
import { makeSecretCommand } from '../../generator/cli/secret.ts';
import { loadProject } from '../../generator/load/load-project.ts';
import { MANAGED_SECRETS } from '../../generator/model/managed-secrets.ts';
import { commitFilesOf } from '../fakes/commit-files.ts';
import { createMemorySwarm } from '../fakes/memory-swarm.ts';
import type { MemorySwarm, StoredFile } from '../fakes/memory-swarm.ts';
import { createTextOutput } from '../fakes/text-output.ts';

const FILES = commitFilesOf({
  'project.yaml': `project: shop
repository: https://git.example.com/shop.git
scm: { credential: git }
notify: { slack: { credential: hook } }
stacks:
  registry: { file: stacks/registry.yml }
  jenkins: { file: stacks/jenkins.yml }
  web: { file: stacks/web.yml }
`,
  'stacks/registry.yml': `services:
  writer: { image: "registry:2", secrets: [registry_htpasswd] }
secrets: { registry_htpasswd: { external: true } }
`,
  'stacks/jenkins.yml': `services:
  controller: { image: "jenkins:2", secrets: [jenkins_admin_password, jenkins_credential_git] }
  build-1: { image: "jenkins:2", configs: [jenkins_controller_key] }
secrets: { jenkins_admin_password: { external: true }, jenkins_credential_git: { external: true } }
configs: { jenkins_controller_key: { external: true } }
`,
  'stacks/web.yml': `services:
  api: { image: "redis:7", secrets: [db_password] }
secrets: { db_password: { external: true } }
`,
});

let swarm: MemorySwarm;
let held: string[];
beforeEach(() => {
  swarm = createMemorySwarm();
  held = [];
});

const text = (file: StoredFile | undefined): string =>
  Buffer.from(file?.Spec.Data ?? '', 'base64').toString();
const serviceOf = (stack: string, ...secrets: string[]): object => ({
  ID: stack,
  Spec: {
    Name: `shop-${stack}_one`,
    Labels: { 'millrace.project': 'shop', 'millrace.component': `stack:${stack}` },
    TaskTemplate: { ContainerSpec: { Secrets: secrets.map((SecretName) => ({ SecretName })) } },
  },
});
const marks = (): string[] =>
  swarm.configs
    .filter(({ Spec }) => Spec.Labels?.['millrace.record'] === 'pending')
    .map(({ Spec }) => Spec.Labels!['millrace.component']!);

async function run(
  args: string[],
  {
    input = '',
    env = {},
    ...options
  }: { input?: string; env?: Invocation['env']; apply?: true; json?: true } = {},
) {
  const output = createTextOutput({ json: options.json === true });
  const { loaded, problems } = loadProject(FILES);
  if (!loaded) throw new Error(JSON.stringify(problems));
  const applied: unknown[] = [];
  const command = makeSecretCommand(
    () =>
      Promise.resolve({
        source: { project: loaded.project, files: FILES },
        swarms: { find: () => Promise.resolve(swarm) },
        locks: {
          hold: (place: { name: string }) => {
            held.push(place.name);
            return Promise.resolve(new AbortController().signal);
          },
          releaseAll: () => Promise.resolve(void held.push('released')),
        },
        findLockPlace: (id: string) => Promise.resolve({ name: `lock of ${id}` } as never),
        readInput: () => Promise.resolve(Buffer.from(input)),
        now: () => Date.parse('2030-01-02T00:00:00Z'),
        close: () => Promise.resolve(),
      }),
    ({ options: given }) => Promise.resolve(applied.push(given['only']) - 1),
  );
  const code = await command.run({ args, options, root: '/', env, output: output.output });
  return { code, applied, stdout: output.stdout(), stderr: output.stderr() };
}

const json = async (...args: string[]) => JSON.parse((await run(args, { json: true })).stdout) as never;

describe('list', () => {
  test('tells what each is for, who uses it, and what is missing with the command that sets it', async () => {
    await makeSecret(swarm, MANAGED_SECRETS[0]!, 'shop');
    swarm.secrets[0]!.CreatedAt = '2030-01-01T23:00:00Z';
    const { code, stdout } = await run(['list']);
    expect(code).toBe(0);
    expect(stdout.replace(/ +/g, ' ')).toMatchInlineSnapshot(`
     "registry_password there version 1 1 h old writes into the project's own registry registry_writer
     jenkins_admin_password not made yet the password of every user of jenkins.admins jenkins_controller
     jenkins_service_password not made yet by which this program asks Jenkins, as the user millrace used by no service
     jenkins_agent_key not made yet by which the controller logs in on its agents jenkins_build-1
     jenkins_agent_host_key not made yet by which the controller knows its agents used by no service
     git missing credential (user:password): scm.credential jenkins_controller
     hook missing credential (a text): notify.slack.credential used by no service
     db_password missing external in a stack file web_api
     git is missing; set it: millrace secret set git < FILE
     hook is missing; set it: millrace secret set hook < FILE
     db_password is missing; set it: millrace secret set db_password < FILE
     "
    `);
    expect(stdout).not.toContain((JSON.parse(text(swarm.configs[0])) as { password: string }).password);
  });

  test('sees that a service has an older version than there is', async () => {
    await run(['rotate', 'registry_password']);
    swarm.services = [serviceOf('registry', 'registry_htpasswd')];
    await run(['rotate', 'registry_password']);
    expect(await json('list')).toMatchObject({
      secrets: expect.arrayContaining([
        expect.objectContaining({ name: 'registry_password', state: 'waits for apply', version: 2 }),
      ]),
    });
  });
});

describe('set', () => {
  test('takes the bare id of a credential, and a line without its end', async () => {
    const { stderr } = await run(['set', 'git'], { input: 'ci:token-1\n' });
    expect(swarm.secrets.map(({ Spec }) => Spec.Name)).toEqual(['jenkins_credential_git']);
    expect(text(swarm.secrets[0])).toBe('ci:token-1');
    expect(swarm.secrets[0]!.Spec.Labels).toEqual({
      'millrace.project': 'shop',
      'millrace.component': 'stack:jenkins',
      'millrace.secret': 'jenkins_credential_git',
    });
    expect(stderr).toContain('git has version 1; nothing that runs has to be deployed for it');
    expect(stderr).not.toContain('token-1');
    expect(marks()).toEqual([]);
  });

  test('leaves a text of many lines as it is, and gives a further value another name', async () => {
    const key = '-----BEGIN KEY-----\nabc\n-----END KEY-----\n';
    await run(['set', 'db_password'], { input: 'first' });
    await run(['set', 'db_password'], { input: key });
    expect(swarm.secrets.map(({ Spec }) => Spec.Name)).toEqual(['db_password', 'db_password-2']);
    expect(text(swarm.secrets[1])).toBe(key);
  });

  test('marks a stack that runs, under its lock, and applies it where that is asked for', async () => {
    swarm.services = [serviceOf('web', 'db_password')];
    const { applied, stderr } = await run(['set', 'db_password'], { input: 'x', apply: true });
    expect(marks()).toEqual(['stack:web']);
    expect(held).toEqual(['lock of stack:web', 'released']);
    expect(applied).toEqual([['stack:web']]);
    expect(stderr).toContain('until the next apply stack:web has the former one');
  });

  test('refuses a credential that Jenkins could not use as what it is for', async () => {
    await expect(run(['set', 'jenkins_credential_git'], { input: 'token' })).rejects.toThrow(
      'git: expected user:password, the user up to the first colon',
    );
    expect(swarm.secrets).toEqual([]);
  });

  test('refuses an empty value, one that it makes itself, and a name that nothing has', async () => {
    await expect(run(['set', 'git'], { input: '\n' })).rejects.toMatchObject({ code: 'NO_INPUT' });
    await expect(run(['set', 'registry_password'], { input: 'x' })).rejects.toThrow(
      'millrace secret rotate registry_password',
    );
    await expect(run(['set', 'db_pasword'], { input: 'x' })).rejects.toThrow('did you mean "db_password"?');
    expect(swarm.secrets).toEqual([]);
  });
});

describe('rotate', () => {
  test.each(MANAGED_SECRETS.map(({ name, stack }) => [name, stack]))(
    '%s: a new version, and its stack is pending',
    async (name, stack) => {
      await run(['rotate', name]);
      swarm.services = [serviceOf(stack)];
      const { stderr, stdout } = await run(['rotate', name]);
      expect(marks()).toEqual([`stack:${stack}`]);
      expect(stderr).toContain(
        `${name} has version 2; until the next apply stack:${stack} has the former one`,
      );
      const values = [...swarm.secrets, ...swarm.configs].map(text).filter((value) => value.length > 20);
      for (const value of values) expect(stderr + stdout).not.toContain(value.trim());
    },
  );

  test('killed before the new version is made, the stack is marked all the same, and nothing else has changed', async () => {
    await run(['rotate', 'jenkins_admin_password']);
    swarm.services = [serviceOf('jenkins')];
    const { post } = swarm;
    swarm.post = async (path, body, expected) => {
      const labels = (body as { Labels: Record<string, string> }).Labels;
      if (labels['millrace.record'] === undefined) throw new Error('killed');
      return post(path, body, expected);
    };
    await expect(run(['rotate', 'jenkins_admin_password'])).rejects.toThrow('killed');
    expect(marks()).toEqual(['stack:jenkins']);
    expect(swarm.secrets.map(({ Spec }) => Spec.Name)).toEqual(['jenkins_admin_password']);
    expect(held.at(-1)).toBe('released');
  });

  test('is not for what people set', async () => {
    await expect(run(['rotate', 'git'])).rejects.toThrow('millrace secret set git < FILE');
  });
});

describe('show', () => {
  test('gives a password back, and of the registry the user, too', async () => {
    await run(['rotate', 'jenkins_admin_password']);
    await run(['rotate', 'registry_password']);
    expect((await run(['show', 'jenkins_admin_password'])).stdout.trim()).toBe(text(swarm.secrets[0]));
    expect(await json('show', 'registry_password')).toEqual({
      version: 1,
      name: 'registry_password',
      username: 'millrace',
      value: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('says why not: a key, a credential, what is not there yet', async () => {
    await expect(run(['show', 'jenkins_agent_key'])).rejects.toMatchObject({ code: 'NOT_READABLE' });
    await expect(run(['show', 'git'])).rejects.toMatchObject({ code: 'NOT_READABLE' });
    await expect(run(['show', 'registry_password'])).rejects.toMatchObject({ code: 'NO_SECRET' });
  });
});

test('a job that verifies touches none, and no build shows one', async () => {
  for (const action of [['list'], ['show', 'git'], ['set', 'git'], ['rotate', 'git']])
    await expect(run(action, { env: { MILLRACE_ROLE: 'verify' } })).rejects.toMatchObject({
      code: 'NOT_IN_JENKINS',
    });
  await expect(
    run(['show', 'registry_password'], { env: { JENKINS_URL: 'http://x' } }),
  ).rejects.toMatchObject({ code: 'NOT_IN_JENKINS' });
});

test('an unknown action, or a name too many or too few, is told', async () => {
  await expect(run(['sett', 'git'])).rejects.toMatchObject({ code: 'USAGE' });
  await expect(run(['rotate'])).rejects.toMatchObject({ code: 'USAGE' });
  await expect(run(['list', 'git'])).rejects.toMatchObject({ code: 'USAGE' });
});
