import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeGiven, matchGiven, readGivenSecrets } from '../../generator/cli/given-secrets.ts';
import { knownSecrets } from '../../generator/cli/known-secrets.ts';
import { withManagedSecrets } from '../../generator/cli/with-managed-secrets.ts';
import type { Driver } from '../../generator/drivers/driver.ts';
import { loadProject } from '../../generator/load/load-project.ts';
import { commitFilesOf } from '../fakes/commit-files.ts';
import { createMemorySwarm } from '../fakes/memory-swarm.ts';
import type { MemorySwarm } from '../fakes/memory-swarm.ts';

const FILES = commitFilesOf({
  'project.yaml': `project: shop
repository: https://git.example.com/shop.git
scm: { credential: git }
stacks: { jenkins: { file: jenkins.yml }, web: { file: web.yml } }
`,
  'jenkins.yml': `services:
  controller: { image: "redis:7", secrets: [jenkins_admin_password, jenkins_credential_git] }
secrets: { jenkins_admin_password: { external: true }, jenkins_credential_git: { external: true } }
`,
  'web.yml': `services: { api: { image: "redis:7", secrets: [key] } }
secrets: { key: { external: true } }
`,
});
const source = { project: loadProject(FILES).loaded!.project, files: FILES };
const known = knownSecrets(source);

let folder: string;
let swarm: MemorySwarm;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'given-'));
  swarm = createMemorySwarm();
});
afterEach(() => rmSync(folder, { recursive: true }));

const give = (name: string, value: string): void => writeFileSync(join(folder, name), value);
const stored = (): Record<string, string> =>
  Object.fromEntries(
    swarm.secrets.map(({ Spec }) => [Spec.Name, Buffer.from(Spec.Data ?? '', 'base64').toString()]),
  );

describe('the folder', () => {
  test('has a file for each; what is hidden or a folder is none', () => {
    give('git', 'user:pass\n');
    give('.git.swp', 'x');
    mkdirSync(join(folder, 'old'));
    expect([...matchGiven(readGivenSecrets(folder), known)]).toEqual([
      ['jenkins_credential_git', Buffer.from('user:pass')],
    ]);
  });

  test.each([
    ['is not there', 'nowhere', /expected a folder with a file for each secret, found none \(ENOENT/],
    ['is empty', '.', /found an empty one/],
  ])('that %s is one line', (_what, path, message) => {
    expect(() => readGivenSecrets(join(folder, path))).toThrow(message);
  });

  test.each([
    ['got', 'user:pass', 'UNKNOWN_SECRET', /no secret "got".*git/],
    ['git', 'pass', 'BAD_VALUE', /git: expected user:password/],
    ['key', '\n', 'NO_INPUT', /expected a value in .*key, found nothing/],
    ['jenkins_admin_password', 'x', 'NOT_SETTABLE', /is made by Millrace.*remove the file/],
  ])('with %s containing %j is refused', (name, value, code, message) => {
    give(name, value);
    const match = (): unknown => matchGiven(readGivenSecrets(folder), known);
    expect(match).toThrow(message);
    expect(match).toThrow(expect.objectContaining({ code }));
  });
});

test('what is not there is made, and what is stays as it is', async () => {
  give('git', 'user:first');
  await makeGiven(swarm, known, matchGiven(readGivenSecrets(folder), known), 'shop');
  give('git', 'user:second');
  give('key', 'secret');
  await makeGiven(swarm, known, matchGiven(readGivenSecrets(folder), known), 'shop');
  expect(stored()).toEqual({ jenkins_credential_git: 'user:first', key: 'secret' });
});

describe('a run that is given some', () => {
  const deployed: string[] = [];
  const run = async (stack: string): Promise<void> => {
    const plain = {
      kind: 'stack',
      deploy: ({ name }) => Promise.resolve(void deployed.push(name)),
    } as Partial<Driver> as Driver;
    const driver = withManagedSecrets(
      plain,
      { find: () => Promise.resolve(swarm) },
      readGivenSecrets(folder),
    );
    const component = { id: `stack:${stack}`, name: stack, kind: 'stack' } as never;
    await driver.prepare!([component], source as never, [component]);
    await driver.deploy!(component, { source } as never);
  };

  test('makes those of the stack that it deploys, and no others', async () => {
    give('git', 'user:pass');
    give('key', 'secret');
    await run('web');
    expect(stored()).toEqual({ key: 'secret' });
    await run('jenkins');
    expect(stored()).toMatchObject({ key: 'secret', jenkins_credential_git: 'user:pass' });
    expect(deployed).toEqual(['web', 'jenkins']);
  });

  test('is refused for what is not among them, before anything is made', async () => {
    give('git', 'user:pass');
    await expect(run('web')).rejects.toThrow('key is not in the Swarm, and nothing was touched');
    expect(stored()).toEqual({});
  });
});
