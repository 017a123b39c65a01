import { expect, test } from '@jest/globals';
import { cleanRemote, nameOfRemote } from '../../generator/init/clean-remote.ts';

test.each([
  ['https://git.example.com/acme/shop.git\n', 'https://git.example.com/acme/shop.git'],
  ['https://alice:s3cret@git.example.com/acme/shop.git', 'https://git.example.com/acme/shop.git'],
  ['https://ghp_token@git.example.com/acme/shop', 'https://git.example.com/acme/shop'],
  ['https://git.example.com/shop.git?private_token=s3cret#x', 'https://git.example.com/shop.git'],
  ['ssh://git:s3cret@git.example.com:2222/acme/shop.git', 'ssh://git@git.example.com:2222/acme/shop.git'],
  ['git@git.example.com:acme/shop.git', 'git@git.example.com:acme/shop.git'],
  ['alice:s3cret@git.example.com:acme/shop.git', undefined],
  ['/srv/git/shop.git', undefined],
  ['../shop', undefined],
  ['file:///srv/git/shop.git', undefined],
  ['C:\\git\\shop', undefined],
  ['C:/git/shop', undefined],
  ['', undefined],
  ['https://', undefined],
])('%s may be committed as %s', (address, clean) => {
  expect(cleanRemote(address)).toBe(clean);
});

test('a repository is called as the last step of its address', () => {
  expect(['https://h/a/shop.git', 'git@h:shop', 'https://h/a/Shop/'].map(nameOfRemote)).toEqual([
    'shop',
    'shop',
    'Shop',
  ]);
});
