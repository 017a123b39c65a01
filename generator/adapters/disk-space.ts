import { statfs } from 'node:fs/promises';
import type { ClusterNode } from '../ports/cluster-nodes.ts';
import type { DiskSpace } from '../ports/node-machine.ts';
import type { Processes } from '../ports/processes.ts';
import { sshOptions } from './ssh/ssh-arguments.ts';
import type { SshTrust } from './ssh/ssh-arguments.ts';

/** Of this machine. @returns undefined where there is no such folder here */
export async function readLocalDisk(folder: string): Promise<DiskSpace | undefined> {
  try {
    const { bsize, blocks, bavail } = await statfs(folder);
    return { total: bsize * blocks, free: bsize * bavail };
  } catch {
    return undefined;
  }
}

/** Of another machine, by `df` there. @returns undefined where it does not say */
export async function readRemoteDisk(
  node: ClusterNode,
  folder: string,
  trust: SshTrust,
  processes: Processes,
): Promise<DiskSpace | undefined> {
  const quoted = `'${folder.replaceAll("'", `'\\''`)}'`;
  const args = [...sshOptions(node, trust), '--', node.address, `LC_ALL=C df -P -k -- ${quoted}`];
  const { code, stdout } = await processes.run({ file: 'ssh', args });
  // Filesystem, blocks of 1 KiB, used, available (POSIX, df -P).
  const [, total, , free] = stdout.trim().split('\n').at(-1)?.split(/\s+/) ?? [];
  if (code !== 0 || !/^\d+$/.test(total ?? '') || !/^\d+$/.test(free ?? '')) return undefined;
  return { total: Number(total) * 1_024, free: Number(free) * 1_024 };
}
