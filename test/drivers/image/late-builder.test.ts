import { beforeEach, expect, test } from '@jest/globals';
import { createLateBuilder } from '../../../generator/drivers/image/late-builder.ts';
import type { RegistryWay } from '../../../generator/drivers/image/own-registry.ts';
import type { ImageBuilder, ImageBuildRequest } from '../../../generator/ports/image-builder.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';

let calls: string[];
let host: string | undefined;
let builder: ImageBuilder;
beforeEach(() => {
  calls = [];
  host = undefined;
  const way = (): RegistryWay => ({ sockets: {}, isOpen: () => true, engine: createMemorySwarm(host) });
  builder = createLateBuilder(
    {
      findAbsence: async () => (host === undefined ? 'host absent' : undefined),
      enter: async (door) => {
        calls.push(`enter ${door}`);
        return way();
      },
    },
    async ({ engine }) => {
      const at = engine!.host;
      return {
        check: async (platforms) => void calls.push(`check ${at} ${platforms.join()}`),
        build: async ({ localTag }) => void calls.push(`build ${at} ${localTag}`),
        test: async (localTag) => void calls.push(`test ${at} ${localTag}`),
        publish: async (localTag) => {
          calls.push(`publish ${at} ${localTag}`);
          return 'digest';
        },
        forget: async (localTags) => void calls.push(`forget ${at} ${localTags.join()}`),
      };
    },
  );
});

const request = (localTag: string): ImageBuildRequest => ({
  context: '',
  dockerfile: '',
  args: {},
  platforms: [],
  localTag,
  epoch: 0,
});

test('what is not there yet is not looked at before the first build, and then once', async () => {
  await builder.check(['linux/amd64']);
  expect(calls).toEqual([]);
  host = 'a';
  await builder.build(request('one'), {});
  await builder.build(request('two'), {});
  expect(await builder.publish('one', 'r', {})).toBe('digest');
  expect(calls.filter((call) => !call.startsWith('enter'))).toEqual([
    'check a linux/amd64',
    'build a one',
    'build a two',
    'publish a one',
  ]);
  expect(calls.at(-2)).toBe('enter 127.0.0.1:5001');
});

test('what is there is checked before anything is built', async () => {
  host = 'a';
  await builder.check(['linux/amd64']);
  expect(calls).toContain('check a linux/amd64');
});

test('an image is tested, published and forgotten where it was built', async () => {
  host = 'a';
  await builder.build(request('one'), {});
  host = 'b';
  await builder.build(request('two'), {});
  await builder.test('one', ['x'], {});
  await builder.publish('two', 'r', {});
  await builder.forget(['one', 'two', 'three']);
  expect(calls).toEqual(
    expect.arrayContaining(['test a one', 'publish b two', 'forget a one', 'forget b two']),
  );
});

test('an engine that was only looked at is told when the run ends', async () => {
  host = 'a';
  await builder.check(['linux/amd64']);
  await builder.forget([]);
  expect(calls.at(-1)).toBe('forget a ');
});
