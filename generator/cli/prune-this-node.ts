import { readFile } from 'node:fs/promises';
import { readLocalDisk } from '../adapters/disk-space.ts';
import { openEngine } from '../adapters/engine/open-engine.ts';
import { JOB } from '../drivers/stack/node-job.ts';
import type { NodeKeep } from '../drivers/stack/node-keep.ts';
import { writeNodeReport } from '../drivers/stack/node-report-lines.ts';
import { pruneNode } from '../drivers/stack/prune-node.ts';
import type { Output } from '../report/output.ts';

/** What a job on a node runs: it was decided elsewhere what stays. @param file of the job's order */
export async function pruneThisNode(file: string, output: Pick<Output, 'print'>): Promise<number> {
  const { keep, dryRun } = JSON.parse(await readFile(file, 'utf8')) as { keep: NodeKeep; dryRun: boolean };
  const engine = openEngine(`unix://${JOB.socket}`);
  const { Name } = (await engine.get('/info')) as { Name: string };
  const machine = { name: Name, engine, readDisk: () => readLocalDisk(JOB.disk) };
  for (const line of writeNodeReport(await pruneNode(machine, keep, dryRun))) output.print(line);
  return 0;
}
