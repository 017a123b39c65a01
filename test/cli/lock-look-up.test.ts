import { beforeEach, expect, test } from '@jest/globals';
import { dateMoves, lookUpPins } from '../../generator/cli/lock-look-up.ts';
import type { LookUpPlaces } from '../../generator/cli/lock-look-up.ts';
import type { MentionedPins } from '../../generator/load/wanted-pins.ts';
import { NO_MIRRORS, readMirrors } from '../../generator/model/mirrors.ts';
import { UserError } from '../../generator/model/user-error.ts';
import type { MachineImages } from '../../generator/ports/machine-images.ts';
import { createMemoryRegistry } from '../fakes/memory-registry.ts';
import type { MemoryRegistry } from '../fakes/memory-registry.ts';

const SOURCE = {
  owner: '136693071363',
  name: 'debian-12-*',
  architecture: 'x86_64',
  virtualization: 'hvm',
  rootDevice: 'ebs',
} as const;
const AMD64 = { os: 'linux', architecture: 'amd64' };

let registry: MemoryRegistry;
beforeEach(() => {
  registry = createMemoryRegistry();
});

function wants(images: Record<string, string[]>, amis: string[] = []): MentionedPins {
  return {
    images: new Map(Object.entries(images)),
    amis: new Map(amis.map((name) => [name, SOURCE] as const)),
    region: 'eu-central-1',
    mentions: new Map(
      Object.keys(images).map((text) => [text, { file: 'Dockerfile', line: 2, column: 6 }] as const),
    ),
  };
}

function places(found: Record<string, string> = {}, mirrors = NO_MIRRORS): LookUpPlaces {
  const findSource: MachineImages['findSource'] = async ({ name }) => {
    const id = found[name];
    return id === undefined
      ? undefined
      : { id, name, state: 'available', created: '2026-01-02T03:04:05.000Z', tags: {}, snapshots: [] };
  };
  return { registry, mirrors, machineImages: async () => ({ findSource }) as unknown as MachineImages };
}

test('images by digest, AMIs by id', async () => {
  const digest = registry.addImage('docker.io/library/debian', '12', AMD64);
  const wanted = wants({ 'debian:12': ['linux/amd64'] }, ['node']);
  const found = await lookUpPins(
    { images: ['debian:12'], amis: ['node'] },
    wanted,
    places({ 'debian-12-*': 'ami-00000001' }),
  );
  expect(Object.fromEntries(found.images)).toEqual({ 'debian:12': digest });
  expect(Object.fromEntries(found.amis)).toEqual({ node: 'ami-00000001' });
});

test('two spellings of one image are asked for once, for the platforms of both', async () => {
  registry.addImage('docker.io/library/debian', 'latest', AMD64);
  const texts = { debian: ['linux/amd64'], 'docker.io/library/debian:latest': ['linux/arm64'] };
  const stale = { images: Object.keys(texts), amis: [] };
  await expect(lookUpPins(stale, wants(texts), places())).rejects.toMatchObject({
    problems: [{ message: expect.stringContaining('is not there for linux/arm64') }],
  });
  const same = wants({ debian: ['linux/amd64'], 'docker.io/library/debian:latest': [] });
  registry.asked.length = 0;
  expect((await lookUpPins(stale, same, places())).images.size).toBe(2);
  expect(registry.asked).toHaveLength(1);
});

test('every failure is listed, with where the reference is mentioned', async () => {
  registry.addImage('docker.io/library/debian', '12', AMD64);
  registry.breakWith('ghcr.io/a/b', new UserError('REGISTRY_DENIED', 'ghcr.io: no access; log in'));
  const images = { 'debian:12': [], 'ghcr.io/a/b': [], 'nosuch:1': [] };
  const stale = { images: Object.keys(images), amis: ['node'] };
  const failure = await lookUpPins(stale, wants(images, ['node']), places()).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(failure).toMatchObject({
    code: 'LOCK_FAILED',
    message: '3 of 4 could not be looked up; nothing was written',
    problems: [
      { file: 'Dockerfile', line: 2, column: 6, path: 'ghcr.io/a/b', message: 'ghcr.io: no access; log in' },
      { file: 'Dockerfile', path: 'nosuch:1' },
      {
        file: 'project.yaml',
        path: 'ami:node',
        message:
          'no AMI of 136693071363 is named debian-12-* in eu-central-1 (x86_64, hvm, ebs); correct source:',
      },
    ],
  });
});

test('what is no UserError is a bug and stays one', async () => {
  registry.breakWith('docker.io/library/debian', new TypeError('a bug'));
  const stale = { images: ['debian:12'], amis: [] };
  await expect(lookUpPins(stale, wants({ 'debian:12': [] }), places())).rejects.toThrow('a bug');
});

test('a mirror is asked in place of the registry', async () => {
  const digest = registry.addImage('127.0.0.1:5000/deb', '12', AMD64);
  const { rules } = readMirrors({ debian: '127.0.0.1:5000/deb' });
  const wanted = wants({ 'debian:12': ['linux/amd64'] });
  const found = await lookUpPins({ images: ['debian:12'], amis: [] }, wanted, places({}, rules));
  expect(found.images.get('debian:12')).toBe(digest);
});

test('moves are dated where the date is to be had', async () => {
  const name = 'docker.io/library/debian';
  const before = registry.addImage(name, '12', { created: '2026-01-01T00:00:00Z' });
  const after = registry.addImage(name, '12', { created: '2026-02-01T00:00:00Z' });
  const moved = [
    { name: 'debian:12', before, after },
    { name: 'debian:11', before: 'sha256:gone', after },
    { name: 'ami:node', before: 'ami-1', after: 'ami-2' },
  ];
  const dates = await dateMoves(moved, places(), {
    created: new Map([['ami:node', '2026-03-01T00:00:00Z']]),
  });
  expect(Object.fromEntries(dates)).toEqual({
    'debian:12': { before: '2026-01-01T00:00:00Z', after: '2026-02-01T00:00:00Z' },
    'debian:11': { after: '2026-02-01T00:00:00Z' },
    'ami:node': { after: '2026-03-01T00:00:00Z' },
  });
});
