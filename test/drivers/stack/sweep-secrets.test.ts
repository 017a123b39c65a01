import { beforeEach, expect, test } from '@jest/globals';
import { makeSecret, renewSecret } from '../../../generator/adapters/secrets/make-secret.ts';
import { beginSwap, endSwap } from '../../../generator/drivers/home/swap-state.ts';
import type { SwapState } from '../../../generator/drivers/home/swap-state.ts';
import { sweepSecrets } from '../../../generator/drivers/stack/sweep-secrets.ts';
import type { SwarmService } from '../../../generator/drivers/stack/swarm-objects.ts';
import { MANAGED_SECRETS } from '../../../generator/model/managed-secrets.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';
import type { MemorySwarm } from '../../fakes/memory-swarm.ts';

const REGISTRY = MANAGED_SECRETS[0]!;
let swarm: MemorySwarm;
beforeEach(async () => {
  swarm = createMemorySwarm();
  await makeSecret(swarm, REGISTRY, 'shop');
  await renewSecret(swarm, REGISTRY, 'shop');
  await renewSecret(swarm, REGISTRY, 'shop');
});

const serviceWith = (SecretName: string): SwarmService =>
  ({ Spec: { TaskTemplate: { ContainerSpec: { Secrets: [{ SecretName }] } } } }) as SwarmService;
const names = (): string[] => [...swarm.configs, ...swarm.secrets].map(({ Spec }) => Spec.Name);

test('what was rotated away is removed with its other half', async () => {
  expect(await sweepSecrets(swarm, 'shop', [serviceWith('registry_htpasswd-3')])).toBe(4);
  expect(names()).toEqual(['registry_password-3', 'registry_htpasswd-3']);
});

test('what a service still has stays, and so do the half that belongs to it and all that is newer', async () => {
  expect(await sweepSecrets(swarm, 'shop', [serviceWith('registry_htpasswd-2')])).toBe(2);
  expect(names()).toEqual([
    ...['registry_password-2', 'registry_password-3'],
    ...['registry_htpasswd-2', 'registry_htpasswd-3'],
  ]);
});

test('what a controller would go back to stays until its swap has ended', async () => {
  const place = { engine: swarm, project: 'shop', stack: 'jenkins' };
  const { Spec: former } = serviceWith('registry_htpasswd-2');
  await beginSwap(place, { snapshot: '20300101', former } as SwapState);
  await sweepSecrets(swarm, 'shop', [serviceWith('registry_htpasswd-3')]);
  expect(names()).toContain('registry_htpasswd-2');
  await endSwap(place);
  expect(await sweepSecrets(swarm, 'shop', [serviceWith('registry_htpasswd-3')])).toBe(2);
});

test("another project's and what was made by hand are not touched", async () => {
  const hand = { ID: 'h', Spec: { Name: 'registry_htpasswd' } };
  swarm.secrets.push(hand);
  await sweepSecrets(swarm, 'other', []);
  expect(names()).toHaveLength(7);
  await sweepSecrets(swarm, 'shop', []);
  expect(swarm.secrets).toContainEqual(hand);
});
