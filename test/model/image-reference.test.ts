import { describe, expect, test } from '@jest/globals';
import { classifyReference, isDigest, parseImageReference } from '../../generator/model/image-reference.ts';

const SHA256 = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image reference', () => {
  test.each([
    ['debian', { domain: 'docker.io', path: 'library/debian' }],
    ['debian:bookworm-slim', { domain: 'docker.io', path: 'library/debian', tag: 'bookworm-slim' }],
    ['docker.io/debian', { domain: 'docker.io', path: 'library/debian' }],
    ['index.docker.io/debian', { domain: 'docker.io', path: 'library/debian' }],
    ['grafana/loki:3', { domain: 'docker.io', path: 'grafana/loki', tag: '3' }],
    ['a/b/c', { domain: 'docker.io', path: 'a/b/c' }],
    ['localhost/x', { domain: 'localhost', path: 'x' }],
    ['localhost:5000/x:1', { domain: 'localhost:5000', path: 'x', tag: '1' }],
    ['127.0.0.1:5000/shop/api', { domain: '127.0.0.1:5000', path: 'shop/api' }],
    ['[::1]:5000/x', { domain: '[::1]:5000', path: 'x' }],
    ['ghcr.io/a/b', { domain: 'ghcr.io', path: 'a/b' }],
    ['Registry/a', { domain: 'Registry', path: 'a' }],
    ['a__b/c.d-e--f', { domain: 'docker.io', path: 'a__b/c.d-e--f' }],
    ['x:5000', { domain: 'docker.io', path: 'library/x', tag: '5000' }],
    [`x@${SHA256}`, { domain: 'docker.io', path: 'library/x', digest: SHA256 }],
    [`x:1@${SHA256}`, { domain: 'docker.io', path: 'library/x', tag: '1', digest: SHA256 }],
    [`x:${'t'.repeat(128)}`, { domain: 'docker.io', path: 'library/x', tag: 't'.repeat(128) }],
    ['aa/asdf$$^/aa'.replace(/\$\$\^/, ''), { domain: 'docker.io', path: 'aa/asdf/aa' }],
  ])('%s is read as Docker reads it', (text, expected) => {
    expect(parseImageReference(text)).toEqual(expected);
  });

  test.each([
    ['', /empty/],
    ['Debian', /lower case/],
    ['docker.io/Debian:1', /lower case/],
    ['a/B', /lower case/],
    ['0123456789abcdef'.repeat(4), /image id/],
    [':tag', /not an image reference/],
    ['a:', /not an image reference/],
    ['a:b:c', /not an image reference/],
    ['a//b', /not an image reference/],
    ['/a', /not an image reference/],
    ['a/', /not an image reference/],
    ['-a', /not an image reference/],
    ['a..b', /not an image reference/],
    ['a___b', /not an image reference/],
    ['a b', /not an image reference/],
    ['a\n', /not an image reference/],
    ['aa/asdf$$^/aa', /not an image reference/],
    ['-x.com/a', /not an image reference/],
    ['xn--.com:port/a', /not an image reference/],
    ['[fe80::1%eth0]:5000/x', /not an image reference/],
    [`x:${'t'.repeat(129)}`, /not an image reference/],
    ['x:-t', /not an image reference/],
    ['x@', /not an image reference/],
    ['x@sha256:abc', /not a digest/],
    [`x@${SHA256.toUpperCase()}`, /not a digest/],
    [`x@md5:${'a'.repeat(32)}`, /not a digest/],
    [`x@constructor:${'a'.repeat(64)}`, /not a digest/],
    ['a'.repeat(256), /264 characters/],
    ['a'.repeat(5000), /5000 characters/],
  ])('%j is refused', (text, message) => {
    expect(parseImageReference(text)).toEqual({
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });

  test('a path of 255 characters is taken, one of 256 is not', () => {
    expect(parseImageReference(`a/${'b'.repeat(253)}`)).toMatchObject({ path: `a/${'b'.repeat(253)}` });
    expect(parseImageReference(`a/${'b'.repeat(254)}`)).toHaveProperty('message');
  });

  test('the hint for upper case is the reference in lower case, its tag untouched', () => {
    expect(parseImageReference('docker.io/Debian:RC')).toMatchObject({ hint: 'write "docker.io/debian:RC"' });
    expect(parseImageReference('Debian')).toMatchObject({ hint: 'write "debian"' });
  });

  test('a digest is of a known algorithm, in lower case and of its length', () => {
    expect(isDigest(SHA256)).toBe(true);
    expect(isDigest(`sha512:${'a'.repeat(128)}`)).toBe(true);
    expect(isDigest(`sha512:${'a'.repeat(64)}`)).toBe(false);
    expect(isDigest(`${SHA256}:x`)).toBe(false);
  });
});

describe('a reference in a project named shop', () => {
  test.each([
    ['shop/api', 'api'],
    ['shop/a/b', 'a/b'],
  ])('%s is a component', (text, name) => {
    expect(classifyReference(text, 'shop')).toEqual({ kind: 'component', name });
  });

  test.each(['shop', 'shopping/api', 'docker.io/shop/api', 'ghcr.io/shop/api:1', 'redis:7'])(
    '%s is external',
    (text) => {
      expect(classifyReference(text, 'shop')).toMatchObject({
        kind: 'external',
        reference: parseImageReference(text),
      });
    },
  );

  test('a component with a tag or a digest is a problem', () => {
    expect(classifyReference('shop/api:1', 'shop')).toEqual({
      kind: 'problem',
      message: '"shop/api:1" is an image of this project, with a tag',
      hint: 'write shop/api: what it stands for follows from its content',
    });
    expect(classifyReference(`shop/api:1@${SHA256}`, 'shop')).toMatchObject({
      message: expect.stringMatching(/a digest/),
    });
  });

  test('what is no reference is a problem', () => {
    expect(classifyReference('shop/API', 'shop')).toMatchObject({
      kind: 'problem',
      message: expect.stringMatching(/lower case/),
    });
  });
});
