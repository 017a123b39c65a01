import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-controller-'));
  // In the place of the base image's script.
  writeFileSync(join(folder, 'jenkins.sh'), '#!/bin/sh\necho "started with $*"\n');
  chmodSync(join(folder, 'jenkins.sh'), 0o755);
  for (const path of ['home/plugins/git/META-INF', 'home/jobs/api'])
    mkdirSync(join(folder, path), { recursive: true });
  for (const path of ['home/plugins/git.jpi', 'home/plugins/git.jpi.pinned', 'home/config.xml'])
    writeFileSync(join(folder, path), 'kept by the volume\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(environment: Record<string, string>): { status: number | null; stdout: string } {
  const script = join(import.meta.dirname, '../../jenkins-image/controller/start-controller');
  return spawnSync(script, ['--httpPort=8080', 'two words'], {
    env: { PATH: `${folder}:${process.env['PATH']}`, ...environment },
    encoding: 'utf8',
  });
}

test('what the volume has of plugins is gone before Jenkins starts, and nothing else is', () => {
  const { stdout } = start({ JENKINS_HOME: join(folder, 'home') });
  expect(stdout).toBe('started with --httpPort=8080 two words\n');
  expect(existsSync(join(folder, 'home/plugins'))).toBe(false);
  expect(existsSync(join(folder, 'home/config.xml'))).toBe(true);
  expect(existsSync(join(folder, 'home/jobs/api'))).toBe(true);
});

test.each<Record<string, string>>([{}, { JENKINS_HOME: '' }])(
  'without a home nothing is taken away, and nothing starts: %j',
  (environment) => {
    const { status, stdout } = start(environment);
    expect(stdout).toBe('');
    expect(status).not.toBe(0);
  },
);
