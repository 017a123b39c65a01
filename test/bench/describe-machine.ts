import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from './built-package.ts';

/** What was measured where, as a list in Markdown; the load is taken now and when the result is called. */
export function describeMachine(folder: string, others: readonly string[] = []): () => string {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    version: string;
  };
  const before = loadavg()[0]!;
  return () => {
    const programs = [`millrace ${version}`, `Node ${process.versions.node}`, ...others].join(', ');
    const where = folder === tmpdir() ? 'the disk' : folder;
    const load = `load ${before.toFixed(1)} at the start, ${loadavg()[0]!.toFixed(1)} at the end`;
    return [
      `- ${new Date().toISOString().slice(0, 10)}, ${programs}`,
      `- ${availableParallelism()} processors (${cpus()[0]?.model ?? 'unknown'}); ${load}; files on ${where}`,
      '',
    ].join('\n');
  };
}
