import { expect, test } from '@jest/globals';
import { readCloudConfig } from '../../../generator/lab/front/wanted-machine.ts';

test('keys of user data are those of a cloud-config, in YAML or JSON', () => {
  expect(readCloudConfig('#cloud-config\nssh_authorized_keys:\n  - ssh-ed25519 AAAA a\n')).toEqual([
    'ssh-ed25519 AAAA a',
  ]);
  expect(readCloudConfig('#cloud-config\n{"ssh_authorized_keys": ["ssh-rsa B b"]}\n')).toEqual([
    'ssh-rsa B b',
  ]);
});

test.each([
  ['a script', '#!/bin/sh\nssh_authorized_keys: [x]\n'],
  ['nothing', ''],
  ['no keys', '#cloud-config\npackages: [git]\n'],
  ['broken YAML', '#cloud-config\n{"ssh_authorized_keys": [\n'],
  ['something else under that name', '#cloud-config\nssh_authorized_keys: 7\n'],
])('user data that is %s lets nobody in', (_, text) => {
  expect(readCloudConfig(text)).toEqual([]);
});
