import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a line of bash with the functions of script/setup. */
function bash(
  line: string,
  env: Record<string, string> = {},
): { code: number | null; out: string; error: string } {
  const run = spawnSync('bash', ['-c', `. script/setup; ${line}`], {
    encoding: 'utf8',
    input: '',
    env: { ...process.env, ...env },
  });
  return { code: run.status, out: run.stdout.trim(), error: run.stderr.trim() };
}

function makeJdk(name: string, version: string): string {
  const home = join(folder, name);
  mkdirSync(join(home, 'bin'), { recursive: true });
  for (const tool of ['java', 'javac']) writeExecutable(join(home, 'bin', tool), '#!/bin/sh\n');
  writeFileSync(join(home, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
  return home;
}

function writeExecutable(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

test('a JDK 17 in JAVA_HOME is taken, whatever else is installed', () => {
  const home = makeJdk('jdk', '17.0.1');
  expect(bash('find_jdk', { JAVA_HOME: home }).out).toBe(home);
});

test.each(['25', '1.8.0_292', '170.1', '11.0.2'])('a JAVA_HOME of version %s is passed over', (version) => {
  const home = makeJdk('jdk', version);
  expect(bash('find_jdk', { JAVA_HOME: home }).out).not.toBe(home);
});

test('a runtime without a compiler is passed over', () => {
  const home = makeJdk('jre', '17.0.1');
  rmSync(join(home, 'bin/javac'));
  expect(bash('find_jdk', { JAVA_HOME: home }).out).not.toBe(home);
});

test('a layer asks for nothing that only another one needs', () => {
  // Nothing but what the script itself calls is on this PATH.
  for (const tool of ['bash', 'dirname', 'sort', 'readlink', 'grep']) {
    const real = spawnSync('bash', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim();
    writeExecutable(join(folder, tool), `#!/bin/sh\nexec ${real} "$@"\n`);
  }
  const missing = (layers: string) =>
    bash(`PATH=${folder}; find_jdk() { return 1; }; missing_packages ${layers}`).out.split('\n');
  expect(missing('unit')).toEqual(['']);
  expect(missing('demo')).toEqual(
    expect.arrayContaining([
      'busybox-static',
      'docker-registry',
      'docker.io',
      'iproute2',
      'packer',
      'python3-venv',
    ]),
  );
  expect(missing('groovy')).toEqual(['maven', 'openjdk-17-jdk-headless']);
  expect(missing('lint')).toEqual(['openjdk-17-jdk-headless', 'shellcheck', 'yamllint']);
});

test('without root and sudo it says what to run by hand, and nothing is installed', () => {
  writeExecutable(join(folder, 'apt-get'), '#!/bin/sh\necho installed\n');
  const line = `is_root() { return 1; }; layers=lint; PATH=${folder}; install_packages shellcheck yamllint`;
  expect(bash(line)).toEqual({
    code: 1,
    out: '',
    error:
      'script/setup: neither root nor sudo; please run as root: apt-get update && apt-get install shellcheck yamllint',
  });
});

test.each(['script/setup', 'script/test'])('%s names its layers when it does not know one', (script) => {
  const run = spawnSync(script, ['untit'], { encoding: 'utf8', input: '' });
  expect(run.status).toBe(1);
  expect(run.stderr).toMatch(/^script\/(setup|test): unknown layer 'untit'; there are unit, .*\n$/);
});
