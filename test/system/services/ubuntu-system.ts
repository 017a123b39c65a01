import { renameSync, rmSync } from 'node:fs';
import { bootstrap } from '../../../generator/lab/machines/base-system.ts';
import { makeOnce } from './machine.ts';

const ARCHIVE = 'http://archive.ubuntu.com/ubuntu';
const JAMMY = {
  suite: 'jammy',
  archive: ARCHIVE,
  // Debian has no package with Ubuntu's keys; what is installed later is checked with those that Ubuntu brings itself.
  options: ['--no-check-gpg', '--components=main,universe'],
  sources: ['', '-updates', '-security']
    .map((pocket) => `deb ${ARCHIVE} jammy${pocket} main universe\n`)
    .join(''),
};

/** Root file system of Ubuntu 22.04 LTS, made once, in some minutes. */
export function ubuntuSystem(): Promise<string> {
  return makeOnce('ubuntu-system', async (folder) => {
    const half = `${folder}.new`;
    rmSync(half, { recursive: true, force: true });
    await bootstrap(half, JAMMY);
    renameSync(half, folder);
    return folder;
  });
}
