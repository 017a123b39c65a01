import { renameSync, rmSync } from 'node:fs';
import { bootstrap } from '../../../generator/lab/machines/base-system.ts';
import { makeOnce } from './machine.ts';

const ARCHIVE = 'http://archive.ubuntu.com/ubuntu';

/** Code names of LTS releases, by version. */
export const UBUNTU = { '22.04': 'jammy', '24.04': 'noble' } as const;

/** Root file system of an Ubuntu LTS, made once, in some minutes. */
export function ubuntuSystem(suite: string): Promise<string> {
  return makeOnce(`ubuntu-${suite}`, async (folder) => {
    const half = `${folder}.new`;
    rmSync(half, { recursive: true, force: true });
    await bootstrap(half, {
      suite,
      archive: ARCHIVE,
      // Debian has no package with Ubuntu's keys; what is installed later is checked with those that Ubuntu brings itself.
      options: ['--no-check-gpg', '--components=main,universe'],
      sources: ['', '-updates', '-security']
        .map((pocket) => `deb ${ARCHIVE} ${suite}${pocket} main universe\n`)
        .join(''),
      // Debian 12 has none for releases after itself; it is the same for all.
      script: 'jammy',
    });
    renameSync(half, folder);
    return folder;
  });
}
