import { beforeEach, describe, expect, test } from '@jest/globals';
import { makeSecret, renewSecret } from '../../../generator/adapters/secrets/make-secret.ts';
import { MANAGED_SECRETS } from '../../../generator/model/managed-secrets.ts';
import type { ManagedSecret } from '../../../generator/model/managed-secrets.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';
import type { MemorySwarm, StoredFile } from '../../fakes/memory-swarm.ts';

let swarm: MemorySwarm;
beforeEach(() => {
  swarm = createMemorySwarm();
});

const text = (file: StoredFile | undefined): string =>
  Buffer.from(file?.Spec.Data ?? '', 'base64').toString();
const named = (name: string): ManagedSecret => MANAGED_SECRETS.find((one) => one.name === name)!;
const KEY = named('jenkins_agent_key');
const PASSWORD = named('jenkins_admin_password');

/** The 32 bytes of the public key: of a private key's file, and of a line of authorized_keys. */
const pointOf = (file: StoredFile | undefined): string => {
  const body = text(file)
    .split('\n')
    .filter((line) => !line.startsWith('-'))
    .join('');
  const bytes = Buffer.from(body.startsWith('ssh-') ? body.split(' ')[1]! : body, 'base64');
  const type = bytes.indexOf('ssh-ed25519');
  return bytes.subarray(type + 15, type + 47).toString('hex');
};

/** The engine of a run that is killed after some of its calls that make something. */
const killedAfter = (writes: number): Pick<MemorySwarm, 'get' | 'post'> => ({
  get: swarm.get,
  post: async (...request) => {
    if (writes-- <= 0) throw new Error('killed');
    return swarm.post(...request);
  },
});

describe.each(MANAGED_SECRETS)('$name', (managed) => {
  test('is made once, bears its project, and its two halves belong together', async () => {
    expect(await makeSecret(swarm, managed, 'shop')).toBe(1);
    const before = structuredClone([swarm.configs, swarm.secrets]);
    expect(await makeSecret(swarm, managed, 'shop')).toBe(1);
    expect([swarm.configs, swarm.secrets]).toEqual(before);
    const [config, secret] = [swarm.configs[0]!, swarm.secrets[0]!];
    expect([config.Spec.Name, secret.Spec.Name]).toEqual([managed.config, managed.secret]);
    const own = { 'millrace.project': 'shop', 'millrace.component': `stack:${managed.stack}` };
    expect(secret.Spec.Labels).toMatchObject({ ...own, 'millrace.secret': managed.secret });
    if (managed.kind === 'password') expect(text(config)).toBe(text(secret));
    if (managed.kind === 'password') expect(text(secret)).toMatch(/^[\w-]{43}$/);
    if (managed.kind === 'key') expect(pointOf(config)).toBe(pointOf(secret));
  });

  test('killed before the second half, it is completed and not made anew', async () => {
    await expect(makeSecret(killedAfter(1), managed, 'shop')).rejects.toThrow('killed');
    const half = structuredClone([...swarm.configs, ...swarm.secrets]);
    expect(half).toHaveLength(1);
    expect(await makeSecret(swarm, managed, 'shop')).toBe(1);
    expect([...swarm.configs, ...swarm.secrets]).toHaveLength(2);
    expect([...swarm.configs, ...swarm.secrets]).toContainEqual(half[0]);
    if (managed.kind === 'key') expect(pointOf(swarm.configs[0])).toBe(pointOf(swarm.secrets[0]));
  });

  test('of two who make or renew it at the same time both end with one value', async () => {
    await Promise.all([makeSecret(swarm, managed, 'shop'), makeSecret(swarm, managed, 'shop')]);
    expect([swarm.configs.length, swarm.secrets.length]).toEqual([1, 1]);
    expect(
      await Promise.all([renewSecret(swarm, managed, 'shop'), renewSecret(swarm, managed, 'shop')]),
    ).toEqual([2, 2]);
    expect([swarm.configs.length, swarm.secrets.length]).toEqual([2, 2]);
    if (managed.kind === 'key') expect(pointOf(swarm.configs[1])).toBe(pointOf(swarm.secrets[1]));
    expect(text(swarm.secrets[1])).not.toBe(text(swarm.secrets[0]));
  });

  test("another project's is refused", async () => {
    await makeSecret(swarm, managed, 'shop');
    const expected = { code: 'FOREIGN_SECRET', message: expect.stringContaining('the project shop') };
    await expect(makeSecret(swarm, managed, 'other')).rejects.toMatchObject(expected);
    await expect(renewSecret(swarm, managed, 'other')).rejects.toMatchObject(expected);
  });

  test('a renewal that was killed is completed by the next one, under the same number', async () => {
    await makeSecret(swarm, managed, 'shop');
    await expect(renewSecret(killedAfter(1), managed, 'shop')).rejects.toThrow('killed');
    expect(await renewSecret(swarm, managed, 'shop')).toBe(2);
    expect(swarm.secrets.map(({ Spec }) => Spec.Name)).toEqual([managed.secret, `${managed.secret}-2`]);
    expect(swarm.configs.map(({ Spec }) => Spec.Name)).toEqual([managed.config, `${managed.config}-2`]);
    expect(await renewSecret(swarm, managed, 'shop')).toBe(3);
  });
});

test('a private key that is gone is replaced with its public half', async () => {
  await makeSecret(swarm, KEY, 'shop');
  swarm.secrets = [];
  expect(await makeSecret(swarm, KEY, 'shop')).toBe(2);
  expect(swarm.configs.map(({ Spec }) => Spec.Name)).toEqual([KEY.config, `${KEY.config}-2`]);
  expect(pointOf(swarm.configs[1])).toBe(pointOf(swarm.secrets[0]));
});

test('a public half that is not of the private key is replaced with it', async () => {
  await makeSecret(swarm, KEY, 'shop');
  swarm.configs[0]!.Spec.Data = Buffer.from('ssh-ed25519 AAAA other').toString('base64');
  expect(await makeSecret(swarm, KEY, 'shop')).toBe(2);
  expect(pointOf(swarm.configs[1])).toBe(pointOf(swarm.secrets[1]));
});

test('what was made by hand is kept, and not renewed', async () => {
  swarm.secrets = [{ ID: '1', Spec: { Name: PASSWORD.secret } }];
  expect(await makeSecret(swarm, PASSWORD, 'shop')).toBe(1);
  expect([swarm.configs.length, swarm.secrets.length]).toEqual([0, 1]);
  await expect(renewSecret(swarm, PASSWORD, 'shop')).rejects.toMatchObject({ code: 'HAND_MADE' });
  swarm.secrets = [{ ID: '1', Spec: { Name: KEY.secret } }];
  await expect(makeSecret(swarm, KEY, 'shop')).rejects.toMatchObject({ code: 'HALF_A_KEY' });
  swarm.configs = [{ ID: '1', Spec: { Name: KEY.config } }];
  expect(await makeSecret(swarm, KEY, 'shop')).toBe(1);
});
