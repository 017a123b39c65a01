import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { digitsOfPi } from '../../../generator/adapters/bcrypt/pi.ts';
import { hashPassword } from '../../../generator/adapters/bcrypt/hash-password.ts';

const SALT = Buffer.from('0123456789abcdef');

test('the digits of pi are those that Blowfish begins with', () => {
  // Blowfish's first subkeys, and the last word of its last box.
  const digits = digitsOfPi(18 + 1_024);
  expect([...digits.subarray(0, 3)]).toEqual([0x243f6a88, 0x85a308d3, 0x13198a2e]);
  expect(digits.at(-1)).toBe(0x3ac372e6);
});

test.each<[string, number, string]>([
  ['', 4, '$2y$04$KBCwKxOzLha2MUDgW0PjXeg/oaNzVlQFb3jg.67P.r1snBL8ZffHa'],
  ['push-secret', 5, '$2y$05$KBCwKxOzLha2MUDgW0PjXej7wrdy5cjXnrrWXifNXuEuB31x.YVT2'],
  ['ü€', 6, '$2y$06$KBCwKxOzLha2MUDgW0PjXeaYQFu2efrRYy7.O92L9ARXE3XYX.bKG'],
])('%j is hashed as libxcrypt hashes it', (password, cost, expected) => {
  expect(hashPassword(password, SALT, cost)).toBe(expected);
});

const crypt = (password: string, setting: string): string =>
  spawnSync('perl', ['-e', 'local $/; my $p = <STDIN>; print crypt($p, $ARGV[0])', setting], {
    input: password,
    encoding: 'utf8',
  }).stdout;

test('any password is hashed as this system hashes it', () => {
  if (!crypt('x', '$2y$04$abcdefghijklmnopqrstuu').startsWith('$2y$04$')) return;
  for (let length = 0; length <= 71; length += 7) {
    const password = randomBytes(length).toString('base64').slice(0, length);
    const mine = hashPassword(password, randomBytes(16), 4);
    expect(crypt(password, mine.slice(0, 29))).toBe(mine);
  }
});

test('what would be cut off silently is refused', () => {
  expect(() => hashPassword('x'.repeat(72), SALT, 4)).toThrow('not a password');
  expect(() => hashPassword('a\0b', SALT, 4)).toThrow('not a password');
  expect(() => hashPassword('a', SALT.subarray(1), 4)).toThrow('not a salt');
});
