import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * The image cannot be built where its sources are not to be had, but the step that installs this program is a text for a
 * shell: here it is run by a real npm, with a package that is named as ours.
 */
const DOCKERFILE = readFileSync(new URL('../../jenkins-image/Dockerfile', import.meta.url), 'utf8');
const [, step = ''] = /ARG MILLRACE_SHA256=\nRUN ((?:.*\\\n)*.*\n)/.exec(DOCKERFILE) ?? [];

let folder: string;
let server: Server;
let tarball: Buffer;
let address: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'install-millrace-'));
  mkdirSync(join(folder, 'package'));
  const description = { name: 'millrace', version: '9.9.9', bin: { millrace: 'cli.js' } };
  writeFileSync(join(folder, 'package/package.json'), JSON.stringify(description));
  writeFileSync(join(folder, 'package/cli.js'), '#!/usr/bin/env node\nconsole.log("9.9.9")\n');
  execFileSync('tar', ['-czf', 'package.tgz', 'package'], { cwd: folder });
  tarball = readFileSync(join(folder, 'package.tgz'));
  server = createServer((_request, response) => response.end(tarball));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/millrace-9.9.9.tgz`;
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function install(sha256: string): Promise<{ code: number | null; said: string }> {
  const child = spawn('bash', ['-o', 'errexit', '-o', 'nounset', '-o', 'pipefail', '-c', step], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      npm_config_prefix: join(folder, 'installed'),
      npm_config_cache: join(folder, 'cache'),
      MILLRACE_PACKAGE: address,
      MILLRACE_SHA256: sha256,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

const program = (): string => join(folder, 'installed/bin/millrace');

test('a package of one’s own is installed from its address, with its checksum', async () => {
  const { code, said } = await install(createHash('sha256').update(tarball).digest('hex'));
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('millrace-9.9.9.tgz: OK') });
  expect(execFileSync(program(), { encoding: 'utf8' })).toBe('9.9.9\n');
});

test.each([
  ['another checksum', 'a'.repeat(64), 'FAILED'],
  ['none', '', 'is needed for a package by its address'],
])('with %s it is not', async (_what, sha256, reason) => {
  const { code, said } = await install(sha256);
  expect(code).not.toBe(0);
  expect(said).toContain(reason);
  expect(existsSync(program())).toBe(false);
});
