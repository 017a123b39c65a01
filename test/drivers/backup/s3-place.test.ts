import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createS3Place } from '../../../generator/drivers/backup/s3-place.ts';
import type { BackupPlace } from '../../../generator/drivers/backup/backup-place.ts';
import type { Engine } from '../../../generator/ports/engine.ts';
import { createJumpingClock } from '../../fakes/jumping-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-s3-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The place, whose jobs run here, by the shell, with a stand-in for the AWS CLI. */
function openPlace(aws: string): BackupPlace {
  writeFileSync(join(folder, 'aws'), `#!/bin/sh\n${aws}\n`);
  chmodSync(join(folder, 'aws'), 0o755);
  let ended: { name: string; lines: string[]; state: string } | undefined;
  const engine: Engine = {
    host: 'unix:///fake',
    get: (path) => {
      const { name, state } = ended!;
      const task = { ID: 't', CreatedAt: '', Status: { State: state } };
      return Promise.resolve(
        path.startsWith('/tasks') ? [task, task, task] : [{ ID: 'j', Spec: { Name: name } }],
      );
    },
    post: () => Promise.resolve({ status: 201, body: { ID: 's' } }),
    remove: () => Promise.resolve(true),
    readLog: () => Promise.resolve(ended!.lines),
  };
  const run = ({ args }: { args: readonly string[] }) => {
    const [script = '', ...words] = args.slice(args.indexOf('-c') + 1);
    const { status, stdout, stderr } = spawnSync(
      'sh',
      ['-c', script.replace('/run/secrets/aws', '/dev/null'), ...words],
      { env: { PATH: `${folder}:${process.env['PATH']}` }, encoding: 'utf8' },
    );
    const lines = (stdout + stderr).split('\n').filter((line) => line !== '');
    const name = args[args.indexOf('--name') + 1]!;
    ended = { name, lines, state: status === 0 ? 'complete' : 'failed' };
    return Promise.resolve({ code: 0, signal: null, stdout: '', stderr: '' });
  };
  const now = createJumpingClock();
  return createS3Place({
    ...{ url: 's3://bucket/shop', project: 'shop', stack: 'jenkins', id: '1', image: 'tools' },
    home: { parent: '/srv', name: 'jenkins', constraints: [] },
    credentials: {},
    tools: {
      engine,
      processes: { run },
      clock: { ...now, sleep: () => Promise.resolve() },
      logIn: () => ({ env: {}, forget: () => undefined }),
      signal: new AbortController().signal,
    },
  });
}

test('what a bucket has is listed', async () => {
  const row = (name: string): string => `2026-01-01 00:00:00 1 ${name}`;
  const name = 'shop-jenkins-20260101000000001';
  const place = openPlace(`cat <<'END'\n${row(`${name}.json`)}\n${row(`${name}.tar.gz`)}\nEND`);
  expect(await place.list()).toEqual([name]);
});

test('a prefix with nothing below it, of which the CLI says nothing and ends with 1, is no failure', async () => {
  expect(await openPlace('exit 1').list()).toEqual([]);
});

test.each([
  [254, 'An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied'],
  [255, 'Could not connect to the endpoint URL: "https://bucket.s3.amazonaws.com/"'],
  [1, 'fatal error: Unable to locate credentials'],
])('a bucket that cannot be listed (%i) is told of, and not as empty', async (code, said) => {
  const place = openPlace(`echo '${said}' >&2; exit ${code}`);
  await expect(place.list()).rejects.toThrow(said);
});
