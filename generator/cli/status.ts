import type { HashedComponent } from '../drivers/driver.ts';
import type { ComponentId, ComponentKind } from '../model/component.ts';
import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import type { Observations } from '../plan/plan.ts';
import { listAllDifferences, renderStatusTable } from '../report/status-table.ts';
import { checkHealth } from './check-health.ts';
import type { Probe } from './check-health.ts';
import type { Command, Invocation } from './command.ts';
import { describeStatus } from './describe-status.ts';
import type { FoundComponent } from './describe-status.ts';
import type { Drivers } from './open-world.ts';

/** Something runs that is not as the commit says. */
const DRIFT = 3;
/** Images and machine images are stored; they do not run. */
const RUNNING_KINDS: readonly ComponentKind[] = ['infrastructure', 'jobs', 'stack'];

/** What the command looks at. */
export interface StatusWorld {
  project: Project;
  revision: string | null;
  components: readonly HashedComponent[];
  drivers: Drivers;
  probe: Probe;
  /** What a job outside Jenkins is about to deploy. */
  handed?: () => Promise<ReadonlySet<ComponentId>>;
  /** Milliseconds since 1970. */
  now: () => number;
}

export const makeStatusCommand = (open: (invocation: Invocation) => Promise<StatusWorld>): Command => ({
  declare(parser) {
    parser.addHelpText(
      'after',
      '\nCompares what runs with HEAD. Exits 3 where something differs, does not answer its `health`, or was not deployed\n' +
        'to its end; 1 where a place does not answer; else 0.\n' +
        '\nExamples:\n  $ millrace status\n  $ millrace status --json',
    );
  },
  async run(invocation) {
    const { output } = invocation;
    const world = await open(invocation);
    const [all, handed] = await Promise.all([findAll(world), world.handed?.()]);
    const found = all.map((one) => ({ ...one, handedOver: handed?.has(one.id) ?? false }));
    const { project } = world.project;
    const report = describeStatus({ project, revision: world.revision }, found, world.now());
    output.print(output.json ? JSON.stringify(report, null, 2) : renderStatusTable(report, output));
    for (const line of listAllDifferences(report)) output.tell?.(line);
    if (report.components.some(({ state }) => state === 'unreachable')) return 1;
    return report.differs ? DRIFT : 0;
  },
});

/** Each kind is looked at for itself: one place that does not answer hides no other. */
async function findAll(world: StatusWorld): Promise<FoundComponent[]> {
  const kinds = RUNNING_KINDS.filter((kind) => world.drivers.has(kind));
  return (await Promise.all(kinds.map((kind) => findKind(kind, world)))).flat();
}

async function findKind(kind: ComponentKind, world: StatusWorld): Promise<FoundComponent[]> {
  const components = world.components.filter((one) => one.kind === kind);
  let observed: Observations;
  try {
    observed = await world.drivers.get(kind)!.observe(components, world);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const found = { state: 'unreachable' as const, why: error.message };
    if (components.length === 0) throw error;
    return components.map(({ id, hash }) => ({ id, hash, found, health: [] }));
  }
  const hashes = new Map(components.map(({ id, hash }) => [id, hash]));
  return Promise.all(
    [...observed].map(async ([id, found]) => ({
      id,
      hash: hashes.get(id),
      found,
      health: found.state === 'running' ? await healthOf(id, world) : [],
    })),
  );
}

async function healthOf(id: ComponentId, { project, probe }: StatusWorld): Promise<FoundComponent['health']> {
  const health = id.startsWith('stack:') ? project.stacks[id.slice('stack:'.length)]?.health : undefined;
  return checkHealth(health, probe, new AbortController().signal);
}

export const command = makeStatusCommand(async (invocation) => {
  const { env, output, root } = invocation;
  const [{ openCommit }, { openWorld }, { probeUrl }] = await Promise.all([
    import('./open-commit.ts'),
    import('./open-world.ts'),
    import('../adapters/engine/probe-url.ts'),
  ]);
  // What is not committed is nothing that could run.
  const opened = await openCommit(invocation, { rev: 'HEAD' });
  const { summary, revision } = opened;
  const note = (text: string): void => output.note(text);
  const { drivers, clock, clusters } = await openWorld(summary.project, env, note, { root, opened });
  const handed = async (): Promise<ReadonlySet<ComponentId>> => {
    const { findHanded } = await import('./find-handed.ts');
    return findHanded(summary.project, clusters?.swarms, clock.now());
  };
  const components = [...summary.graph.values()].map((one) => ({ ...one, ...summary.hashes.get(one.id)! }));
  const { project } = summary;
  return { project, revision, components, drivers, probe: probeUrl, handed, now: clock.now };
});
