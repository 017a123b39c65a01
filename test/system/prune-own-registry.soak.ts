/** Real parts: a machine with Docker's engine in a Swarm, the shipped registry stack over docker-registry 2.8, SSH. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createClock } from '../../generator/adapters/clock.ts';
import { makePruneCommand } from '../../generator/cli/prune.ts';
import { isGarbageMarked, markGarbage } from '../../generator/drivers/image/collect-garbage.ts';
import { findWriter, pauseWriter } from '../../generator/drivers/image/pause-writer.ts';
import type { SwarmWork } from '../../generator/drivers/image/pause-writer.ts';
import type { PruneReport } from '../../generator/report/prune-report.ts';
import { createTextOutput } from '../fakes/text-output.ts';
import { startOwnRegistryWorld } from './services/own-registry-world.ts';
import type { Applied, OwnRegistryWorld } from './services/own-registry-world.ts';

const DAYS_LATER = 40;
let world: OwnRegistryWorld;
const shell = (script: string): string => {
  const { status, stdout, stderr } = world.machine.ssh(['sudo', 'bash', '-c', script]);
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout.trim();
};
const storedBytes = (): number =>
  Number(shell('du --summarize --bytes /var/lib/millrace/registry/docker/registry/v2/blobs').split(/\s/)[0]);
const outcomes = ({ result }: Applied): Record<string, string> =>
  Object.fromEntries(result.components.map(({ id, outcome, cause }) => [id, cause ?? outcome]));
const release = (version: string): void =>
  world.commit({
    'images/api/Dockerfile': 'FROM shop/base\nCOPY greeting data /etc/\n',
    'images/api/greeting': `${version}\n`,
    'images/api/data': randomBytes(600_000).toString('base64'),
  });
const prune = async (): Promise<PruneReport> => {
  const { output, stdout } = createTextOutput({ json: true });
  const command = makePruneCommand(() => world.openPlacesToPrune(DAYS_LATER));
  await command.run({ args: [], options: {}, root: world.folder, env: {}, output });
  return JSON.parse(stdout()) as PruneReport;
};
const withSwarm = <Result>(use: (work: SwarmWork) => Promise<Result>): Promise<Result> =>
  world.withEngine((engine) => use({ engine, project: { project: 'shop' }, clock: createClock() }));
const services = (): string[] =>
  world.docker('service', 'ls', '--format', '{{.Name}} {{.Replicas}}').split('\n');
const expectWhole = (): void => {
  expect(services()).toContain('shop-registry_writer 1/1');
  expect(services().filter((line) => line.includes('garbage'))).toEqual([]);
};

beforeAll(async () => {
  world = await startOwnRegistryWorld();
  const project = world.git('show', 'HEAD:project.yaml');
  world.commit({ 'project.yaml': `${project}\nbranch: main\nretention: { commits: 2 }\n` });
  for (const version of ['1', '2', '3', '4']) {
    release(version);
    expect(outcomes(await world.apply())).toMatchObject({ 'image:api': 'built', 'stack:web': 'deployed' });
  }
});
afterAll(() => world?.stop());

test('bytes are really freed, with the writer stopped and then as it was', async () => {
  const before = storedBytes();
  const began = Date.now();
  const report = await prune();
  const freed = before - storedBytes();
  expect(report.failures).toEqual([]);
  expect(report.artifacts.filter(({ removed }) => removed)).toHaveLength(2);
  expect(report.freed.registry).toBeGreaterThan(1_200_000);
  // Directories of blobs have their own size on the disk.
  expect(Math.abs(freed - report.freed.registry)).toBeLessThan(100_000);
  console.log(
    `${before} bytes before, ${freed} freed, ${report.freed.registry} reported, ${Date.now() - began} ms`,
  );
  expectWhole();
  const plan = await world.plan();
  expect(plan.components.filter(({ action }) => action !== 'keep')).toEqual([]);
});

test('what is left serves a rollback: nothing is built, also on an empty node; and the next image is taken in', async () => {
  world.git('revert', '--no-edit', 'HEAD');
  shell('docker image prune --all --force >/dev/null');
  expect(outcomes(await world.apply())).toMatchObject({ 'image:api': 'kept', 'stack:web': 'deployed' });
  release('5');
  expect(outcomes(await world.apply())).toMatchObject({ 'image:api': 'built', 'stack:web': 'deployed' });
});

test('a run that was killed in the middle: the next apply brings the writer back, the next prune finishes', async () => {
  const pause = (): Promise<void> =>
    withSwarm(async (work) => {
      await markGarbage(work);
      await pauseWriter(work, (await findWriter(work))!);
    });
  await pause();
  expect(services()).toContain('shop-registry_writer 0/0');
  const plan = await world.plan();
  expect(plan.components.find(({ id }) => id === 'stack:registry')?.action).toBe('deploy');
  expect(outcomes(await world.apply())).toMatchObject({ 'stack:registry': 'deployed', 'image:api': 'kept' });
  expectWhole();
  await pause();
  expect((await prune()).failures).toEqual([]);
  expectWhole();
  expect(await withSwarm(isGarbageMarked)).toBe(false);
});
