import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startRegistry } from '../../system/services/registry.ts';
import { REPOSITORY, buildPackage } from '../built-package.ts';
import { describeMachine } from '../describe-machine.ts';
import { interleave, median } from '../measure.ts';
import type { Sample } from '../measure.ts';
import { MEASURED, numbers, seconds, table } from '../table.ts';
import { PROGRAMS, describeSize, planCases } from './cases.ts';
import type { RepositorySize } from './make-repository.ts';
import { PEERS, findPeers } from './peers.ts';

export interface PlanSettings {
  sizes: readonly RepositorySize[];
  rounds: number;
  /** Where the repositories lie. */
  folder: string;
}

/** `npm run bench -- plan`. @returns Markdown */
export async function benchPlan(
  { sizes, rounds, folder }: PlanSettings,
  say: (text: string) => void,
): Promise<string> {
  const work = mkdtempSync(join(folder, 'millrace-bench-'));
  const registry = await startRegistry();
  try {
    const peers = await findPeers(join(REPOSITORY, 'target/bench'), say);
    const millrace = await buildPackage(join(work, 'package'));
    const about = describeMachine(folder);
    const place = { millrace, registry: registry.address, peers };
    const tables: string[] = [];
    for (const size of sizes) {
      say(`making a repository of ${describeSize(size)}`);
      const samples = await interleave(await planCases(size, work, place), rounds, say);
      tables.push(renderTable(size, samples));
    }
    return [about(), ...tables].join('\n');
  } finally {
    await registry.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

function renderTable(size: RepositorySize, samples: ReadonlyMap<string, readonly Sample[]>): string {
  const find = (program: string): readonly Sample[] => samples.get(`${describeSize(size)}, ${program}`) ?? [];
  const wall = (program: string): number => median(find(program).map(({ wallSeconds }) => wallSeconds));
  const status = wall(PROGRAMS.status);
  const programs = [...Object.values(PROGRAMS), ...Object.values(PEERS)].filter(
    (program) => find(program).length > 0,
  );
  const rows = programs.map((program) => [
    program,
    ...numbers(find(program)),
    `${(wall(program) / status).toFixed(2)} x`,
    `${(wall(program) / wall(PROGRAMS.plan)).toFixed(1)} x`,
  ]);
  return [
    `### ${describeSize(size)}\n`,
    table(['program', ...MEASURED, 'of `git status`', 'of our plan'], rows),
    `Asking the registry for every image is a part of the plan: ${seconds(wall(PROGRAMS.plan) - wall(PROGRAMS.hash))} more than \`hash\`, the rest of planning included.\n`,
  ].join('\n');
}
