import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tryTool } from './run-tool.ts';

/** Programs that machines need, and the package of Debian that has each. */
const PROGRAMS = {
  ip: 'iproute2',
  iptables: 'iptables',
  losetup: 'mount',
  nsenter: 'util-linux',
  'ssh-keygen': 'openssh-client',
};

/**
 * What stands in the way of machines here, each as the end of "…: there are no machines, for …". Nothing is left of the
 * trials.
 */
export async function findGaps(folder: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return ['this is not root'];
  const needed: Record<string, string> = process.env['MILLRACE_LAB_BASE']
    ? PROGRAMS
    : { ...PROGRAMS, debootstrap: 'debootstrap (or name a root file system in MILLRACE_LAB_BASE)' };
  const gaps: string[] = [];
  for (const [program, from] of Object.entries(needed))
    if (!(await tryTool('which', [program]))) gaps.push(`there is no ${program}; install ${from}`);
  if (gaps.length > 0) return gaps;
  const trial = join(folder, 'trial');
  try {
    for (const name of ['lower', 'upper', 'work', 'root']) mkdirSync(join(trial, name), { recursive: true });
    for (const [script, gap] of TRIALS)
      if (!(await tryTool('unshare', [...NAMESPACES, 'bash', '-euc', script, 'trial', trial])))
        gaps.push(gap);
    if (!(await tryTool('losetup', ['--find']))) gaps.push('there is no free loop device');
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
  return gaps;
}

/** True where the kernel balances load by itself, which Swarm's virtual IPs and its routing mesh ask for. */
export const hasIpvs = async (): Promise<boolean> =>
  (await tryTool('test', ['-e', '/proc/net/ip_vs'])) ||
  // Whoever is not root has no folder of root's programs on the PATH, and may ask all the same.
  (await tryTool('env', [
    `PATH=${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
    'modprobe',
    '--dry-run',
    'ip_vs',
  ]));

const NAMESPACES = ['--mount', '--uts', '--ipc', '--pid', '--net', '--fork', '--propagation', 'private'];

/** Each in namespaces of its own, with which all of it goes; `$1` is a folder of the lab. */
const TRIALS: readonly (readonly [script: string, gap: string])[] = [
  ['true', 'the kernel makes no namespaces for it'],
  [
    'mount -t overlay trial -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" "$1/root"',
    `overlayfs cannot be mounted where the lab lies`,
  ],
  [
    'ip link add name one type veth peer name two && ip link add name three type bridge',
    'the kernel makes no links or bridges',
  ],
  ['iptables -t nat -n -L', 'iptables cannot change addresses'],
];
