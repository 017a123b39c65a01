import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** CAP_SYS_RESOURCE, bit 24 (capabilities(7)): a container's root may lack it. */
export function mayUseResources(): boolean {
  const effective = /^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]!;
  return ((BigInt(`0x${effective}`) >> 24n) & 1n) === 1n;
}

/** How many files a process may have open at most that asks for so many: without the capability no limit is raised. */
export function mostOpenFiles(wanted: number): number {
  if (mayUseResources()) return wanted;
  const limit = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout.trim();
  return limit === 'unlimited' ? wanted : Math.min(wanted, Number(limit));
}
