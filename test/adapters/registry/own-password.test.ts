import { beforeEach, expect, test } from '@jest/globals';
import { hashPassword } from '../../../generator/adapters/bcrypt/hash-password.ts';
import { readOwnLogin } from '../../../generator/adapters/registry/own-password.ts';
import { makeSecret, renewSecret } from '../../../generator/adapters/secrets/make-secret.ts';
import { MANAGED_SECRETS } from '../../../generator/model/managed-secrets.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';
import type { MemorySwarm } from '../../fakes/memory-swarm.ts';

const REGISTRY = MANAGED_SECRETS.find(({ kind }) => kind === 'registry')!;
const makeOwnPassword = (at: MemorySwarm, project: string): Promise<number> =>
  makeSecret(at, REGISTRY, project);
let swarm: MemorySwarm;
beforeEach(() => {
  swarm = createMemorySwarm();
});

const text = (data: string | undefined): string => Buffer.from(data ?? '', 'base64').toString();

/** Salt of a hash, in bytes: the alphabet of bcrypt into that of base 64. */
function saltOf(hash: string): Buffer {
  const [from, to] = [
    './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  ];
  return Buffer.from(
    hash.slice(7, 29).replace(/./g, (one) => to[from.indexOf(one)]!),
    'base64',
  );
}

test('the secret that the registry reads is of the password that a manager gives back', async () => {
  await makeOwnPassword(swarm, 'shop');
  const { username, password } = (await readOwnLogin(swarm, 'shop'))!;
  expect(password).toMatch(/^[\w-]{43}$/);
  const [user, hash = ''] = text(swarm.secrets[0]!.Spec.Data).trim().split(':');
  expect(user).toBe(username);
  expect(hashPassword(password, saltOf(hash), 5)).toBe(hash);
  expect(text(swarm.secrets[0]!.Spec.Data)).not.toContain(password);
});

test('made once: what is there stays, and a run that was killed in between is finished', async () => {
  await makeOwnPassword(swarm, 'shop');
  const before = structuredClone([swarm.configs, swarm.secrets]);
  await makeOwnPassword(swarm, 'shop');
  expect([swarm.configs, swarm.secrets]).toEqual(before);
  swarm.secrets = [];
  await makeOwnPassword(swarm, 'shop');
  expect(swarm.configs).toEqual(before[0]);
  const hash = text(swarm.secrets[0]!.Spec.Data).trim().split(':')[1]!;
  expect(hashPassword((await readOwnLogin(swarm, 'shop'))!.password, saltOf(hash), 5)).toBe(hash);
});

test('a secret that was made by hand is left alone, and nobody claims to know its password', async () => {
  swarm.secrets = [{ ID: '1', Spec: { Name: 'registry_htpasswd' } }];
  await makeOwnPassword(swarm, 'shop');
  expect(swarm.secrets).toHaveLength(1);
  expect(await readOwnLogin(swarm, 'shop')).toBeUndefined();
});

test("another project's registry is neither taken over nor written into", async () => {
  await makeOwnPassword(swarm, 'shop');
  const expected = { code: 'FOREIGN_SECRET', message: expect.stringContaining('project shop') };
  await expect(makeOwnPassword(swarm, 'other')).rejects.toMatchObject(expected);
  await expect(readOwnLogin(swarm, 'other')).rejects.toMatchObject(expected);
});

test('between a rotation and the next deploy the login is what the registry has', async () => {
  const serviceWith = (SecretName: string): object => ({
    Spec: { TaskTemplate: { ContainerSpec: { Secrets: [{ SecretName }] } } },
  });
  await makeOwnPassword(swarm, 'shop');
  const before = await readOwnLogin(swarm, 'shop');
  swarm.services = [serviceWith('registry_htpasswd')];
  expect(await renewSecret(swarm, REGISTRY, 'shop')).toBe(2);
  expect(await readOwnLogin(swarm, 'shop')).toEqual(before);
  swarm.services = [serviceWith('registry_htpasswd-2')];
  const after = (await readOwnLogin(swarm, 'shop'))!;
  expect(after.password).not.toBe(before!.password);
  const [user, hash = ''] = text(swarm.secrets[1]!.Spec.Data).trim().split(':');
  expect([user, hashPassword(after.password, saltOf(hash), 5)]).toEqual([after.username, hash]);
});
