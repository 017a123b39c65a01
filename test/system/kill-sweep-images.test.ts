/**
 * The whole process group of a run is killed at seeded instants of a build, and the engine with it at some of them: the
 * next run completes, and at no time is anything under a hash that is not whole. A few instants here, more in soak.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICES, idsOf, startImageWorld } from './services/image-world.ts';
import type { ImageWorld } from './services/image-world.ts';

const SEED = 20_261_122;
const INSTANTS = process.env['MILLRACE_SOAK'] ? 40 : 3;
const ALL = SERVICES.map((name) => `image:${name}`);

let world: ImageWorld;
/** Of a run that builds everything and is let be. */
let duration: number;

beforeAll(async () => {
  world = await startImageWorld();
  const started = Date.now();
  const { code, stderr } = await world.run(['apply', '--json']);
  if (code !== 0) throw new Error(stderr);
  duration = Date.now() - started;
});
afterAll(() => world?.stop());

test.each(Array.from({ length: INSTANTS }, (_, index) => index))('killed at instant %i', async (index) => {
  world.commit({
    'base/motd': `the base of all services, ${index}`,
    'services/api/serve.sh': `+x#!/bin/sh\necho "api, by the base ${index}"\n`,
  });
  // Spread over the run, each somewhere in its part of it.
  const instant = ((index + pseudoRandom(SEED + index)) / INSTANTS) * duration;
  const killed = world.start(['apply', '--json']);
  await sleep(instant);
  killGroup(killed.pid);
  const withEngine = index % 3 === 2;
  if (withEngine) await world.engine.halt();
  await killed.ended;
  await expectWhole();
  if (withEngine) await world.engine.resume();

  const next = await world.run(['apply', '--json']);
  expect([next.code, next.stderr.includes('failed')]).toEqual([0, false]);
  expect([...idsOf(next, 'built'), ...idsOf(next, 'kept')].sort()).toEqual(ALL);
  await expectWhole();
  world.proxy.clear();
  const last = await world.run(['apply', '--json']);
  expect([idsOf(last, 'kept'), world.mutations()]).toEqual([ALL, []]);
  // One that finds nothing to build needs no engine, and does not look there.
  if (next.json.summary['built']! > 0) expectNothingLeft(killed.pid);
});

/** What the killed run left is gone: folders, containers, the engine's names of what was being made. */
function expectNothingLeft(pid: number): void {
  const isOf = (name: string): boolean => name.includes(`-${pid}-`);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('millrace-') && isOf(name))).toEqual([]);
  expect(world.engine.docker('ps', '--all', '--quiet')).toBe('');
  const local = ['image', 'ls', '--filter', 'reference=millrace.localhost/*/*', '--format', '{{.Tag}}'];
  expect(
    world.engine
      .docker(...local)
      .split('\n')
      .filter(isOf),
  ).toEqual([]);
}

/** Every manifest under a hash is there with its configuration and all of its layers. */
async function expectWhole(): Promise<void> {
  for (const name of SERVICES) {
    const at = (path: string, method = 'GET'): Promise<Response> =>
      fetch(`http://${world.registry.address}/v2/services/${name}/${path}`, {
        method,
        headers: { Accept: 'application/vnd.docker.distribution.manifest.v2+json' },
      });
    const { tags } = (await (await at('tags/list')).json()) as { tags: string[] | null };
    for (const tag of (tags ?? []).filter((each) => each.startsWith('src-'))) {
      const answer = await at(`manifests/${tag}`);
      expect([tag, answer.status]).toEqual([tag, 200]);
      const manifest = (await answer.json()) as { config: { digest: string }; layers: { digest: string }[] };
      for (const { digest } of [manifest.config, ...manifest.layers])
        expect([digest, (await at(`blobs/${digest}`, 'HEAD')).status]).toEqual([digest, 200]);
    }
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It was done already.
  }
}

/** @returns 0 ≤ number < 1, the same for the same seed (mulberry32) */
function pseudoRandom(seed: number): number {
  let state = (seed + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
}
