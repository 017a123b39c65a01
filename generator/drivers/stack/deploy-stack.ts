import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JENKINS_STACK } from '../../model/jenkins/hosting-stack.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import type { HashedComponent, TaskContext } from '../driver.ts';
import { finishSwap } from '../home/end-swap.ts';
import { hasHome } from '../home/find-home.ts';
import { guardChange } from '../home/guard-change.ts';
import type { SwapTarget } from '../home/start-swap.ts';
import { sweepHome } from '../home/sweep-home.ts';
import { awaitConvergence } from './await-convergence.ts';
import { awaitHealth } from './await-health.ts';
import { digestOf } from './canonical-json.ts';
import { externalFiles, findExternals } from './find-externals.ts';
import { forgetImage } from './forget-image.ts';
import { checkNetworks, sweepNetworks } from './check-networks.ts';
import { compareServices } from './compare-services.ts';
import type { ServiceChanges } from './compare-services.ts';
import { stackEntries, variablesOf } from './inputs.ts';
import { makeVersions, sweepVersions } from './keep-versions.ts';
import { lookAtSwarm, servicesOf } from './look-at-swarm.ts';
import { readCompose } from './read-compose.ts';
import { resolveStack } from './resolve-stack.ts';
import type { ResolvedStack } from './resolve-stack.ts';
import { runStackDeploy } from './run-docker.ts';
import { sweepSecrets } from './sweep-secrets.ts';
import { COMPONENT, NAMESPACE, PROJECT, ownLabels, refuseForeign } from './stack-names.ts';
import { markPending, writeRecord } from './stack-record.ts';
import type { FoundRecords, RecordPlace, StackRecord } from './stack-record.ts';
import type { StackTools } from './stack-tools.ts';
import type { SwarmService } from './swarm-objects.ts';
import { wakeServices } from './wake-services.ts';
import { writeCompose } from './write-compose.ts';

interface Work {
  engine: Engine;
  place: RecordPlace;
  stack: ResolvedStack;
  live: ReadonlyMap<string, SwarmService>;
  records: FoundRecords;
  changes: ServiceChanges;
}

/**
 * Brings one stack to what its file says. The mark `pending` is made before anything is changed and goes when all runs;
 * whatever ends this in between, the next deploy finishes it.
 */
export async function deployStack(
  component: HashedComponent,
  task: TaskContext,
  tools: StackTools,
): Promise<void> {
  const readFile = await exportStack(component, task);
  let work = await prepare(component, readFile, task, tools);
  try {
    await markPending(work.place, component.hash);
    const swapping = { engine: work.engine, project: work.place.project, stack: component.name, tools, task };
    if (await finishSwap(swapping)) work = await prepare(component, readFile, task, tools);
    const told = await guardChange(findController(work), swapping, () => changeServices(work, task, tools));
    await awaitConvergence({ engine: work.engine, clock: tools.clock, services: rolesOf(work, told), task });
    await awaitHealth(task.source.project.stacks[component.name]!.health, tools, task);
    await writeRecord(work.place, recordOf(component, task, work, told, tools), work.records.deployed);
    await sweep(work, task);
    if (component.name === JENKINS_STACK) await sweepHome(swapping);
  } catch (error) {
    throw task.signal.aborted ? interrupted(work.stack.name) : error;
  }
}

/** All that is looked at and may be refused, before anything is changed. */
async function prepare(
  { id, name }: HashedComponent,
  readFile: ReadFile,
  task: TaskContext,
  tools: StackTools,
): Promise<Work> {
  const { project } = task.source;
  const engine = await tools.swarms.find(project.stacks[name]!.on);
  if (!engine) {
    throw new UserError(
      'NO_HOST',
      `infrastructure:${project.stacks[name]!.on} is not there, or has no Swarm that answers; deploy it first: ` +
        'where a plan keeps it, a change of any of its variables deploys it',
    );
  }
  const stack = await resolve(name, engine, readFile, task, tools);
  for (const variable of stack.unset) task.log(`the variable ${variable} has no value, it is empty`);
  task.phase('comparing');
  const labels = ownLabels(project.project, name);
  const look = await lookAtSwarm(engine, project.project);
  for (const { Spec } of look.services) {
    if (Spec.Labels?.[NAMESPACE] === stack.namespace)
      refuseForeign(`the stack ${stack.namespace}`, Spec.Labels, labels);
  }
  await checkNetworks(engine, stack, labels);
  const live = servicesOf(look, project.project, name);
  const records = look.records.get(id) ?? { pending: false, deployed: [] };
  const changes = compareServices(stack.services, live, records.record);
  const place = { engine, project: project.project, stack: name, namespace: stack.namespace };
  return { engine, place, stack, live, records, changes };
}

type ReadFile = (path: string) => Uint8Array | undefined;

/** What the stack's file names is read from an export of the hashed files: nothing else decides what is deployed. */
async function exportStack({ id }: HashedComponent, { source, exportFiles }: TaskContext): Promise<ReadFile> {
  const entries = stackEntries(source.graph.get(id)!, source);
  const folder = await exportFiles('stack', entries);
  const paths = new Set(entries.map(({ path }) => path));
  return (path) => (paths.has(path) ? readFileSync(join(folder, path)) : undefined);
}

async function resolve(
  name: string,
  engine: Engine,
  readFile: ReadFile,
  task: TaskContext,
  tools: StackTools,
): Promise<ResolvedStack> {
  const { source, artifacts } = task;
  const stack = source.project.stacks[name]!;
  const compose = readCompose(readFile(stack.file) ?? new Uint8Array(), stack.file, variablesOf(stack));
  const externals = externalFiles(compose);
  return resolveStack(name, stack, {
    findExternal: await findExternals(engine, externals, source.project.project, stack.file),
    project: source.project,
    lock: source.lock,
    artifacts,
    mirrors: tools.mirrors,
    registry: tools.registry,
    withoutIpvs: tools.withoutIpvs,
    readFile,
  });
}

/** What the Swarm was told. */
interface Told {
  /** The services as it has them since. */
  specs: ReadonlyMap<string, SwarmService>;
  /** Kept ones whose tasks were started anew. */
  woken: readonly string[];
}

/** The service among those to be changed that is a controller, and there already. */
function findController({ live, changes, stack }: Work): SwapTarget | undefined {
  const name = [...changes.deployed.keys()].find((one) => live.has(one) && hasHome(live.get(one)!));
  return name === undefined ? undefined : { name, live: live.get(name)!, wanted: stack.services.get(name)! };
}

async function changeServices(
  { engine, place, stack, live, changes }: Work,
  task: TaskContext,
  tools: StackTools,
): Promise<Told> {
  const { deployed, removed, kept } = changes;
  if (kept.length > 0) task.log(`unchanged: ${kept.join(', ')}`);
  if (deployed.size > 0) {
    task.phase(`deploying ${[...deployed.keys()].join(', ')}`);
    for (const [name, why] of deployed) task.log(`${name}: ${why}`);
    const names = new Set(deployed.keys());
    await makeVersions(engine, place.project, stack, names);
    for (const name of names) {
      const there = live.get(name);
      if (there) await forgetImage(engine, there.ID, stack.services.get(name)!.image);
    }
    await runStackDeploy(writeCompose(stack, names), stack.namespace, engine, tools, task);
  }
  for (const name of removed) {
    task.log(`${name}: removed, it is no longer in the stack file`);
    await engine.remove(`/services/${live.get(name)!.ID}`);
  }
  const woken = await wakeServices(engine, kept, live);
  for (const name of woken) task.log(`${name}: started anew, its tasks had ended`);
  const specs = servicesOf(await lookAtSwarm(engine, place.project), place.project, place.stack);
  return { specs, woken };
}

function rolesOf(
  { stack, live, changes }: Work,
  { specs, woken }: Told,
): Parameters<typeof awaitConvergence>[0]['services'] {
  return new Map(
    [...stack.services.keys()].map((name) => {
      const isKept = changes.kept.includes(name) && !woken.includes(name);
      const role = isKept ? 'kept' : live.has(name) ? 'updated' : 'new';
      return [name, { id: specs.get(name)?.ID ?? '', role }];
    }),
  );
}

function recordOf(
  component: HashedComponent,
  { source }: TaskContext,
  { stack, records, changes }: Work,
  { specs, woken }: Told,
  { clock }: StackTools,
): StackRecord {
  const before = records.record;
  const services = [...stack.services].map(
    ([name, { hash, image }]): [string, StackRecord['services'][string]] => {
      const isKept = changes.kept.includes(name) && !woken.includes(name);
      const kept = isKept ? before?.services[name] : undefined;
      return [name, kept ?? { hash, image, spec: digestOf(specs.get(name)!.Spec) }];
    },
  );
  return {
    version: 1,
    hash: component.hash,
    revision: source.files.revision,
    deployed: new Date(clock.now()).toISOString(),
    generation: (before?.generation ?? 0) + 1,
    services: Object.fromEntries(services),
  };
}

/** Only now: until all runs, what was there before may be needed again. */
async function sweep({ engine, place, stack }: Work, task: TaskContext): Promise<void> {
  const look = await lookAtSwarm(engine, place.project);
  const live = servicesOf(look, place.project, place.stack);
  const removed =
    (await sweepVersions(engine, stack, [...live.values()])) +
    (await sweepSecrets(engine, place.project, look.services));
  if (removed > 0) task.log(`removed ${removed} versions of configs and secrets that nothing needs`);
  const labels = ownLabels(place.project, place.stack);
  await sweepNetworks(engine, stack, [`${PROJECT}=${place.project}`, `${COMPONENT}=${labels[COMPONENT]}`]);
}

function interrupted(name: string): UserError {
  return new UserError(
    'INTERRUPTED',
    `the Swarm goes on with what it was told of stack:${name}; the next apply finishes it`,
  );
}
