import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createClock } from '../../../generator/adapters/clock.ts';
import { probeUrl } from '../../../generator/adapters/engine/probe-url.ts';
import { createSwarmLock } from '../../../generator/adapters/engine/swarm-lock.ts';
import { createProcesses } from '../../../generator/adapters/processes.ts';
import type {
  Driver,
  HashedComponent,
  ProjectSource,
  TaskContext,
} from '../../../generator/drivers/driver.ts';
import { inputsOf } from '../../../generator/drivers/inputs-of.ts';
import { createStackDriver } from '../../../generator/drivers/stack/stack-driver.ts';
import type { StackTools } from '../../../generator/drivers/stack/stack-tools.ts';
import { hashProject } from '../../../generator/hash/hash-project.ts';
import { loadProject } from '../../../generator/load/load-project.ts';
import { readLock } from '../../../generator/load/read-lock.ts';
import { componentId } from '../../../generator/model/component.ts';
import { NO_MIRRORS } from '../../../generator/model/mirrors.ts';
import type { ComponentId } from '../../../generator/model/component.ts';
import type { Artifact, Observation, Running } from '../../../generator/plan/plan.ts';
import type { Engine } from '../../../generator/ports/engine.ts';
import { commitFilesOf } from '../../fakes/commit-files.ts';
import { pushBaseImage } from './base-image.ts';
export { eventually } from './eventually.ts';
import { startRegistry } from './registry.ts';
import { startSwarmEngine } from './swarm-engine.ts';
import type { SwarmEngine } from './swarm-engine.ts';

/** A real Swarm and registry, and the stack driver over them, without a command line. */
export interface StackWorld {
  swarm: SwarmEngine;
  registry: string;
  /** Ends the registry's program, and starts it again with what it had. */
  haltRegistry: () => Promise<void>;
  resumeRegistry: () => Promise<void>;
  driver: Driver;
  tools: StackTools;
  notes: string[];
  /** Pushes an image of busybox, and Python where a name is looked up; another note is another digest. */
  push: (name: string, note?: string, options?: { python: boolean }) => Promise<Artifact>;
  stop: () => Promise<void>;
}

export async function startStackWorld(): Promise<StackWorld> {
  const registry = await startRegistry();
  const swarm = await startSwarmEngine(registry.port);
  const notes: string[] = [];
  const tools = makeStackTools(swarm.engine, registry.address, (text) => notes.push(text));
  return {
    swarm,
    registry: registry.address,
    haltRegistry: registry.halt,
    resumeRegistry: registry.resume,
    tools,
    notes,
    driver: createStackDriver(tools),
    push: async (name, note = '1', { python } = { python: false }) => {
      const digest = await pushBaseImage(registry.address, name, 'test', { note, python });
      // Where this run reads it; the nodes have another way.
      return { id: digest, reference: `127.0.0.1:1/${name}@${digest}` };
    },
    stop: async () => {
      await swarm.stop();
      await registry.stop();
    },
  };
}

export function makeStackTools(engine: Engine, registry: string, note: (text: string) => void): StackTools {
  return {
    swarms: { find: () => Promise.resolve(engine) },
    processes: createProcesses(),
    clock: createClock(),
    registry,
    mirrors: NO_MIRRORS,
    withoutIpvs: true,
    logIn: () => ({ env: {}, forget: () => undefined }),
    probe: probeUrl,
    openLock: createSwarmLock,
    note,
  };
}

/** One commit of a project with stacks, and what a run has of it. */
export interface StackCommit {
  source: ProjectSource;
  hash: string;
  component: HashedComponent;
  artifacts: ReadonlyMap<ComponentId, Artifact>;
}

/** @param artifacts by the names of images; they are declared in project.yaml */
export function commitOf(
  files: Record<string, string>,
  artifacts: Record<string, Artifact>,
  { project = 'shop', stack = 'web', more = '' } = {},
): StackCommit {
  const images = Object.keys(artifacts).map((name) => `  ${name}: { context: images/${name} }\n`);
  // Another artifact comes of another source.
  const sources = Object.entries(artifacts).map(([name, { id }]): [string, string] => [
    `images/${name}/Dockerfile`,
    `FROM scratch\n# ${id}\n`,
  ]);
  const commit = commitFilesOf({
    'project.yaml': `project: ${project}\nimages:\n${images.join('')}stacks:\n  ${stack}:\n    file: stacks/${stack}.yml\n${more}`,
    'project.lock.yaml': 'version: 1\n',
    ...Object.fromEntries(sources),
    ...files,
  });
  const { loaded, problems } = loadProject(commit);
  if (!loaded) throw new Error(JSON.stringify(problems));
  const source: ProjectSource = { ...loaded, lock: readLock(commit), files: commit };
  const id = componentId('stack', stack);
  const hashed = hashProject(source, inputsOf).get(id)!;
  return {
    source,
    hash: hashed.hash,
    component: { ...source.graph.get(id)!, ...hashed },
    artifacts: new Map(Object.entries(artifacts).map(([name, one]) => [componentId('image', name), one])),
  };
}

export interface Deployed {
  log: string[];
  phases: string[];
}

/** Deploys as a run does. @throws what the driver throws; `said` has the log all the same */
export async function deploy(
  world: Pick<StackWorld, 'driver'>,
  { source, component, artifacts }: StackCommit,
  options: { signal?: AbortSignal; said?: Deployed } = {},
): Promise<Deployed> {
  const said = options.said ?? { log: [], phases: [] };
  const folder = mkdtempSync(join(tmpdir(), 'millrace-stack-test-'));
  const task: TaskContext = {
    source,
    artifacts,
    observation: { state: 'absent' },
    folder,
    exportFiles: (name, entries) => {
      // As the real one does, it exports nothing into what is there.
      mkdirSync(join(folder, name));
      for (const { path } of entries) {
        mkdirSync(dirname(join(folder, name, path)), { recursive: true });
        writeFileSync(join(folder, name, path), source.files.read(path)!);
      }
      return Promise.resolve(join(folder, name));
    },
    phase: (text) => said.phases.push(text),
    log: (line) => said.log.push(line),
    signal: options.signal ?? new AbortController().signal,
  };
  try {
    await world.driver.deploy!(component, task);
    return said;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function observe(world: Pick<StackWorld, 'driver'>, commit: StackCommit): Promise<Observation> {
  return (await world.driver.observe([commit.component], commit.source)).get(commit.component.id)!;
}

/** @throws where it does not run */
export async function observeRunning(
  world: Pick<StackWorld, 'driver'>,
  commit: StackCommit,
): Promise<Running> {
  const found = await observe(world, commit);
  if (found.state !== 'running')
    throw new Error(`expected something that runs, found ${JSON.stringify(found)}`);
  return found;
}
