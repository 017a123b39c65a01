import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSwarm } from '../../generator/lab/make-swarm.ts';

/*
 * A double of the docker client: `answers` says, call by call, what it prints; it shows how we ask, and nothing about
 * an engine. test/system/lab.test.ts does it with a real one.
 */
const DOUBLE = `#!/bin/sh
cd "$(dirname "$0")"
shift 2
echo "$*" >>asked
answer=$(sed -n 1p answers); sed -i 1d answers
case "$answer" in error:*) echo "$answer" >&2; exit 1;; esac
echo "$answer"
`;

const engine = { host: 'unix:///engine.sock', server: { pid: 1, started: '1', boot: 'b' } };
const path = process.env['PATH'];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'make-swarm-'));
  writeFileSync(join(folder, 'docker'), DOUBLE);
  // And one of ip(8), which tells the address of the lab's bridge.
  writeFileSync(
    join(folder, 'ip'),
    "#!/bin/sh\necho '7: millrace-6789ab    inet 172.30.9.1/24 scope global x'\n",
  );
  for (const name of ['docker', 'ip']) chmodSync(join(folder, name), 0o755);
  process.env['PATH'] = `${folder}:${path}`;
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

const answer = (...lines: string[]): void => writeFileSync(join(folder, 'answers'), lines.join('\n') + '\n');
const asked = (): string[] =>
  readFileSync(join(folder, 'asked'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(0, 2).join(' '));

test('an engine that an up which was killed has told to begin a Swarm is waited for, not told again', async () => {
  answer('false pending', 'false pending', 'true active');
  expect(await makeSwarm('/tmp/millrace-lab-0-0123456789ab', engine)).toBe(true);
  expect(asked()).toEqual(['info --format', 'info --format', 'info --format']);
});

test('a network that has come about meanwhile is fine', async () => {
  answer(
    'false inactive',
    '',
    'error: network with name docker_gwbridge already exists',
    'Swarm initialized',
  );
  expect(await makeSwarm('/tmp/millrace-lab-0-0123456789ab', engine)).toBe(true);
  expect(asked()).toEqual(['info --format', 'network ls', 'network create', 'swarm init']);
});

test('what the engine refuses is one line', async () => {
  answer('false inactive', 'id', 'error: could not choose an address');
  await expect(makeSwarm('/tmp/millrace-lab-0-0123456789ab', engine)).rejects.toMatchObject({
    code: 'LAB_PART',
    message: expect.stringContaining('could not choose an address'),
  });
});
