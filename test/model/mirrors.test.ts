import { describe, expect, test } from '@jest/globals';
import { parseImageReference } from '../../generator/model/image-reference.ts';
import type { ImageReference } from '../../generator/model/image-reference.ts';
import { NO_MIRRORS, formatReference, mirrorReference, readMirrors } from '../../generator/model/mirrors.ts';

function mirrored(text: string, entries: Record<string, string>): string {
  const { rules, problems } = readMirrors(entries);
  expect(problems).toEqual([]);
  return formatReference(mirrorReference(parseImageReference(text) as ImageReference, rules));
}

test('without a rule a reference stays what it is', () => {
  const reference = parseImageReference('debian:12') as ImageReference;
  expect(mirrorReference(reference, NO_MIRRORS)).toEqual(reference);
  expect(mirrored('debian:12', { alpine: 'm.example.com/alpine', 'ghcr.io': 'm.example.com' })).toBe(
    'docker.io/library/debian:12',
  );
});

describe('images', () => {
  test.each([
    ['debian:12', 'debian:12', '127.0.0.1:5000/deb:x', '127.0.0.1:5000/deb:x'],
    ['debian:12', 'debian', '127.0.0.1:5000/deb', '127.0.0.1:5000/deb:12'],
    ['debian', 'debian', '127.0.0.1:5000/deb', '127.0.0.1:5000/deb'],
    ['debian', 'debian:latest', '127.0.0.1:5000/deb', '127.0.0.1:5000/deb'],
    ['docker.io/library/debian:12', 'debian', 'm.example.com/deb:y', 'm.example.com/deb:y'],
    ['ghcr.io/acme/tool:1', 'ghcr.io/acme/tool', 'acme/tool', 'docker.io/acme/tool:1'],
    ['registry:2', 'registry:2', 'm.example.com/registry', 'm.example.com/registry:2'],
    ['debian:11', 'debian:12', 'm.example.com/deb', 'docker.io/library/debian:11'],
  ])('%s with %s -> %s is %s', (text, key, value, expected) => {
    expect(mirrored(text, { [key]: value })).toBe(expected);
  });

  test('a digest is kept', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(mirrored(`debian:12@${digest}`, { debian: 'm.example.com/deb' })).toBe(
      `m.example.com/deb:12@${digest}`,
    );
  });
});

describe('registries', () => {
  test.each([
    ['debian:12', 'docker.io', 'm.example.com', 'm.example.com/library/debian:12'],
    ['acme/tool', 'docker.io', 'm.example.com:5000/hub/one', 'm.example.com:5000/hub/one/acme/tool'],
    ['debian', 'index.docker.io', 'm.example.com', 'm.example.com/library/debian'],
    ['ghcr.io/acme/tool', 'ghcr.io', '127.0.0.1:5000', '127.0.0.1:5000/acme/tool'],
    ['localhost:5000/a/b', 'localhost:5000', 'm.example.com', 'm.example.com/a/b'],
    ['r.example.com:99/a/b', 'r.example.com:99', 'localhost:1', 'localhost:1/a/b'],
    ['ghcr.io/acme/tool', 'ghcr.io', 'docker.io/copies', 'docker.io/copies/acme/tool'],
  ])('%s with %s -> %s is %s', (text, key, value, expected) => {
    expect(mirrored(text, { [key]: value })).toBe(expected);
  });
});

test('the most special rule counts', () => {
  const entries = {
    'docker.io': 'one.example.com',
    debian: 'two.example.com/d',
    'debian:12': 'three.example.com/d',
  };
  expect(mirrored('alpine', entries)).toBe('one.example.com/library/alpine');
  expect(mirrored('debian:11', entries)).toBe('two.example.com/d:11');
  expect(mirrored('debian:12', entries)).toBe('three.example.com/d:12');
});

test.each([
  ['docker.io', 'mirror', 'value'],
  ['docker.io', 'https://m.example.com', 'value'],
  ['docker.io', 'm.example.com/Upper', 'value'],
  ['docker.io', '', 'value'],
  ['Debian', 'm.example.com/d', 'key'],
  ['debian', 'm.example.com/D', 'value'],
  [`debian@sha256:${'a'.repeat(64)}`, 'm.example.com/d', 'key'],
])('%s -> %j is refused, at its %s', (key, value, part) => {
  const { problems } = readMirrors({ [key]: value });
  expect(problems).toEqual([{ key, part, message: expect.any(String), hint: expect.any(String) }]);
});
