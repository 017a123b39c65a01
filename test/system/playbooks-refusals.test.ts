import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clusterVariables } from './services/cluster-variables.ts';
import { startPlaybookWorld } from './services/playbook-run.ts';
import type { PlaybookWorld } from './services/playbook-run.ts';

// What the playbooks refuse before they ask AWS for anything.

let world: PlaybookWorld;
beforeAll(async () => {
  world = await startPlaybookWorld();
});
afterAll(() => world?.stop());

const refused: [string, object, RegExp][] = [
  ['nobody named for SSH', { ssh_from: undefined }, /^ssh_from is missing: expected a list of networks/],
  [
    'SSH from everywhere, said once',
    { ssh_from: ['0.0.0.0/0'] },
    /^ssh_from opens SSH to the whole internet/,
  ],
  [
    'the internet in two halves',
    { ssh_from: ['203.0.113.0/24', '0.0.0.0/1', '128.0.0.0/1'] },
    /^ssh_from opens .*\(0\.0\.0\.0\/1, 128\.0\.0\.0\/1\): expected no network larger than \/8;/,
  ],
  ['a network larger than anybody’s', { ssh_from: ['10.0.0.0/7'] }, /^ssh_from opens .*\(10\.0\.0\.0\/7\)/],
  [
    'the internet by its mask',
    { ssh_from: ['203.0.113.0/24', '0.0.0.0/0.0.0.0'] },
    /^ssh_from and web_from are lists of IPv4 networks .*; found 0\.0\.0\.0\/0\.0\.0\.0\.$/,
  ],
  ['an address without a size', { ssh_from: ['203.0.113.7'] }, /; found 203\.0\.113\.7\.$/],
  [
    'a network in IPv6',
    { web_from: ['0.0.0.0/0', '::/0'], ssh_from: ['2001:db8::/32'] },
    /; found 2001:db8::\/32, ::\/0\.$/,
  ],
  ['no node', { nodes: 0 }, /^Expected nodes of at least 1 .*; found 0 and rolling\./],
  ['no image', { amis: {} }, /^Expected project, component, .*amis\.cluster-node; pass them with -e/],
];
test.each(refused)('%s is refused before anything is asked', async (_, more, why) => {
  const end = await world.run('deploy.yml', clusterVariables('never', more));
  expect(end.failures).toEqual([expect.stringMatching(why)]);
  expect(world.takeActions()).toEqual([]);
});

test.each([
  ['the largest that anybody has', { ssh_from: ['10.0.0.0/8', '203.0.113.7/32'] }],
  ['the whole internet, said twice', { ssh_from: ['0.0.0.0/0'], ssh_from_anywhere: true }],
])('SSH from %s is not refused', async (_, more) => {
  // What is checked after it is all that is wrong.
  const end = await world.run('deploy.yml', clusterVariables('never', { ...more, nodes: 0 }));
  expect(end.failures).toEqual([expect.stringMatching(/^Expected nodes of at least 1/)]);
});

test('an account that is not listed is refused before anything else is asked', async () => {
  for (const playbook of ['deploy.yml', 'destroy.yml']) {
    const twice = { ssh_from: ['0.0.0.0/0'], ssh_from_anywhere: true };
    const end = await world.run(
      playbook,
      clusterVariables('never', { accounts: ['999999999999'], ...twice }),
    );
    expect(end.failures).toEqual([
      'These credentials belong to account 123456789012; expected one of 999999999999.',
    ]);
    expect(world.takeActions()).toEqual(['sts:GetCallerIdentity', 'iam:ListAccountAliases']);
  }
});
