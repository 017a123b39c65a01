import { createRunHost } from '../adapters/run-host.ts';
import { executePlan } from '../execute/execute-plan.ts';
import { openPlaceLocks } from '../execute/place-locks.ts';
import type { RunResult } from '../execute/run-result.ts';
import { UserError } from '../model/user-error.ts';
import type { Plan } from '../plan/plan.ts';
import { openRunReport } from '../report/open-run-report.ts';
import type { RunReport } from '../report/open-run-report.ts';
import type { Command, Invocation } from './command.ts';
import { describeOwner } from './describe-owner.ts';
import type { GivenSecrets } from './given-secrets.ts';
import { guardPlan, guardRemovals, guardRevision } from './guard-revision.ts';
import type { RevisionGuard } from './guard-revision.ts';
import { listenForEnd } from './listen-for-end.ts';
import { openCommit } from './open-commit.ts';
import type { OpenedCommit } from './open-commit.ts';
import { openFolders } from './open-folders.ts';
import { openWorld } from './open-world.ts';
import { planCommit } from './plan-commit.ts';
import type { PlannedCommit } from './plan-commit.ts';
import { readOnly } from './plan.ts';
import { chooseForRole } from './choose-for-role.ts';
import { splitHanded } from './split-handed.ts';
import { readJobs } from './read-jobs.ts';
import { hasNodeKey } from './handed-secret.ts';
import { refuseLosingJenkins, refuseWithoutKey } from './refuse-hosting.ts';
import { checkStashedPlan, readStashedPlan } from './stashed-plan.ts';

export const command: Command = {
  declare(parser) {
    declareRun(parser)
      .option('--only <id...>', 'exactly these components, such as image:api')
      .option('--plan <file>', 'carry out a plan that `millrace plan --json` printed for this commit')
      .addHelpText(
        'after',
        '\nExamples:\n  $ millrace apply\n  $ millrace apply --only image:api image:web\n  $ millrace apply --plan plan.json --only image:api',
      );
  },
  async run(invocation) {
    const { output } = invocation;
    const { plan, result } = await carryOut(invocation);
    if (output.json) output.print(JSON.stringify(toDocument(plan, result), null, 2));
    const { failed, skipped, cancelled } = result.summary;
    return failed + skipped + cancelled > 0 ? 1 : 0;
  },
};

/** What every run that deploys takes, whoever chooses its components. */
export function declareRun(parser: Parameters<Command['declare']>[0]): Parameters<Command['declare']>[0] {
  return parser
    .option('--rev <revision>', 'apply this commit, whatever is checked out')
    .option('--jobs <number>', 'how many components are worked on at once')
    .option('--secrets <folder>', 'make secrets that are not there from its files, one named as each')
    .option('--allow-older', 'deploy over a commit that this one does not descend from')
    .option('--allow-remove <id...>', 'infrastructure that may be removed, such as infrastructure:old');
}

/** What `apply` does, without its document. @throws UserError where nothing was begun */
export async function carryOut(invocation: Invocation): Promise<{ plan: Plan; result: RunResult }> {
  const { options, env, output } = invocation;
  const jobs = readJobs(options['jobs']);
  const opened = await openCommit(invocation, readRevision(options)).catch((error: unknown) => {
    throw takesCommitsOnly(error);
  });
  // Notes go where the rest of the run goes, as soon as there is such a place.
  const shown: { report?: RunReport } = {};
  const note = (text: string): void =>
    shown.report ? shown.report.emit({ type: 'note', text }) : output.note(text);
  const secrets = await readSecrets(options);
  const world = await openWorld(opened.summary.project, env, note, {
    root: invocation.root,
    opened,
    ...(secrets ? { secrets } : {}),
  });
  const stashed = typeof options['plan'] === 'string' ? readStashedPlan(options['plan']) : undefined;
  const only = readOnly(options) ?? stashed?.components.map(({ id }) => id);

  const planning = planCommit(opened, {
    drivers: world.drivers,
    env,
    builds: true,
    ...(only ? { only } : {}),
  });
  loadMeanwhile(opened);
  const planned = await planning;
  const { source } = await opened.load();
  if (stashed) checkStashedPlan(stashed, planned.plan, source);
  const chosen = await chooseForRole({ ...planned, opened, world, env, note });
  refuseLosingJenkins(chosen.plan.components, source.project, env);
  const guard = await guardDeploys(chosen, opened, options);
  const { own, handed } = splitHanded(chosen, opened.summary.project, env);
  refuseWithoutKey(handed, source.project, () => hasNodeKey(env));

  const folders = openFolders(invocation, world);
  const report = openRunReport(output, {
    clock: world.clock,
    total: chosen.plan.components.length - chosen.plan.summary.keep,
    kept: chosen.plan.summary.keep,
    logOf: folders.logPath,
  });
  shown.report = report;
  const ended = listenForEnd(note);
  const locks = openPlaceLocks({
    host: createRunHost(),
    clock: world.clock,
    owner: describeOwner(env, world.clock.now()),
    note,
    signal: ended.signal,
    ...waitOf(env),
  });
  let result: RunResult;
  try {
    result = await executePlan({
      ...own,
      ...world,
      ...guard,
      source,
      locks,
      exportFiles: (entries, folder) => opened.repository.exportFiles(entries, folder),
      folders,
      jobs,
      // Nobody was asked: what a stack has written goes by `destroy` only.
      keep: (id) => new Set(id.startsWith('stack:') ? ['data'] : []),
      reporter: report,
      signal: ended.signal,
    });
    if (handed.length > 0) {
      const { handOver } = await import('./hand-over.ts');
      const { graph } = source;
      const request = { handed, result, graph, invocation, opened, world };
      result = await handOver({ ...request, reporter: report, signal: ended.signal });
    }
  } catch (error) {
    report.takeDown();
    throw error;
  } finally {
    ended.stop();
  }
  report.close();
  return { plan: chosen.plan, result };
}

/** To carry a plan out takes all of the commit: it is read while the answers of registry, AWS and nodes are waited for. */
function loadMeanwhile({ load }: OpenedCommit): void {
  // Told of by who waits for it.
  setTimeout(() => void load().catch(() => undefined), BEGIN_MILLISECONDS).unref();
}

/** The questions are on their way by then. */
const BEGIN_MILLISECONDS = 100;

/** @returns what judges again, once its place is locked, what was deployed meanwhile */
async function guardDeploys(
  { plan, observations }: PlannedCommit,
  { revision, summary, repository }: OpenedCommit,
  options: Invocation['options'],
): Promise<Partial<RevisionGuard>> {
  const { allowRemove } = options;
  guardRemovals(plan.components, Array.isArray(allowRemove) ? allowRemove.map(String) : []);
  if (options['allowOlder'] === true || revision === null) return {};
  const guard = guardRevision(revision, summary.hashes, repository);
  await guardPlan(plan, observations, guard);
  return guard;
}

/** In a pipeline each component is a run of its own: those of one build wait for each other. */
function waitOf(env: Invocation['env']): { wait?: number } {
  return (env['MILLRACE_ROLE'] ?? '') === '' ? {} : { wait: PIPELINE_WAIT_MILLISECONDS };
}

const PIPELINE_WAIT_MILLISECONDS = 2 * 3_600_000;

/** @throws UserError NO_INPUT */
async function readSecrets({ secrets }: Invocation['options']): Promise<GivenSecrets | undefined> {
  if (typeof secrets !== 'string') return undefined;
  const { readGivenSecrets } = await import('./given-secrets.ts');
  return readGivenSecrets(secrets);
}

function readRevision({ rev }: Invocation['options']): { rev?: string } {
  return typeof rev === 'string' ? { rev } : {};
}

/** What is published is found by everybody: it is made of what everybody can see. */
export function takesCommitsOnly(error: unknown): unknown {
  if (!(error instanceof UserError) || error.code !== 'DIRTY_TREE') return error;
  const found = error.message.replace(/; [^;]*$/, '');
  return new UserError(error.code, `${found}; commit them: only a commit is applied`, error.problems);
}

function toDocument({ project, revision }: Plan, result: RunResult): object {
  return { version: 1, project, revision, ...result };
}
