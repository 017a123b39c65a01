import { beforeEach, describe, expect, test } from '@jest/globals';
import { readReport, writeReport } from '../../../generator/drivers/handover/hand-over-report.ts';
import type { HandOverReport } from '../../../generator/drivers/handover/hand-over-report.ts';
import { sweepHandOvers } from '../../../generator/drivers/handover/sweep-hand-overs.ts';
import { createStackDriver } from '../../../generator/drivers/stack/stack-driver.ts';
import type { StackTools } from '../../../generator/drivers/stack/stack-tools.ts';
import type { SwarmFile } from '../../../generator/drivers/stack/swarm-objects.ts';
import { Project } from '../../../generator/model/project/project.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';
import type { MemorySwarm } from '../../fakes/memory-swarm.ts';

const project = Project.parse({ project: 'shop', stacks: { jenkins: { file: 'stacks/jenkins.yml' } } });
const OWN = { 'millrace.project': 'shop', 'millrace.component': 'stack:jenkins' };
const REVISION = 'c'.repeat(40);
const BEGAN = Date.parse('2030-01-01T08:00:00Z');
const at = (minutes: number): string => new Date(BEGAN + minutes * 60_000).toISOString();
const NOW = BEGAN + 60 * 60_000;

let swarm: MemorySwarm;
let now: number;
beforeEach(() => {
  [swarm, now] = [createMemorySwarm(), NOW];
});

type State = [state: string, minute: number, err?: string];

/** A hand-over with its secret, begun at eight, and its tasks with the minutes in which they came to be so. */
function addJob(number: number, states: readonly State[], revision = REVISION): void {
  const Name = `millrace-handover-shop-${number}`;
  const Args = ['handover', Name, '--rev', revision, '--build', '/job/x', '--only', 'stack:jenkins'];
  swarm.services.push({
    ID: `job-${number}`,
    CreatedAt: at(number),
    Spec: {
      ...{ Name, Labels: { ...OWN, 'millrace.job': Name } },
      TaskTemplate: { ContainerSpec: { Image: 'i', Args } },
    },
  });
  const Labels = { ...OWN, 'millrace.handover': String(number) };
  swarm.secrets.push({ ID: `secret-${number}`, CreatedAt: at(number), Spec: { Name, Labels } });
  states.forEach(([State, minute, Err], index) => {
    const Status = { State, Timestamp: at(minute), ...(Err === undefined ? {} : { Err }) };
    const task = { ID: `${number}.${index}`, ServiceID: `job-${number}`, CreatedAt: at(minute), Status };
    swarm.tasks.push(task);
  });
}

/** What `plan`, `apply` and `status` say when they look. */
async function look(): Promise<string[]> {
  const notes: string[] = [];
  const driver = createStackDriver({
    swarms: { find: async () => swarm },
    clock: { now: () => now, sleep: () => Promise.resolve() },
    note: (text: string) => void notes.push(text),
  } as unknown as StackTools);
  const component = { id: 'stack:jenkins', name: 'jenkins' } as never;
  await driver.observe([component], { project });
  return notes;
}
const sweep = (): Promise<number> => sweepHandOvers(swarm, 'shop', now);
const report = (): HandOverReport | undefined => readReport(swarm.configs as SwarmFile[]);
const write = (more: Partial<HandOverReport>): Promise<void> =>
  writeReport(swarm, 'shop', {
    ...{
      version: 1,
      time: at(10),
      revision: REVISION,
      components: ['stack:jenkins'],
      outcome: 'done',
      lines: [],
    },
    ...more,
  });

describe('a job that failed before it could write a report', () => {
  test.each<[string, State[], string[], string]>([
    [
      'without git',
      [
        ['failed', 2, 'task: non-zero exit (70)'],
        ['failed', 9, 'task: non-zero exit (70)'],
        ['failed', 5, 'task: non-zero exit (70)'],
      ],
      ['Node.js v20', '  spawn git ENOENT  ', ''],
      'task: non-zero exit (70), its last words: spawn git ENOENT',
    ],
    ['without millrace', [['failed', 9, 'task: non-zero exit (127)']], [], 'task: non-zero exit (127)'],
    [
      'whose image nobody can pull',
      [['rejected', 9, 'No such image: registry/shop/handover@sha256:1']],
      [],
      'No such image: registry/shop/handover@sha256:1',
    ],
  ])('%s is told by who looks next, and by all after the sweep', async (_, states, lines, end) => {
    addJob(3, states);
    swarm.logs.set(`3.${states.findIndex(([, minute]) => minute === 9)}`, lines);
    const told = [
      `stack:jenkins of commit cccccccccccc failed at 2030-01-01 08:09 UTC: the job millrace-handover-shop-3 ended without a report: ${end}`,
    ];
    expect(await look()).toEqual(told);
    expect(swarm.services).toHaveLength(1);
    expect(await sweep()).toBe(2);
    expect([swarm.services, swarm.secrets]).toEqual([[], []]);
    expect(await look()).toEqual(told);
    expect(await sweep()).toBe(0);
    expect(report()).toMatchObject({ revision: REVISION, outcome: 'failed', components: ['stack:jenkins'] });
  });

  test('takes the place of an older report, of the same commit too', async () => {
    await write({ time: at(0) });
    addJob(3, [['failed', 9, 'no']]);
    expect(await look()).toHaveLength(2);
    await sweep();
    expect(report()).toMatchObject({ outcome: 'failed', time: at(9) });
  });

  test('is no news after another one that did its work', async () => {
    addJob(3, [['failed', 9, 'no']], 'a'.repeat(40));
    addJob(4, [['complete', 20]]);
    await write({ time: at(20) });
    expect(await look()).toEqual([expect.stringContaining('was deployed outside of Jenkins')]);
    expect(await sweep()).toBe(4);
    expect(report()).toMatchObject({ outcome: 'done' });
  });
});

describe('nothing is told, or swept, of a job', () => {
  test.each<[string, State[]]>([
    ['that was made just now', []],
    [
      'that runs',
      [
        ['failed', 2, 'no'],
        ['running', 3],
      ],
    ],
    ['that the Swarm is about to start again', [['failed', 59.9, 'no']]],
  ])('%s', async (_, states) => {
    addJob(3, states);
    expect(await look()).toEqual([]);
    expect(await sweep()).toBe(0);
    expect([swarm.services.length, swarm.secrets.length, report()]).toEqual([1, 1, undefined]);
  });
});

test('a job that did its work is swept, also while a lost node is said to run an earlier task of it', async () => {
  addJob(3, [
    ['running', 2],
    ['complete', 9],
  ]);
  expect(await look()).toEqual([]);
  expect(await sweep()).toBe(2);
});

test('a job that was cut off after its report is swept, and its report stays', async () => {
  addJob(3, [['failed', 11, 'task: non-zero exit (137)']]);
  await write({ outcome: 'failed', reason: 'it is not healthy' });
  expect(await look()).toEqual([expect.stringContaining('it is not healthy')]);
  expect(await sweep()).toBe(2);
  expect(report()).toMatchObject({ reason: 'it is not healthy' });
});
