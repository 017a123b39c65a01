import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logIn } from '../adapters/docker/registry-login.ts';
import { HANDED_BRANCH } from '../drivers/handover/hand-over-names.ts';
import type { HandedSecret } from '../drivers/handover/hand-over-names.ts';
import { startHandOver } from '../drivers/handover/start-hand-over.ts';
import { sweepHandOvers } from '../drivers/handover/sweep-hand-overs.ts';
import { summarise } from '../execute/run-result.ts';
import type { ComponentResult, RunResult } from '../execute/run-result.ts';
import { UserError } from '../model/user-error.ts';
import type { ComponentGraph, ComponentId } from '../model/component.ts';
import type { Project } from '../model/project/project.ts';
import type { PlannedComponent } from '../plan/plan.ts';
import type { Processes } from '../ports/processes.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { Invocation } from './command.ts';
import { buildPathOf } from './build-path.ts';
import { collectHanded, withNodeKey } from './handed-secret.ts';
import type { OpenedCommit } from './open-commit.ts';
import { openImageTools } from './open-image-driver.ts';
import type { World } from './open-world.ts';
import { JENKINS_STACK } from '../model/jenkins/hosting-stack.ts';

export interface HandOverRequest {
  handed: readonly PlannedComponent[];
  /** Of what this run carried out itself. */
  result: RunResult;
  graph: ComponentGraph;
  invocation: Invocation;
  opened: OpenedCommit;
  world: World;
  reporter: Reporter;
  signal: AbortSignal;
}

/**
 * Leaves to a job outside of Jenkins what this run may not deploy, unless something failed that it needs.
 * @returns how all ended
 */
export async function handOver(request: HandOverRequest): Promise<RunResult> {
  const { handed, result, graph, reporter, world } = request;
  const began = world.clock.now();
  const end = (outcome: ComponentResult['outcome'], cause?: string): RunResult => {
    const seconds = (world.clock.now() - began) / 1_000;
    const ends = handed.map(({ id, action, hash }) => ({
      ...{ id, action, hash, outcome, seconds },
      ...(cause === undefined ? {} : { cause }),
    }));
    return summarise([...result.components, ...ends]);
  };
  const blocker = findBlocker(handed, result, graph);
  if (blocker !== undefined) {
    for (const { id } of handed) reporter.emit({ type: 'skipped', id, because: blocker });
    return end('skipped', `needs ${blocker}`);
  }
  for (const { id, action } of handed) reporter.emit({ type: 'start', id, action });
  try {
    const name = await start(request);
    reporter.emit({
      type: 'note',
      text: `${handed.map(({ id }) => id).join(', ')}: handed over to the job ${name}, which begins when this build is over; the next build shows how it ended`,
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [, cause = error.message, hint = ''] = /^(.*); (.*)$/s.exec(error.message) ?? [];
    for (const { id } of handed) reporter.emit({ type: 'failed', id, cause, hint, tail: [], seconds: 0 });
    return end('failed', error.message);
  }
  const seconds = (world.clock.now() - began) / 1_000;
  for (const { id } of handed) reporter.emit({ type: 'done', id, outcome: 'handed over', seconds });
  return end('handed over');
}

function findBlocker(
  handed: readonly PlannedComponent[],
  { components }: RunResult,
  graph: ComponentGraph,
): ComponentId | undefined {
  const bad = new Set(
    components.filter(({ outcome }) => /^(?:failed|skipped|cancelled)$/.test(outcome)).map(({ id }) => id),
  );
  const seen = new Set(handed.map(({ id }) => id));
  for (const id of seen) {
    const { content = [], order = [] } = graph.get(id) ?? {};
    for (const parent of [...content, ...order]) seen.add(parent);
  }
  return [...seen].find((id) => bad.has(id));
}

async function start({
  handed,
  invocation,
  opened,
  world,
  reporter,
  signal,
}: HandOverRequest): Promise<string> {
  const { env, root } = invocation;
  const { clock, processes, run, clusters } = world;
  const { project } = opened.summary;
  const { revision } = opened;
  const engine = await clusters?.swarms.find(project.stacks[JENKINS_STACK]!.on);
  if (!engine || revision === null) throw new Error('what carries Jenkins is there, and a commit is applied');
  const note = (text: string): void => reporter.emit({ type: 'note', text });
  await sweepHandOvers(engine, project.project, clock.now());
  const settings = { project, env, note, root, opened, clock, processes, run };
  const { builder, place } = await openImageTools(settings, clusters?.own);
  const domains = [...new Set([place.read, place.write].map((address) => address.split('/', 1)[0]!))];
  const folder = mkdtempSync(join(tmpdir(), `millrace-${run.stamp}-handover-`));
  const [id] = handed.map((one) => one.id);
  try {
    return await startHandOver(
      {
        project: project.project,
        revision,
        components: handed.map((one) => one.id),
        build: buildPathOf(env),
      },
      secretOf(handed, project, env),
      {
        ...{ engine, clock, processes, signal, builder, place, folder, stamp: run.stamp },
        logIn: () => logIn(env, domains, run.stamp),
        exportCommit: (commit, target) => exportCommit(processes, root, commit, target),
        log: (line) => reporter.emit({ type: 'log', id: id!, line }),
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Machines of an inventory are reached as it says: nobody knows as whom. */
function secretOf(
  handed: readonly PlannedComponent[],
  { project, infrastructure }: Project,
  env: Invocation['env'],
): HandedSecret {
  const collected = collectHanded(env);
  const isOnAws = ({ id, kind }: PlannedComponent): boolean =>
    kind === 'infrastructure' && infrastructure[id.slice(kind.length + 1)]?.hosts === undefined;
  return handed.some(isOnAws) ? withNodeKey(collected, project) : collected;
}

/** Also of a shallow checkout, and without its configuration: addresses there may bear a password. */
async function exportCommit(
  processes: Processes,
  root: string,
  revision: string,
  target: string,
): Promise<void> {
  const git = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await processes.run({ file: 'git', args, cwd: root });
    if (code === 0) return;
    throw new UserError(
      'GIT_FAILED',
      `git ${args[0]} failed: ${stderr.trim().split('\n').at(-1)}; see its checkout`,
    );
  };
  await git('init', '--quiet', '--bare', target);
  await git('--git-dir', target, 'config', 'receive.shallowUpdate', 'true');
  await git(
    '-c',
    'core.hooksPath=/dev/null',
    'push',
    '--quiet',
    target,
    `${revision}:refs/heads/${HANDED_BRANCH}`,
  );
}
