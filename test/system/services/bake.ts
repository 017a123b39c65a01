// A run of the AMI driver alone, in a process of its own: node --import bin/ts-node.mjs bake.ts REPOSITORY
// Prints one JSON document: {"outcome": "kept"|"built", "image", "log": [...]} or {"error": {code, message}}.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../../../generator/adapters/clock.ts';
import { createMachineImages } from '../../../generator/adapters/ec2/machine-images.ts';
import { openGitRepository } from '../../../generator/adapters/git/git-repository.ts';
import { createProcesses } from '../../../generator/adapters/processes.ts';
import { createRunHost } from '../../../generator/adapters/run-host.ts';
import { loadCommit } from '../../../generator/cli/load-commit.ts';
import { createAmiDriver } from '../../../generator/drivers/ami/ami-driver.ts';
import type { HashedComponent } from '../../../generator/drivers/driver.ts';
import { inputsOf } from '../../../generator/drivers/inputs-of.ts';
import { hashProject } from '../../../generator/hash/hash-project.ts';
import { UserError } from '../../../generator/model/user-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'mr-'));
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
const lines: string[] = [];

async function bake(repositoryFolder: string): Promise<object> {
  const repository = openGitRepository(repositoryFolder);
  const source = loadCommit(await repository.readCommit());
  const hashes = hashProject(source, inputsOf);
  const components = [...source.graph.values()]
    .filter(({ kind }) => kind === 'ami')
    .map((component): HashedComponent => ({ ...component, ...hashes.get(component.id)! }));
  const clock = createClock();
  const driver = createAmiDriver({
    images: createMachineImages(source.project.aws!.region, clock),
    processes: createProcesses(),
    clock,
    host: createRunHost(),
    environment: process.env,
    note: (text) => lines.push(`note: ${text}`),
  });
  const found = await driver.observe(components, source);
  const component = components[0]!;
  const observation = found.get(component.id)!;
  await driver.prepare!(components, source, observation.state === 'built' ? [] : components);
  if (observation.state === 'built') return { outcome: 'kept', image: observation.artifact.id };
  const report = (line: string): void => {
    lines.push(line);
    if (process.env['SHOW'] !== undefined) process.stderr.write(`${line}\n`);
  };
  const artifact = await driver.build!(component, {
    source,
    observation,
    artifacts: new Map(),
    folder,
    exportFiles: async (name, entries) => {
      const target = join(folder, name);
      mkdirSync(target);
      await repository.exportFiles(entries, target);
      return target;
    },
    phase: (text) => report(`phase: ${text}`),
    log: report,
    signal: stop.signal,
  });
  return { outcome: 'built', image: artifact.id };
}

const answer = await bake(process.argv[2]!).catch((error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  process.exitCode = 1;
  return { error: { code: error.code, message: error.message } };
});
const document = JSON.stringify({ ...answer, log: lines });
if (process.env['ANSWER'] === undefined) process.stdout.write(`${document}\n`);
else writeFileSync(process.env['ANSWER'], document);
rmSync(folder, { recursive: true, force: true });
