import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { logIn } from '../../../generator/adapters/docker/registry-login.ts';

const STAMP = 'abcdefabcdef-1-1';
let own: string;
beforeEach(() => {
  own = mkdtempSync(join(tmpdir(), 'docker-own-'));
  mkdirSync(join(own, 'cli-plugins'));
  writeFileSync(
    join(own, 'config.json'),
    JSON.stringify({ credsStore: 'desktop', auths: { 'a.example': { auth: 'x' } }, currentContext: 'far' }),
  );
});
afterEach(() => rmSync(own, { recursive: true }));

test('without a user name the user’s own configuration is used, and no secret reaches the client', () => {
  const login = logIn({ DOCKER_CONFIG: own }, ['r.example'], STAMP);
  expect(login.env).toEqual({ MILLRACE_REGISTRY_USERNAME: undefined, MILLRACE_REGISTRY_PASSWORD: undefined });
});

test('a login stands in a copy that only this user reads, beside what the user has, and goes again', () => {
  const before = readFileSync(join(own, 'config.json'), 'utf8');
  const env = {
    DOCKER_CONFIG: own,
    MILLRACE_REGISTRY_USERNAME: 'me',
    MILLRACE_REGISTRY_PASSWORD: 'pässword:',
  };
  const login = logIn(env, ['r.example:5000'], STAMP);
  const folder = login.env['DOCKER_CONFIG']!;
  expect([statSync(folder).mode & 0o777, statSync(join(folder, 'config.json')).mode & 0o777]).toEqual([
    0o700, 0o600,
  ]);
  expect(folder).toContain(STAMP);
  expect(readdirSync(folder).sort()).toEqual(['cli-plugins', 'config.json']);
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as {
    auths: Record<string, { auth: string }>;
  };
  expect(Buffer.from(config.auths['r.example:5000']!.auth, 'base64').toString()).toBe('me:pässword:');
  // An empty helper: the file counts, although a store is the rule.
  expect(config).toMatchObject({
    credsStore: 'desktop',
    credHelpers: { 'r.example:5000': '' },
    auths: { 'a.example': { auth: 'x' } },
    currentContext: 'far',
  });
  login.forget();
  expect([
    existsSync(folder),
    readFileSync(join(own, 'config.json'), 'utf8'),
    existsSync(join(own, 'cli-plugins')),
  ]).toEqual([false, before, true]);
});
