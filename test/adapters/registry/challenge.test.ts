import { expect, test } from '@jest/globals';
import { readChallenge } from '../../../generator/adapters/registry/challenge.ts';

test.each([
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/debian:pull"',
    {
      scheme: 'bearer',
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      scope: 'repository:library/debian:pull',
    },
  ],
  // A comma within quotes parts nothing; the order and the case do not matter.
  [
    'bearer Scope="repository:a/b:pull,push", Realm="https://x/t"',
    { scheme: 'bearer', realm: 'https://x/t', scope: 'repository:a/b:pull,push' },
  ],
  ['Bearer realm=https', { scheme: 'bearer', realm: 'https' }],
  ['Bearer realm="https://x/a\\"b"', { scheme: 'bearer', realm: 'https://x/a"b' }],
  ['Basic realm="Registry Realm"', { scheme: 'basic' }],
  ['Basic', { scheme: 'basic' }],
  [
    'Basic realm="a", Bearer realm="https://x/t",service="s"',
    { scheme: 'bearer', realm: 'https://x/t', service: 's' },
  ],
  ['Bearer realm="https://x/t", Basic realm="a"', { scheme: 'bearer', realm: 'https://x/t' }],
  ['Negotiate, NTLM', { unknown: ['negotiate', 'ntlm'] }],
  ['Bearer service="no realm"', { unknown: ['bearer'] }],
  ['', { unknown: [] }],
  [null, { unknown: [] }],
  ['"""', { unknown: [] }],
])('of %s it takes what is strongest', (header, expected) => {
  expect(readChallenge(header)).toEqual(expected);
});
