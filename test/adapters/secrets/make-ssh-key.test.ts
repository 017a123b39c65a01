import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSshKey } from '../../../generator/adapters/secrets/make-ssh-key.ts';

test("OpenSSH's own ssh-keygen reads the private key, and tells the public half that is beside it", () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssh-key-'));
  try {
    // Comments of every length: the padding differs.
    for (let length = 1; length <= 9; length++) {
      const { privateKey, publicKey } = makeSshKey('c'.repeat(length));
      const file = join(folder, `key-${length}`);
      writeFileSync(file, privateKey, { mode: 0o600 });
      const { status, stdout, stderr } = spawnSync('ssh-keygen', ['-y', '-P', '', '-f', file], {
        encoding: 'utf8',
      });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: publicKey, stderr: '' });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('no two are the same', () => {
  expect(makeSshKey('a').privateKey).not.toBe(makeSshKey('a').privateKey);
});
