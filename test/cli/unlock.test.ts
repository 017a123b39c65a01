import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Ask } from '../../generator/cli/confirm-removal.ts';
import { makeUnlockCommand } from '../../generator/cli/unlock.ts';
import { Project } from '../../generator/model/project/project.ts';
import { UserError } from '../../generator/model/user-error.ts';
import type { DeployLock } from '../../generator/ports/lock-place.ts';
import { createMemoryPlace } from '../fakes/memory-place.ts';
import type { MemoryPlace } from '../fakes/memory-place.ts';
import { createTextOutput } from '../fakes/text-output.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
let ec2: MemoryPlace;
let swarm: MemoryPlace;
let unreachable: boolean;
let account: string;
beforeEach(() => {
  [ec2, swarm] = [createMemoryPlace('EC2'), createMemoryPlace('Swarm')];
  [unreachable, account] = [false, '123456789012'];
  swarm.locks = [lock('aliveaaaa', { boot: 'this', pid: 'alive' }), lock('otherbbbb', { boot: 'other' })];
  ec2.locks = [
    lock('deadcccc', { boot: 'this', pid: 'gone' }),
    lock('latedddd', { boot: 'other', expires: 0 }),
  ];
});

function lock(run: string, more: Partial<DeployLock>): DeployLock {
  const generation = run.length + run.charCodeAt(0);
  return { run, boot: 'b', pid: 'p', owner: `owner ${run}`, generation, expires: NOW + 60_000, ...more };
}

async function run(args: string[] = [], options: Record<string, unknown> = {}, ask?: Ask) {
  const text = createTextOutput({ json: options['json'] === true });
  const command = makeUnlockCommand(() =>
    Promise.resolve({
      project: Project.parse({
        project: 'shop',
        aws: { region: 'eu-central-1', accounts: ['123456789012'] },
      }),
      ids: ['infrastructure:a', 'infrastructure:b', 'stack:c'] as const,
      drivers: new Map([
        [
          'infrastructure' as const,
          {
            kind: 'infrastructure',
            observe: () => Promise.resolve(new Map()),
            findLockPlace: () => Promise.resolve(ec2),
          },
        ],
        [
          'stack' as const,
          {
            kind: 'stack' as const,
            observe: () => Promise.resolve(new Map()),
            findLockPlace: () =>
              unreachable
                ? Promise.reject(new UserError('SWARM_UNREACHABLE', 'no Swarm answers; look at it'))
                : Promise.resolve(swarm),
          },
        ],
      ]) as never,
      here: () => ({ boot: 'this', now: NOW, isAlive: (pid: string) => pid === 'alive' }),
      account: () => Promise.resolve(account),
      ask,
    }),
  );
  const code = await command.run({ args, options, root: '/', env: {}, output: text.output });
  return { code, stdout: text.stdout(), stderr: text.stderr() };
}

const left = (): string[] => [...ec2.locks, ...swarm.locks].map((one) => one.run);

describe('millrace unlock', () => {
  test('shows every lock once, and takes away those of the dead', async () => {
    const { code, stdout } = await run();
    expect(code).toBe(0);
    expect(stdout).toBe(`deadcccc  EC2    owner deadcccc   dead                          removed
latedddd  EC2    owner latedddd   expired                       removed
aliveaaa  Swarm  owner aliveaaaa  alive
otherbbb  Swarm  owner otherbbbb  may be alive until 00:01 UTC
`);
    expect(left()).toEqual(['aliveaaaa', 'otherbbbb']);
    expect((await run([], { json: true })).stdout).toContain('"state": "alive"');
  });

  test('says where nothing is locked', async () => {
    [ec2.locks, swarm.locks] = [[], []];
    expect((await run()).stdout).toBe('shop: nobody deploys, nothing is locked\n');
  });

  test('takes from who may be alive what is named, where that is meant', async () => {
    await expect(run(['aliveaaa'])).rejects.toMatchObject({
      code: 'NOT_CONFIRMED',
      message: expect.stringContaining('owner aliveaaaa at Swarm'),
    });
    expect(left()).toHaveLength(4);
    await run(['aliveaaa'], { yes: true });
    expect(left()).toEqual(['otherbbbb']);
  });

  test.each([
    ['yes', []],
    ['no', ['deadcccc', 'latedddd', 'aliveaaaa', 'otherbbbb']],
  ])('asks a person who is there, and %s counts', async (answer, expected) => {
    await run([], { all: true }, () => Promise.resolve(answer)).catch(() => undefined);
    expect(left()).toEqual(expected);
  });

  test('changes nothing in an account that the project does not list', async () => {
    account = '999999999999';
    await expect(run()).rejects.toMatchObject({ code: 'WRONG_ACCOUNT' });
    expect(left()).toHaveLength(4);
  });

  test('names what there is where an id is unknown', async () => {
    await expect(run(['nobody'])).rejects.toMatchObject({
      message: 'there is no lock "nobody"; there are deadcccc, latedddd, aliveaaa, otherbbb',
    });
  });

  test('a place that does not answer hides no other, and is no success', async () => {
    unreachable = true;
    const { code, stdout, stderr } = await run();
    expect(code).toBe(1);
    expect(stdout).toContain('deadcccc');
    expect(stderr).toContain('no Swarm answers');
  });
});
