import { describe, expect, test } from '@jest/globals';
import { readCompose } from '../../../generator/drivers/stack/read-compose.ts';

const read = (text: string, variables: Record<string, string> = {}) =>
  readCompose(new TextEncoder().encode(text), 'stack.yml', variables);

describe('a stack file is read as Docker does', () => {
  test('aliases and merge keys are followed, one over the other', () => {
    const { services } = read(`
x-base: &base { init: true, labels: { a: one } }
x-more: &more { <<: *base, tty: true, init: false }
services:
  web: { <<: [*more, { stdin_open: true }], image: i, tty: false }
`);
    expect(services['web']).toEqual({
      image: 'i',
      tty: false,
      init: false,
      labels: { a: 'one' },
      stdin_open: true,
    });
  });

  test('a leading zero is octal, behind an alias and a merge key too', () => {
    const { services } = read(`
x-key: &key { source: key, mode: 0400 }
services:
  a: { image: i, secrets: [*key, { <<: *key, uid: "1" }], x: 010, y: 10, z: 0x10 }
`);
    expect(services['a']).toMatchObject({ secrets: [{ mode: 256 }, { mode: 256 }], x: 8, y: 10, z: 16 });
  });

  test('a number that would lose digits stays as it is written', () => {
    expect(read('services: { a: { x: 12345678901234567890 } }').services['a']).toEqual({
      x: '12345678901234567890',
    });
  });

  test('variables are replaced in values, and make numbers and booleans only where Docker casts them', () => {
    const file = read(
      `
services:
  a:
    image: i
    environment: { N: "\${N}", DOLLAR: $$N, NONE: "\${NONE}" }
    deploy: { replicas: "\${N}", update_config: { max_failure_ratio: "\${R:-0.5}" } }
    read_only: "\${YES}"
    ports: [{ target: "\${N}", published: "80" }]
networks: { n: { external: "\${YES}" } }
`,
      { N: '3', YES: 'yes' },
    );
    expect(file.services['a']).toEqual({
      image: 'i',
      environment: { N: '3', DOLLAR: '$N', NONE: '' },
      deploy: { replicas: 3, update_config: { max_failure_ratio: 0.5 } },
      read_only: true,
      ports: [{ target: 3, published: '80' }],
    });
    expect(file.networks).toEqual({ n: { external: true } });
    expect(file.unset).toEqual(['NONE']);
  });

  test.each([
    ['services: [', 'stack.yml:1:12: is not YAML'],
    ['- a', 'stack.yml:1:1: expected a mapping with services:'],
    ['services: { a: 1 }', 'stack.yml:1:16: expected a mapping'],
    ['services: {}\nversion: "2.4"', 'stack.yml:2:10: expected version "3" or "3.x"'],
    ['services: { a: { image: "${X:?is needed}" } }', 'the variable X has no value: is needed'],
    ['services: { a: &a { b: *a } }', 'holds itself'],
  ])('%j is refused at its place', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test.each(['3', '"3"', '3.8', '"3.9"'])('version %s is one of a Swarm', (version) => {
    expect(read(`version: ${version}\nservices: { a: {} }`).services).toEqual({ a: {} });
  });
});
