import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closePlugins, findWarnings } from '../../generator/plugins/close-plugins.ts';
import { readUpdateCenter } from '../../generator/plugins/update-center.ts';
import type { UpdateCenter } from '../../generator/plugins/update-center.ts';

const CORE = '2.568.2';

/** Plugins by name: version, then what they need; `?` before an optional one, `@` the Jenkins they are made for. */
function center(
  plugins: Record<string, [version: string, ...needs: string[]]>,
  warnings: object[] = [],
): UpdateCenter {
  const described = Object.entries(plugins).map(([name, [version, ...needs]]) => {
    const dependencies = needs
      .filter((need) => !need.startsWith('@'))
      .map((need) => {
        const [of = '', atLeast = '1'] = need.replace('?', '').split(' ');
        return { name: of, version: atLeast, optional: need.startsWith('?') };
      });
    const requiredCore = needs.find((need) => need.startsWith('@'))?.slice(1) ?? '2.500';
    return [name, { name, version, requiredCore, dependencies }];
  });
  return readUpdateCenter(JSON.stringify({ plugins: Object.fromEntries(described), warnings }), 'test');
}

const names = (wanted: string[], from: UpdateCenter, core = CORE): string[] =>
  closePlugins(wanted, from, core).plugins.map(({ name, version }) => `${name}:${version}`);

describe('the closure', () => {
  test('is all that is needed, sorted, and who needs it; what is optional stays out', () => {
    const from = center({
      git: ['5', 'scm 2', '?github'],
      scm: ['3', 'api'],
      api: ['1'],
      github: ['1'],
      other: ['1'],
    });
    expect(closePlugins(['git', 'api'], from, CORE)).toEqual({
      plugins: [
        { name: 'api', version: '1', neededBy: ['scm'] },
        { name: 'git', version: '5', neededBy: [] },
        { name: 'scm', version: '3', neededBy: ['git'] },
      ],
      problems: [],
    });
  });

  test('ends where plugins need each other', () => {
    const from = center({ a: ['1', 'b'], b: ['1', 'c'], c: ['1', 'a'] });
    expect(names(['a'], from)).toEqual(['a:1', 'b:1', 'c:1']);
  });

  test.each<[string, string[], UpdateCenter, string]>([
    [
      'a wanted plugin that is not there',
      ['x'],
      center({}),
      'x: the update center has no such plugin; correct its name',
    ],
    [
      'a needed one',
      ['a'],
      center({ a: ['1', 'b 2'] }),
      'a 1 needs b 2, and the update center has no such plugin',
    ],
    [
      'one that is too old for another',
      ['a'],
      center({ a: ['1', 'b 2.10'], b: ['2.9'] }),
      'a 1 needs b 2.10 or newer, and the update center offers 2.9',
    ],
    [
      'one that is there and too old for whoever would like it',
      ['a', 'b'],
      center({ a: ['1', '?b 3'], b: ['2'] }),
      'a 1 needs b 3 or newer, and the update center offers 2',
    ],
    [
      'one that needs a newer Jenkins',
      ['a'],
      center({ a: ['1', '@2.600'] }),
      'a 1 needs Jenkins 2.600, found 2.568.2; take a newer base image, or the update center of its line',
    ],
    [
      'one that Jenkins once held itself',
      ['a'],
      center({ a: ['1', '@2.350'] }),
      'a 1 needs instance-identity 3.1, which was a part of Jenkins 2.350, and the update center has no such plugin',
    ],
  ])('has a problem where there is %s', (_what, wanted, from, problem) => {
    expect(closePlugins(wanted, from, CORE).problems).toEqual([problem]);
  });

  test('holds what was split from Jenkins since a plugin was made, as long as Jenkins does not hold it', () => {
    const from = center({
      old: ['1', '@2.330'],
      'javax-activation-api': ['2', '@2.200'],
      'javax-mail-api': ['2', 'javax-activation-api'],
      'instance-identity': ['203', 'bouncycastle-api'],
      'bouncycastle-api': ['2.30'],
    });
    expect(names(['old'], from)).toEqual([
      'bouncycastle-api:2.30',
      'instance-identity:203',
      'javax-activation-api:2',
      'javax-mail-api:2',
      'old:1',
    ]);
    expect(names(['old'], from, '2.330')).toEqual(['old:1']);
  });

  test('of any plugins has all that its plugins need, and nothing that nobody needs', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f'];
    const graphs = fc.record(Object.fromEntries(all.map((name) => [name, fc.subarray(all)])));
    fc.assert(
      fc.property(graphs, fc.subarray(all, { minLength: 1 }), (graph, wanted) => {
        const from = center(
          Object.fromEntries(all.map((name) => [name, ['1', ...(graph[name] as string[])]])),
        );
        const chosen = new Set(closePlugins(wanted, from, CORE).plugins.map(({ name }) => name));
        for (const name of chosen) {
          for (const need of graph[name] as string[]) expect(chosen).toContain(need);
          expect(wanted.includes(name) || [...chosen].some((one) => graph[one]!.includes(name))).toBe(true);
        }
        for (const name of wanted) expect(chosen).toContain(name);
      }),
    );
  });
});

describe('security warnings', () => {
  const warning = (name: string, pattern: string, type = 'plugin'): object => ({
    id: 'SECURITY-1',
    type,
    name,
    message: 'Bad things',
    url: 'https://www.jenkins.io/security/',
    versions: [{ pattern }],
  });
  test('are those of the very versions, and of Jenkins itself', () => {
    const from = center({ git: ['5.10.1'] }, [
      warning('git', '5[.]10[.](0|1)(|[.-].*)'),
      warning('git', '4[.].*'),
      warning('other', '.*'),
      warning('core', '2[.]568[.]2', 'core'),
    ]);
    const { plugins } = closePlugins(['git'], from, CORE);
    expect(findWarnings(plugins, from, CORE).map(({ subject }) => subject)).toEqual([
      'Jenkins 2.568.2',
      'git 5.10.1',
    ]);
    expect(findWarnings([{ name: 'git', version: '5.11' }], from, '2.568.3')).toEqual([]);
  });

  test('whose pattern is none are given rather than lost', () => {
    const from = center({ git: ['5'] }, [warning('git', '5(')]);
    expect(findWarnings([{ name: 'git', version: '5' }], from, CORE)).toHaveLength(1);
  });
});

describe('an update center’s document', () => {
  test('may be wrapped in a call', () => {
    const text = 'updateCenter.post(\n{"plugins":{"git":{"name":"git","version":"5"}}}\n);';
    expect(readUpdateCenter(text, 'x').plugins['git']).toMatchObject({ version: '5', dependencies: [] });
  });

  test.each([
    [
      'no JSON',
      '<html>',
      'x: expected a document of a Jenkins update center (`plugins`, `warnings`), found no JSON',
    ],
    ['another one', '{}', /^x: expected .*, found another thing at plugins: /],
  ])('that is %s is refused in one line', (_what, text, message) => {
    expect(() => readUpdateCenter(text, 'x')).toThrow(message);
  });
});
