import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchCase } from '../measure.ts';
import { linkPeers, peerCases, writePeerFiles } from './peers.ts';
import { makeRepository } from './make-repository.ts';
import type { RepositorySize } from './make-repository.ts';
import { publishAll } from './publish-all.ts';

export const PROGRAMS = {
  empty: 'an empty Node process',
  status: 'git status',
  hash: '`millrace hash`',
  plan: '`millrace plan`, nothing to do',
} as const;

export function describeSize({ files, images }: RepositorySize): string {
  return `${files} files, ${images} images`;
}

/** Cases over one repository, every image of which lies in the registry already. */
export async function planCases(
  size: RepositorySize,
  folder: string,
  { millrace, registry, peers }: { millrace: string; registry: string; peers: string | undefined },
): Promise<BenchCase[]> {
  const root = join(folder, `repository-${size.files}`);
  await makeRepository(root, size, (services) => {
    if (peers !== undefined) writePeerFiles(root, services);
  });
  if (peers !== undefined) linkPeers(root, peers);
  const hashes = JSON.parse(
    execFileSync('node', [millrace, 'hash', '--json'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 30 }),
  ) as { components: Record<string, { hash: string }> };
  await publishAll(registry, hashes.components);
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const label = (program: string): string => `${describeSize(size)}, ${program}`;
  const env = { MILLRACE_REGISTRY: registry };
  const node = (args: string[]): BenchCase['command'] => ({ file: 'node', args, cwd: root, env });
  return [
    { name: label(PROGRAMS.empty), command: node([empty]) },
    { name: label(PROGRAMS.status), command: { file: 'git', args: ['status', '--porcelain'], cwd: root } },
    { name: label(PROGRAMS.hash), command: node([millrace, 'hash']) },
    {
      name: label(PROGRAMS.plan),
      command: node([millrace, 'plan', '--only', ...imagesOf(hashes.components)]),
    },
    ...(peers === undefined ? [] : peerCases(root, label)),
  ];
}

/** Without the jobs, which nobody has deployed. */
function imagesOf(components: Record<string, unknown>): string[] {
  return Object.keys(components).filter((id) => id.startsWith('image:'));
}
