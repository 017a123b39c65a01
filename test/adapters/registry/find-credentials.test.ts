import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFindCredentials } from '../../../generator/adapters/registry/find-credentials.ts';
import type { Credentials } from '../../../generator/adapters/registry/credentials.ts';
import { UserError } from '../../../generator/model/user-error.ts';
import type { Command, CommandResult, Processes } from '../../../generator/ports/processes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-docker-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const password = (username: string, secret: string): Credentials => ({
  kind: 'password',
  username,
  password: secret,
});

/** A stand-in for the credential helpers, with what was asked of them. */
function helpers(answers: Record<string, Partial<CommandResult>>): Processes & { asked: Command[] } {
  const asked: Command[] = [];
  return {
    asked,
    run: async (command) => {
      asked.push(command);
      const answer = answers[command.file];
      if (!answer) throw new UserError('NO_PROGRAM', `${command.file}: there is no such program`);
      return { code: 0, signal: null, stdout: '', stderr: '', ...answer };
    },
  };
}

function find(
  domain: string,
  config: unknown,
  { processes = helpers({}), env = {}, own = [] as string[] } = {},
): Promise<Credentials | undefined> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  if (config !== undefined) writeFileSync(join(folder, 'config.json'), text);
  return createFindCredentials({ env: { DOCKER_CONFIG: folder, ...env }, processes, own })(domain);
}

describe('the file itself', () => {
  test('nobody, where there is no file or no entry', async () => {
    expect(await find('ghcr.io', undefined)).toBeUndefined();
    expect(await find('ghcr.io', {})).toBeUndefined();
    expect(await find('ghcr.io', { auths: { 'quay.io': { auth: base64('a:b') } } })).toBeUndefined();
  });

  test.each(['ghcr.io', 'https://ghcr.io', 'https://ghcr.io/v2/', 'http://ghcr.io/v1'])(
    'an entry may be named %s',
    async (key) => {
      expect(await find('ghcr.io', { auths: { [key]: { auth: base64('alice:a:b') } } })).toEqual(
        password('alice', 'a:b'),
      );
    },
  );

  test('Docker Hub has a name of its own', async () => {
    const auths = { 'https://index.docker.io/v1/': { auth: base64('hub:secret\0\0') } };
    expect(await find('docker.io', { auths })).toEqual(password('hub', 'secret'));
  });

  test('a port belongs to the name', async () => {
    const auths = { 'r.example.com:5000': { username: 'a', password: 'b' } };
    expect(await find('r.example.com:5000', { auths })).toEqual(password('a', 'b'));
    expect(await find('r.example.com', { auths })).toBeUndefined();
  });

  test('an identity token goes before a password', async () => {
    const auths = { 'ghcr.io': { auth: base64('a:b'), identitytoken: 'refresh' } };
    expect(await find('ghcr.io', { auths })).toEqual({ kind: 'identity', token: 'refresh' });
  });

  test.each([['{ not json'], ['[]'], ['{"auths": {"ghcr.io": {"auth": ["secret"]}}}']])(
    'what is no configuration is said without quoting it: %s',
    async (text) => {
      const failure = await find('ghcr.io', text).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'REGISTRY_DENIED' });
      expect((failure as Error).message).toContain(join(folder, 'config.json'));
      expect((failure as Error).message).not.toContain('secret');
    },
  );

  test('an entry without a name is an error, not nobody', async () => {
    const found = find('ghcr.io', { auths: { 'ghcr.io': { auth: base64('secretwithoutname') } } });
    await expect(found).rejects.toThrow(
      /^ghcr\.io: its entry in .* is not readable; run `docker login` again$/,
    );
  });
});

describe('credential helpers', () => {
  const told = (Username: string, Secret: string) => ({ stdout: JSON.stringify({ Username, Secret }) });

  test('are asked by argv, with the server on their input', async () => {
    const processes = helpers({ 'docker-credential-pass': told('alice', 'secret') });
    const found = await find('docker.io', { credsStore: 'pass' }, { processes });
    expect(found).toEqual(password('alice', 'secret'));
    expect(processes.asked).toEqual([
      { file: 'docker-credential-pass', args: ['get'], input: 'https://index.docker.io/v1/' },
    ]);
  });

  test('the one for a registry goes before the one for all', async () => {
    const processes = helpers({ 'docker-credential-ecr-login': told('AWS', 'secret') });
    const config = {
      credsStore: 'pass',
      credHelpers: { '1234.dkr.ecr.eu-central-1.amazonaws.com': 'ecr-login' },
    };
    expect(await find('1234.dkr.ecr.eu-central-1.amazonaws.com', config, { processes })).toEqual(
      password('AWS', 'secret'),
    );
  });

  test('the name <token> says that the secret is an identity token', async () => {
    const processes = helpers({ 'docker-credential-pass': told('<token>', 'refresh') });
    expect(await find('ghcr.io', { credsStore: 'pass' }, { processes })).toEqual({
      kind: 'identity',
      token: 'refresh',
    });
  });

  test('where a helper holds nothing, the file is looked at', async () => {
    const none = { code: 1, stdout: 'credentials not found in native keychain\n' };
    const processes = helpers({ 'docker-credential-pass': none });
    expect(await find('ghcr.io', { credsStore: 'pass' }, { processes })).toBeUndefined();
    const auths = { 'ghcr.io': { auth: base64('a:b') } };
    expect(await find('ghcr.io', { credsStore: 'pass', auths }, { processes })).toEqual(password('a', 'b'));
  });

  test.each([
    ['is not installed', {}],
    [
      'failed: the keychain is locked',
      { 'docker-credential-pass': { code: 1, stderr: 'the keychain\nis locked' } },
    ],
    ['did not answer with JSON of Username and Secret', { 'docker-credential-pass': { stdout: 'hello' } }],
  ])('one that %s is an error, never nobody', async (words, answers) => {
    const found = find('ghcr.io', { credsStore: 'pass' }, { processes: helpers(answers) });
    await expect(found).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
      message: `ghcr.io: the credential helper docker-credential-pass ${words}; mend it, or take it out of ${join(folder, 'config.json')}`,
    });
  });

  test('a name that is a path is not started', async () => {
    const processes = helpers({});
    const found = find('ghcr.io', { credsStore: '../../tmp/evil' }, { processes });
    await expect(found).rejects.toThrow('has a name that is none of a program');
    expect(processes.asked).toEqual([]);
  });

  test('a registry is looked up once', async () => {
    const processes = helpers({ 'docker-credential-pass': told('a', 'b') });
    writeFileSync(join(folder, 'config.json'), '{"credsStore":"pass"}');
    const look = createFindCredentials({ env: { DOCKER_CONFIG: folder }, processes });
    await Promise.all([look('ghcr.io'), look('ghcr.io'), look('quay.io')]);
    expect(processes.asked.map(({ input }) => input)).toEqual(['ghcr.io', 'quay.io']);
  });
});

test("the environment's name and password are for the project's own registry only", async () => {
  const env = { MILLRACE_REGISTRY_USERNAME: 'ci', MILLRACE_REGISTRY_PASSWORD: 'p:w' };
  const options = { env, own: ['127.0.0.1:5001'] };
  expect(await find('127.0.0.1:5001', undefined, options)).toEqual(password('ci', 'p:w'));
  expect(await find('docker.io', undefined, options)).toBeUndefined();
});
