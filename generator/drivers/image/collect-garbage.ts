import { UserError } from '../../model/user-error.ts';
import { isAlive } from '../stack/one-shot.ts';
import { namespaceOf, ownLabels, serviceName } from '../stack/stack-names.ts';
import type { ServiceSpec, SwarmService, SwarmTask } from '../stack/swarm-objects.ts';
import { REGISTRY_STACK } from './own-registry.ts';
import { WRITER, findWriter, pauseWriter, resumeWriter } from './pause-writer.ts';
import type { SwarmWork } from './pause-writer.ts';

const POLL = 500;
const MAX_WAIT = 60 * 60_000;
const CLASH = 409;
/** Lines of its log: one for each blob that it takes away is among them. */
const MAX_LINES = 200_000;
const GARBAGE = 'garbage';
const CONFIGURATION = '/etc/docker/registry/config.yml';

/** @returns the digests of the blobs that were taken away; undefined where the registry's stack is not the shipped one */
export async function collectGarbage(work: SwarmWork): Promise<Set<string> | undefined> {
  await endCollection(work);
  const writer = await findWriter(work);
  if (!writer) return undefined;
  try {
    await pauseWriter(work, writer);
    const deleted = await runCollection(work, writer);
    await forgetGarbage(work);
    return deleted;
  } finally {
    await endCollection(work);
    await resumeWriter(work);
  }
}

/**
 * Says that there is garbage, before any is made: whatever ends this run, the next one collects it. It is a part of the
 * registry's stack, with which it goes.
 */
export async function markGarbage({ engine, project }: SwarmWork): Promise<void> {
  const labels = ownLabels(project.project, REGISTRY_STACK);
  const data = Buffer.from('1').toString('base64');
  await engine.post('/configs/create', { Name: markName(project.project), Labels: labels, Data: data }, [
    CLASH,
  ]);
}

export async function isGarbageMarked({ engine, project }: SwarmWork): Promise<boolean> {
  return (await engine.get(`/configs/${encodeURIComponent(markName(project.project))}`)) !== undefined;
}

/** Ends a collection that a killed run has left, before anything writes again. Fine where there is none. */
export async function endCollection({ engine, project, clock }: SwarmWork): Promise<void> {
  const name = collectionName(project.project);
  const found = (await engine.get(`/services/${encodeURIComponent(name)}`)) as SwarmService | undefined;
  if (!found) return;
  await engine.remove(`/services/${found.ID}`);
  const filters = encodeURIComponent(JSON.stringify({ name: [name] }));
  for (const end = clock.now() + MAX_WAIT; clock.now() < end; await clock.sleep(POLL)) {
    const tasks = (await engine.get(`/tasks?filters=${filters}`)) as SwarmTask[];
    if (!tasks.some((task) => task.ServiceID === found.ID && isAlive(task))) return;
  }
}

async function forgetGarbage({ engine, project }: SwarmWork): Promise<void> {
  await engine.remove(`/configs/${encodeURIComponent(markName(project.project))}`);
}

async function runCollection(
  { engine, project, clock }: SwarmWork,
  writer: SwarmService,
): Promise<Set<string>> {
  const spec = collectionOf(writer, project.project);
  const { body } = await engine.post('/services/create', spec);
  const { ID } = body as { ID: string };
  const filters = encodeURIComponent(JSON.stringify({ service: [ID] }));
  for (const end = clock.now() + MAX_WAIT; ; await clock.sleep(POLL)) {
    const tasks = (await engine.get(`/tasks?filters=${filters}`)) as SwarmTask[];
    const ended = tasks.find((task) => !isAlive(task));
    if (ended?.Status.State === 'complete')
      return readDeleted(await engine.readLog(`/services/${ID}/logs`, MAX_LINES));
    if (ended || clock.now() >= end) throw failed(ended, await engine.readLog(`/services/${ID}/logs`, 3));
  }
}

/**
 * On the writer's node, with its image, configuration and storage. Manifests without a tag are left to it: the parts of an
 * index have none, and `--delete-untagged` of this registry would take them from under the index.
 */
function collectionOf(writer: SwarmService, project: string): ServiceSpec {
  const { ContainerSpec, Placement, Resources } = writer.Spec.TaskTemplate as Record<string, unknown> &
    ServiceSpec['TaskTemplate'];
  const { Image, Configs, Mounts, Env } = ContainerSpec as Record<string, unknown> & { Image: string };
  return {
    Name: collectionName(project),
    Labels: ownLabels(project, REGISTRY_STACK),
    TaskTemplate: {
      ContainerSpec: {
        ...({ Image, Configs, Mounts, Env } as { Image: string }),
        Command: ['registry', 'garbage-collect', CONFIGURATION],
      } as { Image: string },
      Placement,
      Resources,
      RestartPolicy: { Condition: 'none' },
    },
    Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } },
  } as ServiceSpec;
}

function readDeleted(lines: readonly string[]): Set<string> {
  return new Set(
    lines.flatMap((line) => /blob eligible for deletion: (sha256:[0-9a-f]{64})/.exec(line)?.[1] ?? []),
  );
}

function failed(task: SwarmTask | undefined, log: readonly string[]): UserError {
  const why = task
    ? (task.Status.Err ?? task.Status.State)
    : `it did not end within ${MAX_WAIT / 60_000} minutes`;
  const said = log.at(-1);
  return new UserError(
    'GARBAGE_FAILED',
    `the registry's garbage was not collected: ${why}${said === undefined ? '' : `, ${said}`}; the ${WRITER} runs again, the next prune tries anew`,
  );
}

function collectionName(project: string): string {
  return serviceName(namespaceOf(project, REGISTRY_STACK), GARBAGE);
}

/** As long as any service of the stack at most. */
function markName(project: string): string {
  return `${namespaceOf(project, REGISTRY_STACK)}-${GARBAGE}`;
}
