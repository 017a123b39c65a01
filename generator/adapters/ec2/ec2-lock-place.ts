import type { KeyPairInfo } from '@aws-sdk/client-ec2';
import { UserError } from '../../model/user-error.ts';
import type { DeployLock, LockPlace } from '../../ports/lock-place.ts';
import type { AwsClients } from './aws-clients.ts';
import { awsErrorCode } from './explain-aws-error.ts';
import { readTags, writeTags } from './read-tags.ts';

/**
 * No key pair of EC2 is made without a key. The private half of this one is nobody's: its point is the SHA-256 of the text
 * `millrace deploy lock 1`, the first such text whose digest is a point of the curve.
 */
const PUBLIC_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKQk/yze42FGtWTV4sxf6fbYbMsIRVy1faUjAaWGk8VR millrace-deploy-lock';

/** Not the project's own tag: a lock is nothing that a project consists of, and it is held while that is taken away. */
const TAG = {
  project: 'millrace:lock',
  generation: 'millrace:lock-generation',
  owner: 'millrace:lock-owner',
  expires: 'millrace:lock-expires',
  run: 'millrace:lock-run',
  boot: 'millrace:lock-boot',
  pid: 'millrace:lock-pid',
  host: 'millrace:lock-host',
} as const;

/** Of a tag's value (docs.aws.amazon.com/AWSEC2, "Tag your Amazon EC2 resources"). */
const LONGEST_VALUE = 256;

/** Key pairs, of which EC2 has one of a name, whoever asks at the same time: each is a lock's generation. */
export function createEc2LockPlace(clients: AwsClients, project: string, region: string): LockPlace {
  const ids = new Map<number, string>();
  const nameOf = ({ generation }: Pick<DeployLock, 'generation'>): string =>
    `millrace-lock-${project}-${generation}`;
  return {
    name: `EC2 in ${region}`,
    list: async () => {
      const found = await describe(clients, `tag:${TAG.project}`, project);
      const locks = found.flatMap((pair) => {
        const lock = readLock(pair);
        if (lock && pair.KeyPairId) ids.set(lock.generation, pair.KeyPairId);
        return lock ?? [];
      });
      return locks.sort((a, b) => a.generation - b.generation);
    },
    make: (lock) => make(clients, project, nameOf(lock), lock),
    extend: async (lock) => {
      const id = ids.get(lock.generation) ?? (await findId(clients, nameOf(lock)));
      if (id === undefined) return;
      ids.set(lock.generation, id);
      await unlessGone(
        clients.ec2('ec2:CreateTags', (client, { CreateTagsCommand }) =>
          client.send(
            new CreateTagsCommand({
              Resources: [id],
              Tags: writeTags({ [TAG.expires]: String(lock.expires) }),
            }),
          ),
        ),
      );
    },
    remove: async (lock) => {
      ids.delete(lock.generation);
      await unlessGone(
        clients.ec2('ec2:DeleteKeyPair', (client, { DeleteKeyPairCommand }) =>
          client.send(new DeleteKeyPairCommand({ KeyName: nameOf(lock) })),
        ),
      );
    },
  };
}

async function make(clients: AwsClients, project: string, name: string, lock: DeployLock): Promise<boolean> {
  const specification = { ResourceType: 'key-pair' as const, Tags: writeTags(writeLock(project, lock)) };
  try {
    await clients.ec2('ec2:ImportKeyPair', (client, { ImportKeyPairCommand }) =>
      client.send(
        new ImportKeyPairCommand({
          KeyName: name,
          PublicKeyMaterial: Buffer.from(PUBLIC_KEY),
          TagSpecifications: [specification],
        }),
      ),
    );
    return true;
  } catch (error) {
    if (codeOf(error) !== 'InvalidKeyPair.Duplicate') throw error;
  }
  // The client asks again where an answer was lost: then it is this run's own that stands in the way.
  const [found] = await describe(clients, 'key-name', name);
  if (!found) return false;
  const held = readLock(found);
  if (!held)
    throw new UserError(
      'LOCK_TAKEN',
      `the key pair ${name} stands where the deploy lock is kept, and is none; delete it in EC2`,
    );
  return held.run === lock.run;
}

async function findId(clients: AwsClients, name: string): Promise<string | undefined> {
  const [found] = await describe(clients, 'key-name', name);
  return found?.KeyPairId;
}

/** By filter: a name that is gone would fail the call. */
function describe({ ec2 }: AwsClients, filter: string, value: string): Promise<KeyPairInfo[]> {
  return ec2('ec2:DescribeKeyPairs', async (client, { DescribeKeyPairsCommand }) => {
    const filters = [{ Name: filter, Values: [value] }];
    return (await client.send(new DescribeKeyPairsCommand({ Filters: filters }))).KeyPairs ?? [];
  });
}

function writeLock(project: string, lock: DeployLock): Record<string, string> {
  const { generation, owner, expires, run, boot, pid, host } = lock;
  return {
    [TAG.project]: project,
    [TAG.generation]: String(generation),
    [TAG.owner]: owner.slice(0, LONGEST_VALUE),
    [TAG.expires]: String(expires),
    [TAG.run]: run,
    [TAG.boot]: boot,
    [TAG.pid]: pid,
    ...(host === undefined ? {} : { [TAG.host]: host }),
  };
}

function readLock({ Tags }: KeyPairInfo): DeployLock | undefined {
  const tags = readTags(Tags);
  const [generation, expires] = [TAG.generation, TAG.expires].map((key) => Number(tags[key] || 'none'));
  if (!Number.isSafeInteger(generation) || !Number.isSafeInteger(expires)) return undefined;
  const { [TAG.owner]: owner = '', [TAG.run]: run = '', [TAG.boot]: boot = '', [TAG.pid]: pid = '' } = tags;
  const host = tags[TAG.host];
  return {
    ...{ generation: generation!, expires: expires!, owner, run, boot, pid },
    ...(host === undefined ? {} : { host }),
  };
}

async function unlessGone(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!/^InvalidKeyPair(?:ID)?\.NotFound$|^InvalidID$/.test(codeOf(error))) throw error;
  });
}

/** AWS's own code; the client's explanation carries it as its cause. */
function codeOf(error: unknown): string {
  return awsErrorCode(error instanceof UserError ? error.cause : error);
}
