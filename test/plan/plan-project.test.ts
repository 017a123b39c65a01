import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ComponentGraph, ComponentId } from '../../generator/model/component.ts';
import type { InputChange, LastArtifact, Observation, Plan } from '../../generator/plan/plan.ts';
import { planProject } from '../../generator/plan/plan-project.ts';
import type { PlanRequest } from '../../generator/plan/plan-project.ts';
import { sortIntoWaves } from '../../generator/plan/sort-into-waves.ts';
import { ABSENT, built, graphOf, hashOf, hashesOf, linesOf, observe, requestOf, running } from './world.ts';

const SHOP = graphOf({
  'ami:node': [],
  'image:api': ['image:base', '|stack:registry'],
  'image:base': ['|stack:registry'],
  'infrastructure:cluster': ['ami:node'],
  'jobs:shop': [],
  'stack:registry': ['|infrastructure:cluster'],
  'stack:shop': ['image:api', '|infrastructure:cluster'],
});
const LAST: LastArtifact = { id: 'l', reference: 'l', hash: hashOf('9'), revision: 'e'.repeat(40) };
const ALL_THERE: Readonly<Record<string, Observation>> = {
  'ami:node': { state: 'built', artifact: { id: 'ami-1', reference: 'ami-1' } },
  'image:api': built('api'),
  'image:base': built('base'),
  'infrastructure:cluster': running(hashOf('a')),
  'jobs:shop': running(hashOf('a')),
  'stack:registry': running(hashOf('a')),
  'stack:shop': running(hashOf('a'), { revision: 'c'.repeat(40) }),
};

describe('in an empty world', () => {
  test('everything is built or deployed, and says so', () => {
    expect(linesOf(requestOf(SHOP))).toMatchInlineSnapshot(`
     [
       "build ami:node: never built",
       "build image:api: never built",
       "build image:base: never built",
       "deploy infrastructure:cluster: not deployed yet",
       "deploy jobs:shop: not deployed yet",
       "deploy stack:registry: not deployed yet",
       "deploy stack:shop: not deployed yet",
     ]
    `);
  });

  test('parents of both sorts of edges are listed, sorted', () => {
    const api = planProject(requestOf(SHOP)).components.find(({ id }) => id === 'stack:shop');
    expect(api?.dependsOn).toEqual(['image:api', 'infrastructure:cluster']);
  });

  test('the document is the contract: version, project, revision, components by id, counts', () => {
    const { components, ...rest } = planProject(requestOf(SHOP));
    expect(rest).toEqual({
      version: 1,
      project: 'shop',
      revision: 'f'.repeat(40),
      summary: { build: 3, deploy: 4, keep: 0, remove: 0 },
    });
    expect(components.map(({ id }) => id)).toEqual([...SHOP.keys()].sort());
    expect(components[0]).toEqual({
      id: 'ami:node',
      kind: 'ami',
      hash: hashOf('a'),
      action: 'build',
      reason: 'never built',
      dependsOn: [],
    });
  });
});

describe('what is there', () => {
  test('is kept, with its artifact', () => {
    expect(linesOf(requestOf(SHOP, ALL_THERE))).toMatchInlineSnapshot(`
     [
       "keep ami:node: exists as ami-1",
       "keep image:api: exists as 127.0.0.1:5000/shop/api@sha256:dddddddddddd",
       "keep image:base: exists as 127.0.0.1:5000/shop/base@sha256:dddddddddddd",
       "keep infrastructure:cluster: runs, unchanged",
       "keep jobs:shop: runs, unchanged",
       "keep stack:registry: runs, unchanged",
       "keep stack:shop: runs, unchanged since cccccccccccc",
     ]
    `);
    expect(planProject(requestOf(SHOP, ALL_THERE)).components[0]?.artifact).toEqual({
      id: 'ami-1',
      reference: 'ami-1',
    });
  });

  test('is kept where the host of its parent in order is deployed again', () => {
    const lines = linesOf(requestOf(SHOP, { ...ALL_THERE, 'infrastructure:cluster': running(hashOf('b')) }));
    expect(lines.filter((line) => !line.startsWith('keep'))).toEqual([
      'deploy infrastructure:cluster: changed since the last time, at a commit that was not recorded',
    ]);
  });

  describe('and whose host is deployed with `replace: recreate`', () => {
    const recreated = new Set<ComponentId>(['infrastructure:cluster']);
    const found = { ...ALL_THERE, 'infrastructure:cluster': running(hashOf('b')) };
    const REASON = 'its cluster may be made anew (replace: recreate)';

    test('is deployed after it, and what does not run there is kept', () => {
      const request = requestOf(SHOP, found, { recreated });
      expect(linesOf(request).filter((line) => !line.startsWith('keep'))).toEqual([
        'deploy infrastructure:cluster: changed since the last time, at a commit that was not recorded',
        `deploy stack:registry: ${REASON}`,
        `deploy stack:shop: ${REASON}`,
      ]);
      const { components } = planProject(request);
      expect(sortIntoWaves(components)).toEqual([
        ['infrastructure:cluster'],
        ['stack:registry'],
        ['stack:shop'],
      ]);
    });

    test('says first what it is to be deployed for itself', () => {
      const changed = { ...found, 'stack:shop': running(hashOf('a'), { pending: true }) };
      expect(linesOf(requestOf(SHOP, changed, { recreated }))).toContain(
        'deploy stack:shop: an earlier deploy was interrupted (pending)',
      );
    });

    test.each<[string, Readonly<Record<string, Observation>>, Partial<PlanRequest>]>([
      ['the host is kept', ALL_THERE, { recreated }],
      ['another host is', found, { recreated: new Set(['infrastructure:other']) }],
      ['the host is not among those of `only`', found, { recreated, only: ['stack:shop'] }],
    ])('is kept where %s', (_, world, more) => {
      expect(linesOf(requestOf(SHOP, world, more))).toContain(
        'keep stack:shop: runs, unchanged since cccccccccccc',
      );
    });
  });

  test.each<[string, string, Observation, string]>([
    [
      'another hash',
      'stack:shop',
      running(hashOf('b'), { revision: '1'.repeat(40) }),
      'changed since 111111111111, whose inputs cannot be recomputed here',
    ],
    ['no hash', 'stack:shop', running(null), 'what runs carries no hash: it was not deployed by millrace'],
    [
      'a mark of an interrupted deploy',
      'stack:shop',
      running(hashOf('a'), { pending: true }),
      'an earlier deploy was interrupted (pending)',
    ],
    [
      'drift',
      'stack:shop',
      running(hashOf('a'), { drift: ['shop_api runs another image', 'b', 'c', 'd'] }),
      'drift: shop_api runs another image, b, c and 1 more',
    ],
    [
      'nothing, as its host is not there',
      'stack:shop',
      { state: 'absent', why: 'host absent' },
      'not deployed yet: its host is not there either',
    ],
    [
      'nothing, for a reason of its own',
      'stack:shop',
      { state: 'absent', why: 'is not looked at yet' },
      'is not looked at yet',
    ],
  ])('with %s is deployed', (_, id, observation, reason) => {
    const lines = linesOf(requestOf(SHOP, { ...ALL_THERE, [id]: observation }));
    expect(lines.filter((line) => !line.startsWith('keep'))).toEqual([`deploy ${id}: ${reason}`]);
  });

  test('and is gone from the project is removed, a stack before the infrastructure under it', () => {
    const found = { ...ALL_THERE, 'stack:old': running(hashOf('7')), 'infrastructure:old': running(null) };
    const removed = planProject(requestOf(SHOP, found)).components.filter(
      ({ action }) => action === 'remove',
    );
    expect(removed).toMatchInlineSnapshot(`
     [
       {
         "action": "remove",
         "dependsOn": [],
         "hash": null,
         "id": "infrastructure:old",
         "kind": "infrastructure",
         "reason": "runs, and the project no longer has it",
       },
       {
         "action": "remove",
         "dependsOn": [
           "infrastructure:old",
         ],
         "hash": "7777777777777777777777777777777777777777777777777777777777777777",
         "id": "stack:old",
         "kind": "stack",
         "reason": "runs, and the project no longer has it",
       },
     ]
    `);
  });

  test('but is only stored is not removed: that is for prune', () => {
    const { summary } = planProject(
      requestOf(SHOP, { ...ALL_THERE, 'image:old': built('old'), 'stack:x': ABSENT }),
    );
    expect(summary).toEqual({ build: 0, deploy: 0, keep: 7, remove: 0 });
  });
});

describe('why an image is built', () => {
  const reason = (
    changes: readonly InputChange[],
    observation: Observation = { state: 'absent', last: LAST },
  ): string => {
    const graph = graphOf({ 'image:api': ['image:base'], 'image:base': [] });
    const request = requestOf(
      graph,
      { 'image:base': built(), 'image:api': observation },
      { changes: new Map([['image:api', changes]]) },
    );
    return planProject(request).components[0]!.reason;
  };
  const file = (name: string, before?: string, after?: string): InputChange => ({
    type: 'file',
    name,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
  const edited = (name: string): InputChange => file(name, '100644 a', '100644 b');

  test.each<[string, readonly InputChange[], string]>([
    ['one file', [edited('services/api/index.js')], 'services/api/index.js changed'],
    ['a new file', [file('a', undefined, '100644 b')], 'a added'],
    ['a file that went', [file('a', '100644 b')], 'a deleted'],
    ['a mode', [file('run.sh', '100644 a', '100755 a')], 'mode of run.sh changed'],
    ['two files', ['a', 'b'].map(edited), '2 files changed: a and b'],
    ['three files', ['a', 'b', 'c'].map(edited), '3 files changed: a, b and c'],
    ['many files', [...'abcdef'].map(edited), '6 files changed: a, b, c and 3 more'],
    ['files that came', [file('a', undefined, 'x y'), file('b', undefined, 'x y')], '2 files added: a and b'],
    [
      'an upstream image',
      [{ type: 'external', name: 'debian:bookworm-slim', before: 'x', after: 'y' }],
      'debian:bookworm-slim moved',
    ],
    [
      'an upstream image that is new',
      [{ type: 'external', name: 'redis:7', after: 'y' }],
      'now uses redis:7',
    ],
    [
      'a parent whose artifact exists',
      [{ type: 'parent', name: 'image:base', before: 'x', after: 'y' }],
      'image:base changed',
    ],
    [
      'an epoch',
      [{ type: 'epoch', name: 'image:api', before: '0', after: '1' }],
      'epoch raised (0 -> 1): rebuilt by force',
    ],
    [
      'the schema, whatever else',
      [edited('a'), { type: 'schema', name: 'schema', before: '1', after: '2' }],
      'hash schema 1 -> 2',
    ],
    [
      'an argument',
      [{ type: 'arg', name: 'VERSION', before: '1', after: '2' }],
      'build argument VERSION changed',
    ],
    ['a target', [{ type: 'target', name: 'stage', after: 'final' }], 'target added'],
    [
      'a Dockerfile, which is in its context too',
      [{ type: 'dockerfile', name: 'a/Dockerfile', before: 'x', after: 'y' }, edited('a/Dockerfile')],
      'a/Dockerfile changed',
    ],
    [
      'a Dockerfile that its context leaves out',
      [{ type: 'dockerfile', name: 'a/Dockerfile', before: 'x', after: 'y' }],
      'a/Dockerfile changed',
    ],
    [
      'a schema that is not known any more',
      [{ type: 'schema', name: 'hash', after: '2' }],
      'what exists was hashed otherwise: by another version of millrace, or with another lock',
    ],
    [
      'the source of an AMI',
      [{ type: 'external', name: 'source', before: 'ami-1', after: 'ami-2' }],
      'the source AMI moved',
    ],
    [
      'a type that this table does not know',
      [{ type: 'playbook', name: 'a.yml', before: 'x', after: 'y' }],
      'playbook a.yml changed',
    ],
    [
      'many things',
      [edited('a'), ...['x', 'y', 'z'].map((name) => ({ type: 'arg', name, before: '1', after: '2' }))],
      'a changed; build argument x changed; build argument y changed; and 1 more',
    ],
    ['a name with a line break', [edited('a\nb')], 'a\\u000ab changed'],
    [
      'a long path, by its end',
      [edited(`${'x/'.repeat(80)}end.js`)],
      `…${'x/'.repeat(80).slice(-73)}end.js changed`,
    ],
  ])('%s', (_, changes, expected) => {
    expect(reason(changes)).toBe(expected);
  });

  test.each<[string, Observation, string]>([
    ['never', ABSENT, 'never built'],
    ['half', { state: 'absent', why: 'incomplete' }, 'only incomplete leftovers of a dead run'],
    [
      'once, and lost',
      { state: 'absent', last: { ...LAST, hash: hashOf('a') } },
      'was built before, but its artifact is gone',
    ],
    [
      'at a commit that is not here',
      { state: 'absent', last: LAST },
      'changed since eeeeeeeeeeee, whose inputs cannot be recomputed here',
    ],
  ])('was built %s', (_, observation, expected) => {
    expect(reason([], observation)).toBe(expected);
  });

  test('its base is built by this plan', () => {
    const graph = graphOf({ 'image:api': ['image:base'], 'image:base': [], 'stack:shop': ['image:api'] });
    const parent = (name: string): InputChange[] => [{ type: 'parent', name, before: 'x', after: 'y' }];
    const changes = new Map<ComponentId, InputChange[]>([
      ['image:base', [edited('images/base/Dockerfile')]],
      ['image:api', parent('image:base')],
      ['stack:shop', parent('image:api')],
    ]);
    const last: Observation = { state: 'absent', last: LAST };
    const found = { 'image:base': last, 'image:api': last, 'stack:shop': running(hashOf('b')) };
    expect(linesOf(requestOf(graph, found, { changes }))).toEqual([
      'build image:api: its base image:base is rebuilt',
      'build image:base: images/base/Dockerfile changed',
      'deploy stack:shop: image:api is rebuilt',
    ]);
  });

  test('a stack whose hash is equal is deployed too where an artifact under it is made again', () => {
    const graph = graphOf({ 'image:api': [], 'stack:shop': ['image:api'] });
    expect(linesOf(requestOf(graph, { 'stack:shop': running(hashOf('a')) }))).toEqual([
      'build image:api: never built',
      'deploy stack:shop: image:api is rebuilt',
    ]);
  });

  test('the differences come along, but not of what is kept', () => {
    const graph = graphOf({ 'image:api': [], 'image:web': [] });
    const changes = new Map<ComponentId, InputChange[]>([
      ['image:api', [edited('a')]],
      ['image:web', [edited('b')]],
    ]);
    const { components } = planProject(requestOf(graph, { 'image:web': built() }, { changes }));
    expect(components.map((one) => one.changes)).toEqual([[edited('a')], undefined]);
  });
});

describe('only', () => {
  test('plans exactly these', () => {
    const plan = planProject(requestOf(SHOP, {}, { only: ['image:api'] }));
    expect(plan.components.map(({ id }) => id)).toEqual(['image:api']);
    expect(plan.summary).toEqual({ build: 1, deploy: 0, keep: 0, remove: 0 });
  });

  test('needs no observation of others', () => {
    const request = requestOf(
      SHOP,
      {},
      { only: ['image:api'], observations: observe({ 'image:api': ABSENT }) },
    );
    expect(planProject(request).components).toHaveLength(1);
  });

  test('may name what is to be removed', () => {
    const plan = planProject(requestOf(SHOP, { 'stack:old': running(null) }, { only: ['stack:old'] }));
    expect(plan.components.map(({ id, action, hash }) => [id, action, hash])).toEqual([
      ['stack:old', 'remove', null],
    ]);
  });

  test.each([
    ['image:apu', 'found "image:apu" (did you mean "image:api"?)'],
    ['api', 'found "api" (did you mean "image:api"?)'],
    ['zzzzzzzzzzzz', 'found "zzzzzzzzzzzz" (one of: ami:node, image:api,'],
  ])('refuses %s with the nearest name', (id, message) => {
    expect(() => planProject(requestOf(SHOP, {}, { only: [id] }))).toThrow(message);
  });
});

describe('for any project', () => {
  /** A graph of images, machine images, infrastructure and stacks, with a world of any state. */
  const request = fc
    .array(
      fc.record({
        kind: fc.constantFrom('image', 'ami', 'infrastructure', 'stack'),
        parents: fc.array(fc.nat(), { maxLength: 3 }),
        ordered: fc.boolean(),
        state: fc.constantFrom('absent', 'incomplete', 'there', 'other', 'pending', 'drift'),
        letter: fc.constantFrom('a', 'b', 'c'),
      }),
      { maxLength: 12 },
    )
    .map((nodes): PlanRequest => {
      const ids = nodes.map(({ kind }, index) => `${kind}:n${index}`);
      const edges = nodes.map(({ parents, ordered }, index): [string, string[]] => [
        ids[index]!,
        index === 0
          ? []
          : [...new Set(parents.map((parent) => `${ordered ? '|' : ''}${ids[parent % index]}`))].sort(),
      ]);
      const graph = graphOf(Object.fromEntries(edges));
      const found = nodes.map(({ kind, state, letter }, index): [string, Observation] => [
        ids[index]!,
        state === 'absent'
          ? ABSENT
          : state === 'incomplete'
            ? { state: 'absent', why: 'incomplete', last: LAST }
            : kind === 'image' || kind === 'ami'
              ? built(ids[index])
              : running(state === 'other' ? hashOf('0') : hashOf(letter), {
                  pending: state === 'pending',
                  drift: state === 'drift' ? ['x'] : [],
                }),
      ]);
      const hashes = new Map(
        nodes.map(({ letter }, index) => [ids[index] as ComponentId, { hash: hashOf(letter), inputs: [] }]),
      );
      return {
        project: 'p',
        revision: null,
        graph,
        hashes,
        observations: observe(Object.fromEntries(found)),
      };
    });

  test('the plan does not depend on the order of what it is given', () => {
    const reverse = <K, V>(map: ReadonlyMap<K, V>): Map<K, V> => new Map([...map].reverse());
    fc.assert(
      fc.property(request, (one) => {
        const { graph, hashes, observations } = one;
        const other = {
          ...one,
          graph: reverse(graph),
          hashes: reverse(hashes),
          observations: reverse(observations),
        };
        expect(JSON.stringify(planProject(other))).toBe(JSON.stringify(planProject(one)));
      }),
    );
  });

  test('after it was carried out, everything is kept', () => {
    fc.assert(
      fc.property(request, (one) => {
        const after = carryOut(planProject(one), one);
        const { summary, components } = planProject(after);
        expect(summary).toEqual({ build: 0, deploy: 0, keep: components.length, remove: 0 });
      }),
    );
  });

  test('only what is wholly there under its hash is kept', () => {
    fc.assert(
      fc.property(request, (one) => {
        for (const { id, action, hash } of planProject(one).components) {
          const found = one.observations.get(id)!;
          const isThere =
            found.state === 'built' ||
            (found.state === 'running' && found.hash === hash && !found.pending && found.drift.length === 0);
          if (action === 'keep') expect(isThere).toBe(true);
        }
      }),
    );
  });
});

/** The world as it is once all that the plan says was done. */
function carryOut(plan: Plan, request: PlanRequest): PlanRequest {
  const observations = new Map(request.observations);
  for (const { id, action, hash } of plan.components) {
    if (action === 'build') observations.set(id, built(id));
    else if (action === 'deploy') observations.set(id, running(hash));
    else if (action === 'remove') observations.delete(id);
  }
  return { ...request, observations };
}

test('a component that nobody looked at is a bug, not absent', () => {
  const graph: ComponentGraph = graphOf({ 'image:api': [] });
  const request = { ...requestOf(graph), observations: observe({}) };
  expect(() => planProject(request)).toThrow('nothing was observed of image:api');
  expect(() => planProject({ ...requestOf(graph), hashes: hashesOf(new Map()) })).toThrow(
    'image:api has no hash',
  );
});
