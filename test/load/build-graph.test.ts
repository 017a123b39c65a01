import { describe, expect, test } from '@jest/globals';
import { loadProject } from '../../generator/load/load-project.ts';
import { problemsOf, repositoryOf } from './repository.ts';

const images = (...names: string[]): string =>
  `project: shop\nimages:\n${names.map((name) => `  ${name}: { context: ${name} }\n`).join('')}`;

describe('references between images', () => {
  test('are edges where the image is known, in FROM with build arguments and in COPY --from', () => {
    const { loaded } = loadProject(
      repositoryOf({
        'project.yaml': `${images('base', 'tools')}  web: { context: web, args: { BASE: base } }\n`,
        'base/Dockerfile': 'FROM debian:12\n',
        'tools/Dockerfile': 'FROM scratch\n',
        'web/Dockerfile':
          'ARG BASE=none\nFROM shop/$BASE\nCOPY --from=shop/tools /a /a\nCOPY --from=redis:7 /b /b\n',
      }),
    );
    expect(loaded!.graph.get('image:web')).toMatchObject({
      content: ['image:base', 'image:tools'],
      externals: ['redis:7'],
    });
  });

  test.each([
    [
      'FROM shop/bsae\n',
      'web/Dockerfile:1:6  there is no image "bsae" in project.yaml; did you mean "base"?',
    ],
    [
      'FROM debian\nCOPY --from=shop/x /a /a\n',
      'web/Dockerfile:2:6  there is no image "x" in project.yaml; one of: base, web',
    ],
    [
      'FROM shop/constructor\n',
      'web/Dockerfile:1:6  there is no image "constructor" in project.yaml; one of: base, web',
    ],
    [
      'FROM shop/base:1.0\n',
      'web/Dockerfile:1:6  "shop/base:1.0" is an image of this project, with a tag; write shop/base: what it stands for follows from its content',
    ],
  ])('%j is reported where it is written', (dockerfile, problem) => {
    expect(
      problemsOf(images('base', 'web'), {
        'base/Dockerfile': 'FROM scratch\n',
        'web/Dockerfile': dockerfile,
      }),
    ).toEqual([problem]);
  });

  test('a cycle is shown whole, each one once', () => {
    expect(
      problemsOf(images('a', 'b', 'c', 'd', 'e'), {
        'a/Dockerfile': 'FROM shop/b\n',
        'b/Dockerfile': 'FROM shop/c\n',
        'c/Dockerfile': 'FROM shop/a\n',
        'd/Dockerfile': 'FROM shop/d\n',
        'e/Dockerfile': 'FROM shop/a\n',
      }),
    ).toEqual([
      'project.yaml:3:3  images.a: needs itself: image:a -> image:b -> image:c -> image:a; take one of these references out',
      'project.yaml:6:3  images.d: needs itself: image:d -> image:d; take one of these references out',
    ]);
  });

  test('an image on the registry that its own stack needs is a cycle too', () => {
    const yaml = `${images('base')}stacks: { registry: { file: registry.yml } }\n`;
    const more = {
      'base/Dockerfile': 'FROM scratch\n',
      'registry.yml': 'services: { r: { image: shop/base } }\n',
    };
    expect(problemsOf(yaml, more)).toEqual([
      'project.yaml:3:3  images.base: needs itself: image:base -> stack:registry -> image:base; take one of these references out',
    ]);
  });

  test('a chain of a thousand images is no trouble', () => {
    const names = Array.from({ length: 1000 }, (_, n) => `i${n}`);
    const more = Object.fromEntries(
      names.map((name, n) => [`${name}/Dockerfile`, n === 0 ? 'FROM scratch\n' : `FROM shop/i${n - 1}\n`]),
    );
    expect(problemsOf(images(...names), more)).toEqual([]);
  });
});

describe('a Dockerfile', () => {
  test.each([
    [
      '{ context: web }',
      'project.yaml:2:27  images.web.context: expected a Dockerfile, found none at "web/Dockerfile"; dockerfile: names one inside the context',
    ],
    [
      '{ context: web, dockerfile: D }',
      'project.yaml:2:44  images.web.dockerfile: expected a Dockerfile, found none at "web/D"; dockerfile: names one inside the context',
    ],
  ])('that is missing is reported for %s', (image, problem) => {
    expect(problemsOf(`project: shop\nimages: { web: ${image} }\n`, { 'web/x': '' })).toEqual([problem]);
  });
  test.each(['.', './', './web/..', 'web', './web', 'web/', 'web//'])(
    'is found from the context %s',
    (context) => {
      const found = problemsOf(`project: shop\nimages: { web: { context: "${context}" } }\n`, {
        'web/Dockerfile': 'FROM scratch\n',
      });
      expect(found).toHaveLength(context.includes('..') ? 1 : 0);
    },
  );
});

describe('services of a stack', () => {
  test.each([
    ['api.v1', 'stack_api.v1'],
    ['a'.repeat(58), `stack_${'a'.repeat(54)}…`],
  ])('%s has a name that Docker refuses', (service, shown) => {
    const more = { 'stack.yml': `services:\n  ${service}:\n    image: redis:7\n` };
    const [problem] = problemsOf('project: shop\nstacks: { stack: { file: stack.yml } }\n', more);
    expect(problem).toBe(
      `stack.yml:3:12  Docker would refuse the service's name "${shown}"; expected letters, digits, dashes and underscores, at most 63 with the name of the stack`,
    );
  });
  test('one of 63 characters with its stack is fine', () => {
    const more = { 'stack.yml': `services:\n  ${'a'.repeat(57)}:\n    image: redis:7\n` };
    expect(problemsOf('project: shop\nstacks: { stack: { file: stack.yml } }\n', more)).toEqual([]);
  });
});

describe('networks between stacks', () => {
  const stacks = (on: string): string =>
    `project: shop\naws: { region: eu-central-1, accounts: ["123456789012"] }\ninfrastructure:\n  a: { deploy: d.yml, destroy: d.yml }\n  b: { deploy: d.yml, destroy: d.yml }\n` +
    `stacks:\n  edge: { file: edge.yml, on: a }\n  shop: { file: shop.yml, on: ${on}, variables: { NET: edge } }\n`;
  const files = {
    'd.yml': '[]\n',
    'edge.yml': 'services: { p: { image: redis } }\nnetworks: { edge: { name: edge }, own: {} }\n',
  };
  const orderOf = (on: string, networks: string): readonly string[] => {
    const text = `services: { s: { image: redis } }\nnetworks: { ${networks} }\n`;
    const { loaded } = loadProject(repositoryOf({ 'project.yaml': stacks(on), 'shop.yml': text, ...files }));
    return loaded!.graph.get('stack:shop')!.order;
  };

  test.each([
    'edge: { external: true, name: edge }',
    'edge: { external: true }',
    'web: { external: { name: "${NET}" } }',
  ])('{ %s } waits for the stack that makes it', (networks) => {
    expect(orderOf('a', networks)).toEqual(['infrastructure:a', 'stack:edge']);
    expect(orderOf('b', networks)).toEqual(['infrastructure:b']);
  });

  test.each(['edge: {}', 'edge: { external: false }', 'own: { external: true }', 'edge: nonsense'])(
    '{ %s } waits for none',
    (networks) => expect(orderOf('a', networks)).toEqual(['infrastructure:a']),
  );
});
