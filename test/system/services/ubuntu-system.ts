import { renameSync, rmSync } from 'node:fs';
import { runTool } from '../../../generator/lab/machines/run-tool.ts';
import { makeOnce } from './machine.ts';

const ARCHIVE = 'http://archive.ubuntu.com/ubuntu';
const SUITE = 'jammy';
const COMPONENTS = 'main universe';
/** As those of the lab's Debian. */
const PACKAGES = ['openssh-server', 'sudo', 'python3', 'python3-apt', 'ca-certificates', 'iproute2'];

/** Root file system of Ubuntu 22.04 LTS, made once, in some minutes. */
export function ubuntuSystem(): Promise<string> {
  return makeOnce('ubuntu-system', async (folder) => {
    const half = `${folder}.new`;
    rmSync(half, { recursive: true, force: true });
    // Debian has no package with Ubuntu's keys; what is installed later is checked with those that Ubuntu brings itself.
    const options = ['--no-check-gpg', '--variant=minbase', `--components=${COMPONENTS.replace(' ', ',')}`];
    await runTool('debootstrap', [...options, `--include=${PACKAGES.join(',')}`, SUITE, half, ARCHIVE]);
    const sources = ['', '-updates', '-security'].map(
      (suite) => `deb ${ARCHIVE} ${SUITE}${suite} ${COMPONENTS}\n`,
    );
    await runTool('tee', [`${half}/etc/apt/sources.list`], sources.join(''));
    await runTool('chroot', [half, 'apt-get', '-q', 'clean']);
    renameSync(half, folder);
    return folder;
  });
}
