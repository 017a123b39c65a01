import { beforeEach, expect, test } from '@jest/globals';
import { externalFiles, findExternals } from '../../../generator/drivers/stack/find-externals.ts';
import { readCompose } from '../../../generator/drivers/stack/read-compose.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';
import type { MemorySwarm, StoredFile } from '../../fakes/memory-swarm.ts';
import { resolve } from './stack-sources.ts';

const FILE = `
services:
  api: { image: "redis:7", secrets: [key, { source: other, target: o }] }
  worker: { image: "redis:7", configs: [settings] }
secrets:
  key: { external: true }
  other: { external: { name: long } }
  unused: { external: true }
configs:
  settings: { external: true }
`;
const EXTERNALS = externalFiles(readCompose(new TextEncoder().encode(FILE), 'stacks/web.yml', {}));

let swarm: MemorySwarm;
beforeEach(() => {
  swarm = createMemorySwarm();
  swarm.configs = [file('settings', 'settings')];
  swarm.secrets = [file('key', 'key'), file('long', undefined)];
});

function file(Name: string, secret?: string, project = 'shop'): StoredFile {
  const labels = { 'millrace.secret': secret ?? '', 'millrace.project': project };
  return { ID: Name, Spec: { Name, ...(secret === undefined ? {} : { Labels: labels }) } };
}

const find = () => findExternals(swarm, EXTERNALS, 'shop', 'stacks/web.yml');

test('an external means the newest version by number, or what was made by hand under its name', async () => {
  swarm.secrets.push(file('key-10', 'key'), file('key-9', 'key'), file('key-x', 'key'), file('keys'));
  const names = await find();
  expect([names('secrets', 'key'), names('secrets', 'long'), names('configs', 'settings')]).toEqual([
    'key-10',
    'long',
    'settings',
  ]);
});

test('another version changes the hash of the services that use it, and of no other', async () => {
  const before = resolve(FILE, {}, { findExternal: await find() });
  swarm.secrets.push(file('key-2', 'key'));
  const after = resolve(FILE, {}, { findExternal: await find() });
  const changed = [...after.services].filter(([name, { hash }]) => before.services.get(name)!.hash !== hash);
  expect(changed.map(([name]) => name)).toEqual(['api']);
});

test('a missing one is refused with the command that makes it, but not where no service uses it', async () => {
  swarm.secrets = [file('long', undefined)];
  await expect(find()).rejects.toThrow(
    'stacks/web.yml: secrets: the secret key is not in the Swarm; make it: millrace secret set key < FILE',
  );
  const credential = {
    section: 'secrets',
    key: 'a',
    name: 'jenkins_credential_git',
    services: ['c'],
  } as const;
  await expect(findExternals(swarm, [credential], 'shop', 'f')).rejects.toThrow(
    'millrace secret set git < FILE',
  );
});

test('all that are missing are told at once, each with its command', async () => {
  [swarm.secrets, swarm.configs] = [[], []];
  await expect(find()).rejects.toThrow(
    'stacks/web.yml: configs, secrets: the config settings, the secret key, the secret long are not in the Swarm; make them: ' +
      'docker config create settings FILE, millrace secret set key < FILE, millrace secret set long < FILE',
  );
});

test("one of another project's making is refused", async () => {
  swarm.secrets = [file('key', 'key', 'other'), file('long')];
  await expect(find()).rejects.toMatchObject({ code: 'FOREIGN_SECRET' });
});
