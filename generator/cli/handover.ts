import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../adapters/engine/open-engine.ts';
import { awaitTurn } from '../drivers/handover/await-turn.ts';
import {
  HANDED_BRANCH,
  HANDED_REPOSITORY,
  HANDED_SECRET,
  INSIDE_NODE,
} from '../drivers/handover/hand-over-names.ts';
import type { HandedSecret } from '../drivers/handover/hand-over-names.ts';
import { writeReport } from '../drivers/handover/hand-over-report.ts';
import type { HandOverReport } from '../drivers/handover/hand-over-report.ts';
import type { ComponentId } from '../model/component.ts';
import { UserError } from '../model/user-error.ts';
import type { Engine } from '../ports/engine.ts';
import { carryOut } from './apply.ts';
import type { Command, Invocation } from './command.ts';
import { findJenkinsSwarm } from './find-jenkins-swarm.ts';
import { unpackHanded } from './handed-secret.ts';
import { enterNodes } from './inside-nodes.ts';
import type { InsideNodes } from './inside-nodes.ts';
import { listenForEnd } from './listen-for-end.ts';
import { localHostOf } from './on-node.ts';
import { openCommit } from './open-commit.ts';
import { openWorld } from './open-world.ts';
import { readOnly } from './plan.ts';
import { JENKINS_STACK } from '../model/jenkins/hosting-stack.ts';

const LINES = 20;

/**
 * What the job outside of Jenkins runs: it waits for its turn, applies what was handed over, and leaves a report. A failure is
 * told by the report and ends the job well; a job that is cut off ends badly, and the Swarm starts it again.
 */
export const command: Command = {
  declare(parser) {
    parser
      .argument('<name>', 'of the job')
      .requiredOption('--rev <revision>', 'the commit')
      .requiredOption('--only <id...>', 'what carries Jenkins')
      .option('--build <path>', 'the build that handed over', '')
      .addHelpText(
        'after',
        '\nRun by Millrace itself, in a job that `millrace apply` starts inside Jenkins.\n' +
          '\nExample:\n  $ millrace handover millrace-handover-shop-1 --rev HEAD --only stack:jenkins',
      );
  },
  async run(invocation) {
    const { args, options, output } = invocation;
    const only = (readOnly(options) ?? []) as ComponentId[];
    const here = await enter(invocation, String(options['rev']));
    const opened = await openCommit(here, { rev: String(options['rev']) });
    const { project } = opened.summary;
    const note = (text: string): void => output.note(text);
    const world = await openWorld(project, here.env, note, { root: here.root, opened });
    const { clusters, clock, jenkins } = world;
    const engine = await findJenkinsSwarm(project, clusters?.swarms);
    // The Swarm may be another one later, or the machine that was asked is gone.
    const findEngine = async (): Promise<Engine> =>
      (await clusters?.swarms.find(project.stacks[JENKINS_STACK]!.on)) ?? engine;
    const ended = listenForEnd(note);
    const { signal } = ended;
    const nobody = { find: () => Promise.resolve(undefined) };
    const turn = { engine, clock, signal, log: note, jenkinses: jenkins ?? nobody };
    await awaitTurn({ ...turn, project: project.project, name: args[0]!, build: String(options['build']) });

    const begin = (): Promise<InsideNodes> =>
      enterNodes({ project, only, env: here.env, engine, world, signal, note }).finally(ended.stop);
    const end = await deploy(begin, findEngine, () => apply(here, { rev: opened.revision, only }));
    if (!end) {
      note('this node is to go: the job ends here, and goes on where the Swarm starts it again');
      return 1;
    }

    const report: HandOverReport = {
      ...{
        version: 1,
        time: new Date(clock.now()).toISOString(),
        revision: opened.revision,
        components: only,
      },
      ...end,
    };
    await writeReport(await findEngine(), project.project, report);
    note(report.outcome === 'done' ? 'done' : `failed: ${report.reason}`);
    return 0;
  },
};

type End = Pick<HandOverReport, 'outcome' | 'lines' | 'reason'>;

/** @returns undefined where another node is to go on with it */
async function deploy(
  begin: () => Promise<InsideNodes>,
  findEngine: () => Promise<Engine>,
  carryOn: () => Promise<End>,
): Promise<End | undefined> {
  try {
    const nodes = await begin();
    const end = await carryOn();
    if (end.outcome === 'failed' && (await nodes.isToMove())) return undefined;
    await nodes.leave(await findEngine());
    return end;
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'INTERRUPTED') throw error;
    return { outcome: 'failed', reason: error.message, lines: [] };
  }
}

async function apply(
  invocation: Invocation,
  { rev, only }: { rev: string | null; only: readonly string[] },
): Promise<End> {
  try {
    const { result } = await carryOut({ ...invocation, options: { rev, only } });
    const failed = result.components.filter(({ outcome }) => /^(?:failed|skipped|cancelled)$/.test(outcome));
    // Told to end: whoever comes next goes on.
    if (failed.some(({ outcome }) => outcome === 'cancelled')) throw new Error('the job was told to end');
    const lines = [...failed, ...result.components].flatMap(({ log }) =>
      log === undefined ? [] : tailOf(log),
    );
    if (failed.length === 0) return { outcome: 'done', lines: lines.slice(0, LINES) };
    // Most say themselves whose they are.
    const reason = failed
      .map(({ id, cause = 'failed' }) => (cause.startsWith(`${id}: `) ? cause : `${id}: ${cause}`))
      .join('; ');
    return { outcome: 'failed', reason, lines: lines.slice(0, LINES) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { outcome: 'failed', reason: error.message, lines: [] };
  }
}

function tailOf(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LINES);
}

/** Where there is no secret of a job, this is run by hand in a repository. */
async function enter(invocation: Invocation, revision: string): Promise<Invocation> {
  const secret = readHanded();
  if (!secret) return invocation;
  // mkdtemp gives mode 0700.
  const folder = mkdtempSync(join(tmpdir(), 'millrace-handed-'));
  const own = { MILLRACE_ROLE: 'handover', [INSIDE_NODE]: await readNode(invocation.env) };
  const variables = Object.entries({ ...unpackHanded(secret, folder), ...own });
  // Clients and programs read the process's own environment, each by its own rules.
  for (const [name, value] of variables) process.env[name] = value;
  const root = join(folder, 'repository');
  const { createProcesses } = await import('../adapters/processes.ts');
  const args = ['clone', '--quiet', '--branch', HANDED_BRANCH, HANDED_REPOSITORY, root];
  const { code, stderr } = await createProcesses().run({ file: 'git', args });
  if (code !== 0)
    throw new UserError('GIT_FAILED', `${revision} was not handed over: ${stderr.trim()}; apply again`);
  return { ...invocation, root, env: process.env };
}

/** Its id in the Swarm: the job runs on a manager, and has its engine. */
async function readNode(env: Invocation['env']): Promise<string> {
  const info = (await openEngine(localHostOf(env)).get('/info')) as { Swarm?: { NodeID?: string } };
  return info.Swarm?.NodeID ?? '';
}

function readHanded(): HandedSecret | undefined {
  try {
    return JSON.parse(readFileSync(`/run/secrets/${HANDED_SECRET}`, 'utf8')) as HandedSecret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
