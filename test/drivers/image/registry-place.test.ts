import { expect, test } from '@jest/globals';
import {
  formatRepository,
  registryOf,
  repositoryOf,
} from '../../../generator/drivers/image/registry-place.ts';

test('the own registry reads and writes on two listeners of the loopback', () => {
  expect(registryOf({ registry: 'own' }, {})).toEqual({
    own: true,
    read: '127.0.0.1:5000',
    write: '127.0.0.1:5001',
  });
});

test('an external one is used as it is named, without its scheme', () => {
  const place = registryOf({ registry: { url: 'https://registry.example.com/team/' } }, {});
  expect(place).toEqual({
    own: false,
    read: 'registry.example.com/team',
    write: 'registry.example.com/team',
  });
  expect(repositoryOf(place.write, 'shop', 'api')).toEqual({
    domain: 'registry.example.com',
    path: 'team/shop/api',
  });
});

test('the environment names another one for a run, and an empty variable none', () => {
  expect(registryOf({ registry: 'own' }, { MILLRACE_REGISTRY: '127.0.0.1:9' }).write).toBe('127.0.0.1:9');
  expect(registryOf({ registry: 'own' }, { MILLRACE_REGISTRY: '' }).own).toBe(true);
  expect(formatRepository(repositoryOf('127.0.0.1:9', 'shop', 'api'))).toBe('127.0.0.1:9/shop/api');
});

test("a lab's registry takes every other's place, but for the project's own on the lab's machines", () => {
  const env = { MILLRACE_LAB_REGISTRY: '127.0.0.1:9', MILLRACE_LAB_MACHINES: '1' };
  const stacks = { registry: { file: 'stacks/registry.yml', on: 'cluster' } };
  expect(registryOf({ registry: 'own', stacks: {} }, env).read).toBe('127.0.0.1:9');
  expect(registryOf({ registry: { url: 'registry.example.com' }, stacks }, env).read).toBe('127.0.0.1:9');
  expect(registryOf({ registry: 'own', stacks }, env).own).toBe(true);
  expect(registryOf({ registry: 'own', stacks }, { ...env, MILLRACE_LAB_MACHINES: '' }).own).toBe(false);
  expect(registryOf({ registry: 'own', stacks }, { ...env, MILLRACE_REGISTRY: '127.0.0.1:8' }).read).toBe(
    '127.0.0.1:8',
  );
});
