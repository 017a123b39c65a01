import { beforeEach, describe, expect, test } from '@jest/globals';
import { writeNote } from '../../../generator/drivers/home/home-note.ts';
import { sweepHome } from '../../../generator/drivers/home/sweep-home.ts';
import type { SwapWork } from '../../../generator/drivers/home/swap-work.ts';
import { observeStacks } from '../../../generator/drivers/stack/observe-stacks.ts';
import { Project } from '../../../generator/model/project/project.ts';
import { createJumpingClock } from '../../fakes/jumping-clock.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';
import type { MemorySwarm } from '../../fakes/memory-swarm.ts';

const LABELS = { 'millrace.project': 'shop', 'millrace.component': 'stack:jenkins' };
const NOW = Date.parse('2030-01-01T12:00:00Z');
const at = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();
const clock = { ...createJumpingClock(NOW), sleep: () => Promise.resolve() };
let swarm: MemorySwarm;
beforeEach(() => {
  swarm = createMemorySwarm();
});

/** A job of these minutes, with a task in this state, and a secret of the same name. */
function addJob(name: string, minutes: number, state?: string): void {
  const Labels = { ...LABELS, 'millrace.job': name };
  const common = { CreatedAt: at(minutes), Spec: { Name: name, Labels } };
  swarm.secrets.push({ ID: `secret-${name}`, ...common });
  if (state !== undefined) swarm.services.push({ ID: name, ...common, state });
}

function sweep(): Promise<void> {
  const engine: SwapWork['engine'] = {
    ...swarm,
    get: async (path) => {
      if (!path.startsWith('/tasks')) return swarm.get(path);
      const found = (swarm.services as { ID: string; state: string }[]).filter(({ ID }) =>
        decodeURIComponent(path).includes(`"${ID}"`),
      );
      return found.map(({ state }) => ({ Status: { State: state } }));
    },
    remove: async (path) => {
      if (!path.startsWith('/services/')) return swarm.remove(path);
      swarm.services = (swarm.services as { ID: string }[]).filter(({ ID }) => path !== `/services/${ID}`);
      return true;
    },
  };
  const processes = { run: () => Promise.reject(new Error('no job is to be run')) };
  return sweepHome({
    ...{ engine, project: 'shop', stack: 'jenkins' },
    tools: { clock, processes, logIn: () => ({ env: {}, forget: () => undefined }) },
    task: { phase: () => undefined, log: () => undefined, signal: new AbortController().signal },
  });
}

const left = (): string[] =>
  [...swarm.secrets, ...(swarm.services as { Spec: { Name: string } }[])].map(({ Spec }) => Spec.Name);

describe('what killed backups have left in the Swarm', () => {
  test.each([
    ['that is over', 11, 'complete'],
    ['that failed', 11, 'failed'],
    ['that still runs for nobody', 11, 'running'],
    ['that was never started', 11, undefined],
  ])('goes with its AWS credentials: a job %s', async (_what, minutes, state) => {
    addJob('millrace-shop-jenkins-s3-20300101-1', minutes, state);
    await sweep();
    expect(left()).toEqual([]);
  });

  test('stays where it was made just now, or is of somebody else', async () => {
    addJob('millrace-shop-jenkins-s3-20300101-1', 1, 'running');
    addJob('millrace-handover-shop-1', 60, 'complete');
    await sweep();
    expect(left()).toHaveLength(4);
  });
});

test('a backup that did not end is told by plan and status, after an hour', async () => {
  const Labels = { ...LABELS, 'millrace.record': 'deployed' };
  const record = { version: 1, hash: 'h', generation: 1, services: {} };
  const Data = Buffer.from(JSON.stringify(record)).toString('base64');
  swarm.configs.push({ ID: 'c', Spec: { Name: 'record', Labels, Data } });
  const place = { engine: swarm, project: 'shop', stack: 'jenkins' };
  const home = { parent: '/srv', name: 'jenkins', constraints: [] };
  const note = { version: 1 as const, what: 'backup' as const, home, image: 'i' };
  await writeNote(place, { ...note, id: '1', time: at(61) });
  await writeNote(place, { ...note, id: '2', time: at(59) });
  const project = Project.parse({ project: 'shop', stacks: { jenkins: { file: 'j.yml' } } });
  const components = [{ id: 'stack:jenkins' as const, name: 'jenkins' }];
  const tools = { swarms: { find: async () => swarm }, clock };
  expect((await observeStacks(components, { project }, tools)).get('stack:jenkins')).toMatchObject({
    drift: ['a backup of 2030-01-01 10:59 UTC did not end, Jenkins may begin no builds since'],
  });
});
