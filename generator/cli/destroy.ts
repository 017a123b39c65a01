import { executePlan } from '../execute/execute-plan.ts';
import { openPlaceLocks } from '../execute/place-locks.ts';
import type { RunFolders } from '../execute/run-folders.ts';
import type { RunResult } from '../execute/run-result.ts';
import type { HashedComponent, ProjectSource } from '../drivers/driver.ts';
import type { ComponentId } from '../model/component.ts';
import { UserError } from '../model/user-error.ts';
import type { Observations, Plan } from '../plan/plan.ts';
import { sortIntoWaves } from '../plan/sort-into-waves.ts';
import type { Clock } from '../ports/clock.ts';
import type { GitRepository } from '../ports/git-repository.ts';
import type { RunHost } from '../ports/run-host.ts';
import { openRunReport } from '../report/open-run-report.ts';
import { renderPlanTable } from '../report/plan-table.ts';
import type { Command, Invocation } from './command.ts';
import { checkAnswer, confirmRemoval, expectWord } from './confirm-removal.ts';
import type { Ask } from './confirm-removal.ts';
import { describeOwner } from './describe-owner.ts';
import { forgiveGone, isGone } from './forgive-gone.ts';
import { listenForEnd } from './listen-for-end.ts';
import type { Drivers } from './open-world.ts';
import { REMOVABLE, planRemoval } from './plan-removal.ts';
import type { Kept } from './plan-removal.ts';
import { findRemains } from './prove-removal.ts';
import type { Remains } from './prove-removal.ts';
import { readJobs } from './read-jobs.ts';
import { refuseHosting } from './refuse-hosting.ts';

/** What the command works with. */
export interface DestroyWorld {
  source: ProjectSource;
  drivers: Drivers;
  /** Drivers that have seen nothing yet, for the proof at the end. */
  lookAnew: () => Promise<Drivers>;
  account: () => Promise<string>;
  ask: Ask;
  clock: Clock;
  host: Pick<RunHost, 'identity' | 'isAlive'>;
  exportFiles: GitRepository['exportFiles'];
  openFolders: () => RunFolders;
  /** Where the images of a registry that is not the project's own stay. */
  images?: string;
}

type Note = (text: string) => void;

export const makeDestroyCommand = (
  open: (invocation: Invocation, note: Note) => Promise<DestroyWorld>,
): Command => ({
  declare(parser) {
    parser
      .argument('[id...]', 'what to destroy, such as stack:shop; everything by default')
      .option('--keep <what>', 'what is left standing: data (volumes), amis, or data,amis')
      .option(
        '--account <id>',
        "the answer to the question: the account's id, or without AWS the project's name",
      )
      .option('--jobs <number>', 'how many components are worked on at once')
      .addHelpText(
        'after',
        '\nMay be repeated, from whatever state. Without ids it ends by listing what still bears the project’s tag, and exits 1\n' +
          'where that is more than was to be kept. Images in an external registry stay.\n' +
          '\nExamples:\n  $ millrace destroy\n  $ millrace destroy stack:shop\n  $ millrace destroy --keep data,amis --account 123456789012',
      );
  },
  async run(invocation) {
    const { args, options, env, output } = invocation;
    const keep = readKeep(options['keep']);
    const jobs = readJobs(options['jobs']);
    const shown: { note: Note } = { note: (text) => output.note(text) };
    const world = await open(invocation, (text) => shown.note(text));
    const { project } = world.source.project;
    refuseHosting(world.source.project, args, env);

    // The account before anything else: what another one holds is not even looked at.
    const expected = await expectWord(world.source.project, world.account);
    const answer = readAnswer(invocation);
    checkAnswer(answer, expected);
    const drivers = forgiving(world, args);
    const observations = await observeAll(world, drivers, (text) => output.note(text));
    const revision = world.source.files.revision;
    const former = await findFormer(world.source, drivers, args, keep);
    const removal = { project: world.source.project, revision, observations, former, ids: args, keep };
    const plan = planRemoval(removal);
    show(plan, invocation);
    await confirmRemoval(answer, expected, world.ask);

    const result = await carryOut(
      { ...world, drivers },
      { plan, observations, keep, jobs },
      invocation,
      shown,
    );
    const remains = args.length > 0 ? undefined : await prove(world, keep);
    if (output.json) output.print(JSON.stringify({ version: 1, project, ...result, ...remains }, null, 2));
    else if (remains) report(remains, project, output);
    const { failed, skipped, cancelled } = result.summary;
    return failed + skipped + cancelled + (remains?.left.length ?? 0) > 0 ? 1 : 0;
  },
});

function readKeep(given: unknown): Set<Kept> {
  const words = typeof given === 'string' ? given.split(',').map((word) => word.trim()) : [];
  const wrong = words.find((word) => word !== 'data' && word !== 'amis');
  if (wrong !== undefined)
    throw new UserError(
      'USAGE',
      `expected data, amis or data,amis after --keep, found ${JSON.stringify(wrong)}`,
    );
  return new Set(words as Kept[]);
}

/** A pipeline has asked before: its step leaves the answer in the environment. */
function readAnswer({ options, env }: Invocation): string | undefined {
  const { account } = options;
  return typeof account === 'string' ? account : env['MILLRACE_CONFIRM'] || undefined;
}

/** Stacks whose infrastructure goes as well need not answer any more. */
function forgiving({ drivers, source: { project } }: DestroyWorld, ids: readonly string[]): Drivers {
  const goes = (name: string): boolean => ids.length === 0 || ids.includes(`infrastructure:${name}`);
  const anyGoes = ids.length === 0 || ids.some((id) => id.startsWith('infrastructure:'));
  const goesAnyway = (id: ComponentId): boolean => {
    const stack = project.stacks[id.slice('stack:'.length)];
    return stack ? stack.on !== undefined && goes(stack.on) : anyGoes;
  };
  return new Map(
    [...drivers].map(([kind, driver]) => [kind, kind === 'stack' ? forgiveGone(driver, goesAnyway) : driver]),
  );
}

async function observeAll({ source }: DestroyWorld, drivers: Drivers, note: Note): Promise<Observations> {
  const components = [...componentsOf(source).values()];
  const swept = await Promise.all(
    REMOVABLE.map(async (kind) => {
      const own = components.filter((one) => one.kind === kind);
      try {
        return [...((await drivers.get(kind)?.observe(own, source)) ?? [])];
      } catch (error) {
        // What cannot be seen may be destroyed all the same, or fail by itself.
        if (!isGone(error)) throw error;
        note(error.message);
        return [];
      }
    }),
  );
  return new Map(swept.flat());
}

async function findFormer(
  source: ProjectSource,
  drivers: Drivers,
  ids: readonly string[],
  keep: ReadonlySet<Kept>,
): Promise<ComponentId[]> {
  const kinds = REMOVABLE.filter((kind) => ids.length === 0 || ids.some((id) => id.startsWith(`${kind}:`)));
  const found = kinds.map(async (kind) => (await drivers.get(kind)?.findFormer?.(source, keep)) ?? []);
  return (await Promise.all(found)).flat();
}

/** Nothing is decided by their hashes here. */
function componentsOf({ graph }: ProjectSource): Map<ComponentId, HashedComponent> {
  const removable = [...graph.values()].filter(({ kind }) => REMOVABLE.includes(kind));
  return new Map(removable.map((one) => [one.id, { ...one, hash: '' }]));
}

function show(plan: Plan, { output }: Invocation): void {
  const table = { width: output.width, colors: output.noteColors };
  output.note(renderPlanTable(plan, sortIntoWaves(plan.components), table));
}

async function carryOut(
  world: DestroyWorld,
  {
    plan,
    observations,
    keep,
    jobs,
  }: { plan: Plan; observations: Observations; keep: ReadonlySet<Kept>; jobs: number },
  { output, env }: Invocation,
  shown: { note: Note },
): Promise<RunResult> {
  const { clock, host, source, drivers, exportFiles } = world;
  const folders = world.openFolders();
  const total = plan.components.length;
  const reporter = openRunReport(output, { clock, total, kept: 0, logOf: folders.logPath });
  shown.note = (text) => reporter.emit({ type: 'note', text });
  const ended = listenForEnd(shown.note);
  const owner = describeOwner(env, clock.now());
  const locks = openPlaceLocks({ host, clock, owner, note: shown.note, signal: ended.signal });
  const run = { plan, source, components: componentsOf(source), observations, drivers, exportFiles, folders };
  try {
    const result = await executePlan({
      ...run,
      jobs,
      reporter,
      clock,
      locks,
      keep: () => keep,
      signal: ended.signal,
    });
    reporter.close();
    return result;
  } catch (error) {
    reporter.takeDown();
    throw error;
  } finally {
    ended.stop();
    shown.note = (text) => output.note(text);
  }
}

async function prove(
  { source: { project }, lookAnew, images }: DestroyWorld,
  keep: ReadonlySet<Kept>,
): Promise<Remains> {
  const remains = await findRemains(project, await lookAnew(), keep);
  return images === undefined ? remains : { ...remains, kept: [...remains.kept, images] };
}

function report({ kept, left, unseen = [] }: Remains, project: string, output: Invocation['output']): void {
  for (const line of kept) output.print(`kept: ${line}`);
  for (const line of left) output.print(output.colors.red(`left: ${line}`));
  for (const line of unseen) output.print(`not looked for: ${line}`);
  if (left.length > 0)
    output.warn(
      `${left.length} of ${project} could not be taken away: run \`millrace destroy\` again, or remove them by hand`,
    );
  else if (unseen.length > 0) output.print(`Nothing else of ${project} was found.`);
  else output.print(`Nothing${kept.length > 0 ? ' else' : ''} of ${project} is left.`);
}

export const command = makeDestroyCommand(async (invocation, note) => {
  const { openDestroyWorld } = await import('./open-destroy-world.ts');
  return openDestroyWorld(invocation, note);
});
