import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DescribeKeyPairsCommand, ImportKeyPairCommand } from '@aws-sdk/client-ec2';
import { createCloudResources } from '../../generator/adapters/ec2/cloud-resources.ts';
import type { DeployLock } from '../../generator/ports/lock-place.ts';
import { startInfrastructureWorld } from './infrastructure-world.ts';
import type { InfrastructureWorld } from './infrastructure-world.ts';
import { ec2Client } from './services/ec2-holdings.ts';

let world: InfrastructureWorld;
beforeAll(async () => {
  world = await startInfrastructureWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.aws.reset();
  world.clear();
});

function lockOf(run: string, generation = 1, more: Partial<DeployLock> = {}): DeployLock {
  return { run, generation, boot: 'boot', pid: '1:2:3', owner: 'alice@laptop (7)', expires: 17, ...more };
}

const placeOf = (project: string) => createCloudResources(world.aws.region).lockPlace(project);

/** What EC2 does by itself where an answer was lost and the call comes again. */
const lostAnswer = { body: /Action=ImportKeyPair/, fault: { kind: 'reset', after: 'work' } } as const;

describe('the deploy lock in EC2', () => {
  test('is made once of two who ask at the same time, and is read back as it was written', async () => {
    const locks = [lockOf('a', 1, { host: 'machine', owner: 'x'.repeat(300) }), lockOf('b')];
    const made = await Promise.all(locks.map((lock) => placeOf('shop').make(lock)));
    expect([...made].sort()).toEqual([false, true]);
    const winner = locks[made.indexOf(true)]!;
    expect(await placeOf('shop').list()).toEqual([{ ...winner, owner: winner.owner.slice(0, 256) }]);
    expect(placeOf('shop').name).toBe('EC2 in eu-central-1');
  });

  test('goes to the next generation after a dead one, which then goes', async () => {
    const place = placeOf('shop');
    await place.make(lockOf('dead', 9));
    await place.make(lockOf('next', 10));
    expect((await placeOf('shop').list()).map(({ generation }) => generation)).toEqual([9, 10]);
    await placeOf('shop').remove({ generation: 9 });
    await placeOf('shop').remove({ generation: 9 });
    expect((await place.list()).map(({ run }) => run)).toEqual(['next']);
  });

  test('is extended in its tags only, and that it is gone is no failure', async () => {
    const place = placeOf('shop');
    await place.make(lockOf('a'));
    await place.extend(lockOf('a', 1, { expires: 99 }));
    expect(await place.list()).toEqual([lockOf('a', 1, { expires: 99 })]);
    await placeOf('shop').remove({ generation: 1 });
    await place.extend(lockOf('a', 1, { expires: 100 }));
    await placeOf('shop').extend(lockOf('a', 1, { expires: 100 }));
    expect(await place.list()).toEqual([]);
  });

  test('is its own where the answer to the call that made it was lost', async () => {
    world.proxy.inject(lostAnswer);
    expect(await placeOf('shop').make(lockOf('a'))).toBe(true);
    world.proxy.inject(lostAnswer);
    expect(await placeOf('shop').make(lockOf('b'))).toBe(false);
    expect((await placeOf('shop').list()).map(({ run }) => run)).toEqual(['a']);
  });

  test('of one project is no concern of another whose name begins the same', async () => {
    expect(await placeOf('shop').make(lockOf('a'))).toBe(true);
    expect(await placeOf('shop-1').make(lockOf('b'))).toBe(true);
    expect((await placeOf('shop').list()).map(({ run }) => run)).toEqual(['a']);
    expect((await placeOf('shop-1').list()).map(({ run }) => run)).toEqual(['b']);
    expect(await createCloudResources(world.aws.region).findTagged('shop')).toEqual([]);
  });

  test('says what is in its way where that is no lock', async () => {
    const key = {
      KeyName: 'millrace-lock-shop-1',
      PublicKeyMaterial: Buffer.from(
        'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGbFwTCFZpTZYpZ0BlvYbFFEFAb1jNgPhHc7rEBXNbQ3',
      ),
    };
    await ec2Client(world.aws).send(new ImportKeyPairCommand(key));
    await expect(placeOf('shop').make(lockOf('a'))).rejects.toThrow(
      'the key pair millrace-lock-shop-1 stands where the deploy lock is kept, and is none; delete it in EC2',
    );
  });

  test('asks EC2 once for a list, and once to make one', async () => {
    const place = placeOf('shop');
    await place.make(lockOf('a'));
    await place.list();
    expect(world.proxy.requests).toHaveLength(2);
    const { KeyPairs } = await ec2Client(world.aws).send(new DescribeKeyPairsCommand({}));
    for (const { Value } of KeyPairs![0]!.Tags!) expect(Value!.length).toBeLessThanOrEqual(256);
  });
});
