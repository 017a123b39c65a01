import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import { emptyNodeReport } from './node-keep.ts';
import type { NodeKeep, NodeReport } from './node-keep.ts';
import { readNodeReport } from './node-report-lines.ts';
import { isAlive } from './one-shot.ts';
import { PROJECT } from './stack-names.ts';
import { labelQuery } from './swarm-objects.ts';
import type { ServiceSpec, SwarmFile, SwarmService, SwarmTask } from './swarm-objects.ts';

/** On what a prune makes in the Swarm for its time: whoever comes next takes away what a killed one left. */
export const PRUNE = 'millrace.prune';
const NAME = 'prune';
/** A service's name has 63 characters at most; by its labels it is known whose it is. */
const MAX_PROJECT = 40;
/** Where the job finds what it is told, its node's engine, and that engine's disk. */
export const JOB = {
  order: '/run/prune.json',
  socket: '/var/run/docker.sock',
  disk: '/host-docker',
} as const;

const POLL = 1_000;
const MAX_WAIT = 30 * 60_000;
/** A task says little; what Docker adds of its own is passed over. */
const MAX_LINES = 10_000;

export interface NodeJobWork {
  engine: Engine;
  clock: Clock;
  /** An image with this program in it, by digest. */
  image: string;
  /** Where a node has its engine's socket. */
  socket: string;
}

interface SwarmNode {
  ID: string;
  Description: { Hostname: string };
  Spec: { Availability: string };
  Status: { State: string };
}

/**
 * Has every node of a Swarm clean itself, by a one-shot job on each: for whoever reaches one manager's engine and no other
 * machine, as a build does. Nodes that are down or drained are told of.
 */
export async function pruneByJob(work: NodeJobWork, keep: NodeKeep, dryRun: boolean): Promise<NodeReport[]> {
  const { engine } = work;
  await sweepPrune(engine, keep.project);
  const nodes = (await engine.get('/nodes')) as SwarmNode[];
  const isReady = ({ Spec, Status }: SwarmNode): boolean =>
    Spec.Availability === 'active' && Status.State === 'ready';
  const away = nodes.filter((node) => !isReady(node));
  try {
    const { ID } = await startJob(work, keep, dryRun);
    const tasks = await awaitTasks(work, ID, nodes.filter(isReady).length);
    const reports = await Promise.all(tasks.map((task) => reportOf(task, nodes, engine)));
    return [
      ...reports,
      ...away.map(({ Description }) => ({
        ...emptyNodeReport(Description.Hostname),
        notes: ['is down or drained: not cleaned'],
      })),
    ];
  } finally {
    await sweepPrune(engine, keep.project);
  }
}

/** Takes away the job and what it was told. */
async function sweepPrune(engine: Pick<Engine, 'get' | 'remove'>, project: string): Promise<void> {
  const query = labelQuery(`${PROJECT}=${project}`, PRUNE);
  for (const { ID } of (await engine.get(`/services?${query}`)) as SwarmService[])
    await engine.remove(`/services/${ID}`);
  for (const { ID } of (await engine.get(`/configs?${query}`)) as SwarmFile[])
    await engine.remove(`/configs/${ID}`);
}

async function startJob(
  { engine, image, socket, clock }: NodeJobWork,
  keep: NodeKeep,
  dryRun: boolean,
): Promise<{ ID: string }> {
  const labels = { [PROJECT]: keep.project, [PRUNE]: 'true' };
  // One that was just removed may linger under its name.
  const name = `${keep.project.slice(0, MAX_PROJECT).replaceAll('.', '-')}-${NAME}-${clock.now()}`;
  const Data = Buffer.from(JSON.stringify({ keep, dryRun })).toString('base64');
  const config = await engine.post('/configs/create', { Name: name, Labels: labels, Data });
  const { DockerRootDir } = (await engine.get('/info')) as { DockerRootDir: string };
  const spec = {
    Name: name,
    Labels: labels,
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        Command: ['millrace', 'prune', '--on-node', JOB.order],
        User: '0',
        Configs: [
          {
            ConfigID: (config.body as { ID: string }).ID,
            ConfigName: name,
            File: { Name: JOB.order, UID: '0', GID: '0', Mode: 0o400 },
          },
        ],
        Mounts: [
          { Type: 'bind', Source: socket, Target: JOB.socket },
          { Type: 'bind', Source: DockerRootDir, Target: JOB.disk, ReadOnly: true },
        ],
      },
      RestartPolicy: { Condition: 'none' },
      Resources: { Limits: { MemoryBytes: 512 * 2 ** 20 } },
    },
    Mode: { GlobalJob: {} },
  } as unknown as ServiceSpec;
  return (await engine.post('/services/create', spec)).body as { ID: string };
}

async function awaitTasks({ engine, clock }: NodeJobWork, id: string, count: number): Promise<SwarmTask[]> {
  const filters = encodeURIComponent(JSON.stringify({ service: [id] }));
  for (const end = clock.now() + MAX_WAIT; ; await clock.sleep(POLL)) {
    const tasks = (await engine.get(`/tasks?filters=${filters}`)) as SwarmTask[];
    if (tasks.length >= count && !tasks.some(isAlive)) return tasks;
    if (clock.now() >= end)
      throw new UserError(
        'PRUNE_STUCK',
        `the nodes were not cleaned within ${MAX_WAIT / 60_000} minutes; see docker node ls`,
      );
  }
}

async function reportOf(task: SwarmTask, nodes: readonly SwarmNode[], engine: Engine): Promise<NodeReport> {
  const node = nodes.find(({ ID }) => ID === task.NodeID)?.Description.Hostname ?? task.NodeID ?? 'a node';
  const lines = await engine.readLog(`/tasks/${task.ID}/logs`, MAX_LINES);
  if (task.Status.State === 'complete') return readNodeReport(node, lines);
  const why = task.Status.Err ?? task.Status.State;
  return emptyNodeReport(node, [[`could not be cleaned: ${why}`, lines.at(-1)].filter(Boolean).join(', ')]);
}
