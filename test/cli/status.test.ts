import { beforeEach, describe, expect, test } from '@jest/globals';
import { makeStatusCommand } from '../../generator/cli/status.ts';
import type { StatusWorld } from '../../generator/cli/status.ts';
import type { HashedComponent } from '../../generator/drivers/driver.ts';
import type { ComponentId, ComponentKind } from '../../generator/model/component.ts';
import { Project } from '../../generator/model/project/project.ts';
import { UserError } from '../../generator/model/user-error.ts';
import type { Observation, Running } from '../../generator/plan/plan.ts';
import type { StatusReport } from '../../generator/report/status-table.ts';
import { createTextOutput } from '../fakes/text-output.ts';

const NOW = Date.parse('2030-01-02T00:00:00Z');
const COMMIT = 'c'.repeat(40);
const HASH = 'a'.repeat(64);
const IDS = ['infrastructure:cluster', 'stack:shop', 'jobs:shop'] as const;

/** What is found of each; a kind that fails does not answer. */
let found: Partial<Record<string, Observation>>;
let failing: Set<string>;
let answers: Record<string, number | string>;
let handed: Set<ComponentId>;
beforeEach(() => {
  handed = new Set();
  found = {
    'infrastructure:cluster': running({
      parts: [{ name: 'node i-1', state: 'running, 198.51.100.7', ssh: 'ssh admin@198.51.100.7' }],
    }),
    'stack:shop': running({ parts: [{ name: 'service web', state: '2 of 2 tasks run' }] }),
    'jobs:shop': { state: 'elsewhere', who: 'Jenkins' },
  };
  failing = new Set();
  answers = { 'http://shop.example.com/': 200 };
});

function running(more: Partial<Running> = {}): Running {
  return {
    state: 'running',
    hash: HASH,
    pending: false,
    drift: [],
    revision: COMMIT,
    deployed: '2030-01-01T22:00:00Z',
    ...more,
  };
}

function world(): StatusWorld {
  const kinds: ComponentKind[] = ['infrastructure', 'stack', 'jobs'];
  return {
    project: Project.parse({
      project: 'shop',
      infrastructure: { cluster: { deploy: 'd.yml', destroy: 'x.yml' } },
      stacks: { shop: { file: 's.yml', on: 'cluster', health: 'http://shop.example.com/' } },
    }),
    revision: COMMIT,
    components: IDS.map((id): HashedComponent => {
      const [kind, name = ''] = id.split(':');
      return { id, kind: kind as ComponentKind, name, content: [], order: [], externals: [], hash: HASH };
    }),
    drivers: new Map(
      kinds.map((kind) => [
        kind,
        {
          kind,
          observe: () =>
            failing.has(kind)
              ? Promise.reject(new UserError('SWARM_UNREACHABLE', `no ${kind} answers; look at it`))
              : Promise.resolve(
                  new Map(
                    Object.entries(found).filter(([id]) => id.startsWith(kind)) as [
                      ComponentId,
                      Observation,
                    ][],
                  ),
                ),
        },
      ]),
    ),
    handed: () => Promise.resolve(handed),
    probe: (url) => Promise.resolve(answers[url] ?? 'no connection'),
    now: () => NOW,
  };
}

async function run(
  json = true,
): Promise<{ code: number; stdout: string; told: string[]; report: StatusReport }> {
  const text = createTextOutput({ json });
  const command = makeStatusCommand(() => Promise.resolve(world()));
  const told: string[] = [];
  const output = { ...text.output, tell: (line: string) => void told.push(line) };
  const code = await command.run({ args: [], options: {}, root: '/', env: {}, output });
  const stdout = text.stdout();
  return { code, stdout, told, report: json ? (JSON.parse(stdout) as StatusReport) : ({} as StatusReport) };
}

const component = ({ components }: StatusReport, id: string) => components.find((one) => one.id === id)!;

describe('millrace status', () => {
  test('shows what runs, with commit, age, parts and how to get there, and exits 0 where it is as the commit says', async () => {
    const { code, stdout } = await run(false);
    expect(code).toBe(0);
    expect(stdout).toBe(`shop at cccccccccccc: 2 of 2 run, as the commit says

✓ infrastructure:cluster  aaaaaaaaaaaa  commit cccccccccccc  deployed 2 h ago
    node i-1  running, 198.51.100.7  ssh admin@198.51.100.7

  jobs:shop               left to Jenkins

✓ stack:shop              aaaaaaaaaaaa  commit cccccccccccc  deployed 2 h ago
    service web  2 of 2 tasks run
    http://shop.example.com/  answers
`);
  });

  test('--json is one document', async () => {
    const { code, report } = await run();
    expect(code).toBe(0);
    expect(report).toMatchObject({
      version: 1,
      project: 'shop',
      revision: COMMIT,
      deployed: true,
      differs: false,
    });
    expect(component(report, 'stack:shop')).toEqual({
      id: 'stack:shop',
      kind: 'stack',
      state: 'running',
      hash: HASH,
      revision: COMMIT,
      deployed: '2030-01-01T22:00:00Z',
      age: 7_200,
      pending: false,
      drift: [],
      parts: [{ name: 'service web', state: '2 of 2 tasks run' }],
      health: [{ url: 'http://shop.example.com/', healthy: true, found: 'answers 200' }],
      current: true,
    });
  });

  test.each<[string, Observation | undefined, string]>([
    ['has drifted', running({ drift: ['service web: 1 of 2 tasks run'] }), 'service web: 1 of 2 tasks run'],
    ['is of another commit', running({ hash: 'b'.repeat(64) }), 'what runs is not of this commit'],
    ['carries no hash', running({ hash: null }), 'what runs is not of this commit'],
    ['was begun and not ended', running({ pending: true }), 'a deploy was begun and not ended'],
    ['is not there, though others are', { state: 'absent' }, 'is not deployed'],
  ])('exits 3 where something %s', async (_what, stack, said) => {
    found['stack:shop'] = stack;
    const { code, told } = await run();
    expect(code).toBe(3);
    expect(told).toEqual([expect.stringContaining(`stack:shop: ${said}`)]);
    expect((await run(false)).stdout).toContain(`    ! ${said}`);
  });

  test('exits 0 for what a job outside Jenkins is about to deploy, says so, and hides nothing else', async () => {
    found['stack:shop'] = running({ hash: 'b'.repeat(64) });
    handed = new Set(['stack:shop']);
    const { code, told, report } = await run();
    expect([code, told, component(report, 'stack:shop').handedOver]).toEqual([0, [], true]);
    expect((await run(false)).stdout).toContain('handed over to a job outside Jenkins');
    found['infrastructure:cluster'] = running({ drift: ['node i-1: is gone'] });
    expect((await run()).told).toEqual(['infrastructure:cluster: node i-1: is gone']);
  });

  test('tells nobody anything where all is as the commit says', async () => {
    expect((await run()).told).toEqual([]);
  });

  test('exits 3 where something runs that the project no longer has', async () => {
    found['stack:old'] = running();
    const { code, report } = await run();
    expect(code).toBe(3);
    expect(component(report, 'stack:old')).toMatchObject({
      current: false,
      why: expect.stringContaining('no longer'),
    });
  });

  test.each<[string, number | string, string]>([
    ['another status', 503, 'answers 503, expected status 200'],
    ['nothing', 'no answer', 'no answer, expected status 200'],
  ])('exits 3 where a URL of `health` answers %s', async (_what, answer, said) => {
    answers['http://shop.example.com/'] = answer;
    expect((await run()).code).toBe(3);
    expect((await run(false)).stdout).toContain(`    ! http://shop.example.com/: ${said}`);
  });

  test('says where nothing is deployed yet, and exits 0', async () => {
    found = {
      'infrastructure:cluster': { state: 'absent' },
      'stack:shop': { state: 'absent', why: 'host absent' },
    };
    const { code, stdout } = await run(false);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe('shop at cccccccccccc: nothing is deployed yet');
  });

  test('exits 1 where a place does not answer, and shows the rest', async () => {
    failing.add('stack');
    const { code, report, told } = await run();
    expect(code).toBe(1);
    expect(told).toEqual(['stack:shop: no stack answers; look at it']);
    expect(component(report, 'stack:shop')).toMatchObject({
      state: 'unreachable',
      why: 'no stack answers; look at it',
    });
    expect(component(report, 'infrastructure:cluster').state).toBe('running');
  });
});
