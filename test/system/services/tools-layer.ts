import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyPython, makeLayer } from './base-image.ts';
import type { Layer } from './base-image.ts';
import { makeLayerOnce } from './layer-once.ts';

/** What agents and the stand-in of Jenkins are made of, as this machine has it. */
const PROGRAMS = [
  ...['/usr/bin/bash', '/usr/bin/curl', '/usr/bin/docker', '/usr/bin/git', '/usr/bin/node', '/usr/bin/tar'],
  ...['/usr/bin/ssh', '/usr/bin/ssh-keygen', '/usr/sbin/sshd', '/usr/bin/sftp', '/usr/bin/tini'],
  ...['/usr/sbin/groupadd', '/usr/sbin/usermod', '/usr/bin/getent', '/usr/bin/gzip', '/usr/bin/jq'],
];
/** Programs that others call, by where they look for them. */
const FOLDERS = ['/usr/lib/git-core', '/usr/share/git-core/templates'];

const FILES: Record<string, string> = {
  'etc/passwd':
    'root:x:0:0:root:/root:/bin/bash\nsshd:x:100:65534::/run/sshd:/bin/false\njenkins:x:1000:1000::/home/jenkins:/bin/bash\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\njenkins:x:1000:\n',
  'etc/shadow': 'root:*:19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\njenkins:*:19000:0:99999:7:::\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  'etc/login.defs': '',
};

/**
 * A stand-in for what Debian's, Jenkins' and other upstream images have in common: programs of this machine with their
 * shared objects. Made once for all tests of a checkout: packing takes a while.
 */
export const toolsLayer = (): Promise<Layer> => makeLayerOnce('tools-layer', () => makeLayer(fillTools));

function fillTools(root: string): void {
  copyPython(root);
  for (const program of PROGRAMS) copyTool(root, program);
  for (const folder of FOLDERS.filter((one) => existsSync(one)))
    cpSync(folder, join(root, folder), { recursive: true, verbatimSymlinks: true });
  copyLibraries(root, '/usr/lib/git-core/git-remote-http');
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const path of ['root', 'run', 'var/tmp', 'usr/local/bin', 'home'])
    mkdirSync(join(root, path), { recursive: true });
  // Scripts name it so.
  spawnSync('rm', ['-f', join(root, 'bin/bash'), join(root, 'bin/env')]);
  symlinkSync('../usr/bin/bash', join(root, 'bin/bash'));
  copyTool(root, '/usr/bin/env');
  spawnSync('chmod', ['1777', join(root, 'tmp'), join(root, 'var/tmp')]);
}

function copyTool(root: string, program: string): void {
  copy(realpathSync(program), join(root, program));
  copyLibraries(root, program);
}

/** The shared objects that it names, where it looks for them. */
function copyLibraries(root: string, program: string): void {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
  for (const [path] of stdout.matchAll(/\/\S*lib\S+/g))
    if (!existsSync(join(root, path))) copy(path, join(root, path));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const { status, stderr } = spawnSync('cp', ['--dereference', '--preserve=mode', from, to], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`cp: ${stderr}`);
}
