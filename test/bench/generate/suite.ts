import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { REPOSITORY, buildPackage } from '../built-package.ts';
import { describeMachine } from '../describe-machine.ts';
import { interleave } from '../measure.ts';
import { newFilesCases, secondRunCases, startUpCases } from './cases.ts';
import { findJobBuilders } from './job-builders.ts';
import { renderTables } from './report.ts';

export interface Settings {
  /** Numbers of jobs. */
  sizes: readonly number[];
  rounds: number;
  /** Where the projects lie: the disk, or a file system in memory, is part of what is measured. */
  folder: string;
}

/** `npm run bench -- generate`. @returns Markdown */
export async function benchGenerate(
  { sizes, rounds, folder }: Settings,
  say: (text: string) => void,
): Promise<string> {
  const work = mkdtempSync(join(folder, 'millrace-bench-'));
  try {
    const builders = await findJobBuilders(join(REPOSITORY, 'target/bench'), say);
    const millrace = await buildPackage(join(work, 'package'));
    const about = describeMachine(
      folder,
      builders.length > 0 ? builders.map(({ name }) => name) : ['no Jenkins Job Builder'],
    );
    const cases = [
      ...startUpCases(millrace, work),
      ...newFilesCases(millrace, builders, sizes, work),
      ...secondRunCases(millrace, sizes, work),
    ];
    const samples = await interleave(cases, rounds, say);
    return `${about()}\n${renderTables(samples, builders, sizes)}`;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
