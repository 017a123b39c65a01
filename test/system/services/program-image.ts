import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeLayer, pushImage } from './base-image.ts';

const TARGET = join(import.meta.dirname, '../../../target/test');

/**
 * Stand-ins for the images of `stacks/registry.yml`, with programs of Debian that read the same configuration:
 * docker-registry 2.8 for `registry:2.8.3`, and haproxy 2.6 for `haproxy:3.2.22-alpine`.
 * @param registry `127.0.0.1:PORT`
 * @returns what each tag is pinned to
 */
export async function pushRegistryImages(registry: string): Promise<Record<string, string>> {
  const haproxy = fetchPackages('haproxy', [
    ...['haproxy', 'liblua5.3-0', 'libopentracing1', 'libopentracing-c-wrapper0'],
  ]);
  return {
    'registry:2.8.3': await pushImage(
      registry,
      'library/registry',
      '2.8.3',
      makeLayer((root) => {
        copyProgram(root, '/usr/bin/docker-registry');
        // As the image that it stands for names it.
        mkdirSync(join(root, 'bin'), { recursive: true });
        symlinkSync('/usr/bin/docker-registry', join(root, 'bin/registry'));
      }),
      {
        Env: ['PATH=/bin', 'OTEL_TRACES_EXPORTER=none'],
        Entrypoint: ['/usr/bin/docker-registry', 'serve'],
        Cmd: ['/etc/docker/registry/config.yml'],
      },
    ),
    'haproxy:3.2.22-alpine': await pushImage(
      registry,
      'library/haproxy',
      '3.2.22-alpine',
      makeLayer((root) => copyProgram(root, '/usr/sbin/haproxy', haproxy)),
      {
        Env: ['PATH=/bin:/usr/sbin', 'LD_LIBRARY_PATH=/libraries'],
        Cmd: ['haproxy', '-W', '-db', '-f', '/usr/local/etc/haproxy/haproxy.cfg'],
      },
    ),
  };
}

/**
 * A stand-in for the agents' image, as far as jobs on nodes need it: Node and this command line, as `millrace` on its PATH.
 * @returns a file system, as `docker import` takes it
 */
export function makeToolsSystem(cli: string): Buffer {
  return makeLayer((root) => {
    copyProgram(root, process.execPath);
    const [home, folder] = [join(root, 'opt/millrace'), dirname(dirname(cli))];
    mkdirSync(home, { recursive: true });
    for (const part of ['dist', 'bin', 'package.json'])
      run('cp', ['-r', join(folder, part), join(home, part)]);
    const script = `#!${process.execPath}\nrequire('/opt/millrace/bin/millrace');\n`;
    writeFileSync(join(root, 'bin/millrace'), script, { mode: 0o755 });
  });
}

/** A program and the shared objects that it names. @param system where it is, and libraries that are not the machine's */
export function copyProgram(root: string, program: string, system = ''): void {
  const further = join(system, '/usr/lib/x86_64-linux-gnu');
  const { stdout } = run('env', [
    ...(system === '' ? [] : [`LD_LIBRARY_PATH=${further}`]),
    'ldd',
    `${system}${program}`,
  ]);
  if (stdout.includes('not found')) throw new Error(`libraries are missing: ${stdout}`);
  copy(`${system}${program}`, join(root, program));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  for (const [path] of stdout.matchAll(/\/\S*lib\S+/g)) {
    const isOwn = system !== '' && path.startsWith(system);
    copy(path, join(root, isOwn ? `libraries/${path.split('/').at(-1)}` : path));
  }
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  run('cp', ['--dereference', from, to]);
}

/** Debian packages, unpacked and not installed; once for all tests of a checkout. @returns where */
export function fetchPackages(name: string, packages: readonly string[]): string {
  const folder = join(TARGET, name);
  if (existsSync(folder)) return folder;
  mkdirSync(TARGET, { recursive: true });
  const half = mkdtempSync(`${folder}.`);
  try {
    run('apt-get', ['download', ...packages], half);
    run('sh', ['-c', 'for file in *.deb; do dpkg -x "$file" . && rm "$file"; done'], half);
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    // Somebody else was first.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function run(file: string, args: readonly string[], cwd?: string): { stdout: string } {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', ...(cwd ? { cwd } : {}) });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  return { stdout };
}
