import { Option } from 'commander';
import { checkCap } from '../prune/check-cap.ts';
import { UserError } from '../model/user-error.ts';
import { renderPrune } from '../report/prune-report.ts';
import { carryOutPrune } from './carry-out-prune.ts';
import type { Command, Invocation } from './command.ts';
import { gatherPrune } from './gather-prune.ts';
import { holdPlaces } from './hold-places.ts';
import { listenForEnd } from './listen-for-end.ts';
import { planPrune } from './plan-prune.ts';
import type { PrunePlan } from './plan-prune.ts';
import type { PlacesToPrune } from './places-to-prune.ts';

type Note = (text: string) => void;

export const makePruneCommand = (
  open: (invocation: Invocation, note: Note) => Promise<PlacesToPrune>,
): Command => ({
  declare(parser) {
    parser
      .option('--dry-run', 'only say what would go, and why the rest stays')
      .option(
        '--max <number>',
        'how many artifacts may go at most; by default half of them, and no more than 200',
      )
      .addOption(new Option('--on-node <file>', 'what a job on a node is told').hideHelp())
      .addHelpText(
        'after',
        '\nKeeps what runs or ran before, what the last commits of the branch need (retention.commits), what is younger than a\n' +
          'day, and for retention.days what cannot be placed. Where any of that cannot be asked, nothing is removed.\n' +
          '\nExamples:\n  $ millrace prune --dry-run\n  $ millrace prune --max 500',
      );
  },
  async run(invocation) {
    const { options, env, output } = invocation;
    refuseVerifying(env);
    if (typeof options['onNode'] === 'string') {
      const { pruneThisNode } = await import('./prune-this-node.ts');
      return pruneThisNode(options['onNode'], output);
    }
    const [max, dryRun] = [readMax(options['max']), options['dryRun'] === true];
    const note: Note = (text) => output.note(text);
    const ended = listenForEnd(note);
    const places = await open(invocation, note);
    await places.checkAccount();
    const held = await holdPlaces(places, { env, note, signal: ended.signal, isNeeded: !dryRun });
    try {
      const found = await gatherPrune(places);
      const plan = planPrune(found, places);
      warnOfCap(plan, max, dryRun, note);
      const report = await carryOutPrune(plan, places, { dryRun, note, signal: held.signal });
      output.print(output.json ? JSON.stringify(report, null, 2) : renderPrune(report, output));
      return report.failures.length > 0 ? 1 : 0;
    } finally {
      await held.release();
      await places.close();
      ended.stop();
    }
  },
});

/** @throws UserError TOO_MANY, before anything is removed; a dry run only says so */
function warnOfCap({ verdicts }: PrunePlan, max: number | undefined, dryRun: boolean, note: Note): void {
  try {
    checkCap(verdicts, max);
  } catch (error) {
    if (!dryRun || !(error instanceof UserError)) throw error;
    note(`without --dry-run: ${error.message}`);
  }
}

function refuseVerifying(env: Invocation['env']): void {
  if (env['MILLRACE_ROLE'] !== 'verify') return;
  throw new UserError(
    'NOT_IN_JENKINS',
    'a job that verifies removes nothing; the job prune of the trusted branch does, or a workstation',
  );
}

function readMax(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && /^\d{1,9}$/.test(given)) return Number(given);
  throw new UserError('USAGE', `expected a number after --max, found ${JSON.stringify(given)}`);
}

export const command = makePruneCommand(async (invocation, note) => {
  const { openPlacesToPrune } = await import('./open-places-to-prune.ts');
  return openPlacesToPrune(invocation, note);
});
