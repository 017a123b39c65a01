import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describeBridge } from '../../../generator/lab/machines/bridge.ts';

/** Everything on this machine that names a lab: processes, links, namespaces, routes, rules, mounts, loop devices, its folder. */
export function labTraces(folder: string): string[] {
  const { router, link, gateway } = describeBridge(folder);
  const names = [folder, basename(folder).slice(-6), router, link, gateway];
  const run = (file: string, ...args: string[]): string => execFileSync(file, args, { encoding: 'utf8' });
  const texts = [
    run('ip', 'netns'),
    run('ip', '-brief', 'link'),
    run('ip', 'route'),
    process.getuid?.() === 0 ? run('iptables-save') : '',
    run('losetup', '--list'),
    readFileSync('/proc/self/mountinfo', 'utf8'),
    ...readdirSync('/proc')
      .filter((name) => /^[0-9]+$/.test(name) && Number(name) !== process.pid)
      .map(readProcess),
  ];
  const lines = texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => names.some((name) => line.includes(name)));
  return existsSync(folder) ? [folder, ...lines] : lines;
}

/** What it was started as, and the variables by which a lab's processes are told. */
function readProcess(pid: string): string {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const own = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((entry) => /^(?:MILLRACE_LAB_FOLDER|FOLDER)=/.test(entry));
    return `${pid} ${line} ${own.join(' ')}`;
  } catch {
    return '';
  }
}
