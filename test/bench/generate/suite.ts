import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { REPOSITORY, buildPackage } from '../built-package.ts';
import { interleave } from '../measure.ts';
import { newFilesCases, secondRunCases, startUpCases } from './cases.ts';
import { findJobBuilders } from './job-builders.ts';
import type { JobBuilder } from './job-builders.ts';
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
    const before = loadavg()[0]!;
    const cases = [
      ...startUpCases(millrace, work),
      ...newFilesCases(millrace, builders, sizes, work),
      ...secondRunCases(millrace, sizes, work),
    ];
    const samples = await interleave(cases, rounds, say);
    const about = describeRun(builders, folder, [before, loadavg()[0]!]);
    return `${about}\n${renderTables(samples, builders, sizes)}`;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function describeRun(builders: readonly JobBuilder[], folder: string, loads: readonly number[]): string {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    version: string;
  };
  const where = folder === tmpdir() ? 'the disk' : folder;
  return [
    `- ${new Date().toISOString().slice(0, 10)}, millrace ${version}, Node ${process.versions.node}, ${builders.map(({ name }) => name).join(', ') || 'no Jenkins Job Builder'}`,
    `- ${availableParallelism()} processors (${cpus()[0]?.model ?? 'unknown'}); load ${loads.map((load) => load.toFixed(1)).join(' at the start, ')} at the end; files on ${where}`,
    '',
  ].join('\n');
}
