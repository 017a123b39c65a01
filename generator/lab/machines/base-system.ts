import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { UserError } from '../../model/user-error.ts';
import { runTool } from './run-tool.ts';

/** What a cloud's image of Debian has, as far as logging in and Ansible ask for it. */
const PACKAGES = ['openssh-server', 'sudo', 'python3', 'python3-apt', 'ca-certificates', 'iproute2'];
const ARCHIVE = 'http://deb.debian.org/debian';

/** A release of Debian, or of what is made from it. */
export interface Release {
  suite: string;
  archive: string;
  /** More of debootstrap(8). */
  options: readonly string[];
  /** Text of sources.list(5). */
  sources: string;
  /** Of debootstrap's scripts the one that makes it, where its suite has none of its own. */
  script?: string;
}

const BOOKWORM: Release = {
  suite: 'bookworm',
  archive: ARCHIVE,
  options: [],
  sources: `deb ${ARCHIVE} bookworm main
deb ${ARCHIVE} bookworm-updates main
deb ${ARCHIVE}-security bookworm-security main
`,
};

/**
 * Root file system that machines of the lab start from: what MILLRACE_LAB_BASE names (a folder, or an archive of tar),
 * else a Debian 12 that is made anew (program `debootstrap`; a minute or two).
 * @param folder where it is put unless it is there; whole or not at all
 * @returns the folder to be used
 */
export async function prepareBaseSystem(folder: string, tell: (text: string) => void): Promise<string> {
  if (isFolder(folder)) return folder;
  const given = process.env['MILLRACE_LAB_BASE'] || undefined;
  if (given !== undefined && isFolder(given)) return given;
  const half = `${folder}.${process.pid}`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  try {
    if (given === undefined) {
      tell(
        `making the Debian that machines start from, which takes a minute or two (debootstrap, ${ARCHIVE})`,
      );
      await bootstrap(half, BOOKWORM);
    } else await unpack(given, half);
    renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return folder;
}

/** Makes a root file system of it; what a failure leaves in the folder is the caller's to remove. */
export async function bootstrap(folder: string, release: Release): Promise<void> {
  const options = ['--variant=minbase', `--include=${PACKAGES.join(',')}`, ...release.options];
  const script = release.script === undefined ? [] : [`/usr/share/debootstrap/scripts/${release.script}`];
  await runTool('debootstrap', [...options, release.suite, folder, release.archive, ...script]);
  await runTool('tee', [`${folder}/etc/apt/sources.list`], release.sources);
  await runTool('chroot', [folder, 'apt-get', '-q', 'clean']);
}

async function unpack(archive: string, folder: string): Promise<void> {
  if (!statSync(archive, { throwIfNoEntry: false })?.isFile()) {
    throw new UserError(
      'NO_LAB_BASE',
      `MILLRACE_LAB_BASE names ${archive}, which is neither a folder nor an archive; unset it, or put a root file system there`,
    );
  }
  await runTool('tar', [
    '--extract',
    '--file',
    archive,
    '--directory',
    folder,
    '--numeric-owner',
    '--xattrs',
  ]);
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
