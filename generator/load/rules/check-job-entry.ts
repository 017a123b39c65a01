import { OPERATIONS, appliesTo } from '../../model/jenkins-items.ts';
import { hintNearest } from '../../model/nearest-name.ts';
import { listSetByJenkins, listUnusable } from '../../model/environment-names.ts';
import type { Environment, Job } from '../../model/project/job.ts';
import { quote } from '../../model/project/text.ts';
import type { PathStep } from '../yaml-path.ts';
import type { RuleContext } from './rule-context.ts';

/** Commands that a job may run: those that need no person and take nothing away that a job should not. */
export const RUN_COMMANDS = [
  'apply',
  'backup',
  'doctor',
  'drift',
  'generate',
  'hash',
  'plan',
  'prune',
  'refresh',
  'status',
  'validate',
  'why',
] as const;

/** Of these, those that are pipelines of several steps and no commands of the CLI: they take no arguments. */
const WITHOUT_ARGUMENTS = ['drift', 'refresh'];

/** What an operation needs in project.yaml. */
const NEEDS: Readonly<Record<string, string>> = {
  backup: 'add backup: { to: … }',
  drift: 'add a stack or an infrastructure',
};

/** Judges one entry of `jobs:` as it is written. */
export function checkJobEntry(context: RuleContext, entry: string, job: Job): void {
  checkRun(context, entry, job);
  checkTemplate(context, entry, job);
  checkVariables(context, entry, job);
  checkEnvironment(context, ['jobs', entry, 'environment'], job.environment);
  checkSize(context, entry, job);
  checkOperation(context, entry, job);
  warnOfNames(context, ['jobs', entry, 'parameters'], Object.keys(job.parameters ?? {}));
  (job.steps ?? []).forEach((step, index) => {
    checkEnvironment(context, ['jobs', entry, 'steps', index, 'environment'], step.environment);
  });
}

/** Fields that an entry has a say in where it runs one of our operations, whose pipeline is ours. */
const OPERATION_FIELDS = ['description', 'schedule', 'run', 'timeout', 'disabled'];

function checkOperation({ project, report }: RuleContext, entry: string, job: Job): void {
  const operation = OPERATIONS.find((one) => one === job.run?.trim() && isRunCommand(one));
  if (operation === undefined) return;
  for (const field of Object.keys(job).filter((one) => !OPERATION_FIELDS.includes(one))) {
    report(
      ['jobs', entry, field],
      `has no meaning beside run: ${operation}`,
      `that pipeline takes ${OPERATION_FIELDS.join(', ')}`,
      'key',
    );
  }
  if (!appliesTo(project, operation)) {
    report(
      ['jobs', entry, 'run'],
      `there is nothing for ${operation} to work on`,
      NEEDS[operation] ?? 'remove the entry',
    );
  }
}

/** A job's choices are one method of a JVM class too. */
const MAX_CHOICES = 2000;

/** A pipeline is one method of a JVM class, in which each step holds all the job's variables. */
const MAX_VARIABLES = 1000;

function checkSize({ report }: RuleContext, entry: string, job: Job): void {
  const choices = Object.values(job.parameters ?? {}).reduce(
    (sum, { choices: own }) => sum + (own?.length ?? 0),
    0,
  );
  if (choices > MAX_CHOICES) {
    const message = `offers ${choices} choices together; expected at most ${MAX_CHOICES}`;
    report(['jobs', entry, 'parameters'], message, 'ask for text', 'key');
  }
  const count = (fields: object | undefined): number => Object.keys(fields ?? {}).length;
  const shared = count(job.environment) + count(job.for);
  const all = (job.steps ?? []).reduce((sum, step) => sum + shared + count(step.environment), 0);
  if (all <= MAX_VARIABLES) return;
  const message = `its steps hold ${all} variables together; expected at most ${MAX_VARIABLES}`;
  report(['jobs', entry], message, 'use fewer steps, or a file that they read', 'key');
}

function isRunCommand(word: string): boolean {
  return (RUN_COMMANDS as readonly string[]).includes(word);
}

function checkRun({ report }: RuleContext, entry: string, job: Job): void {
  if (job.run === undefined) return;
  const path = ['jobs', entry, 'run'];
  const [command = '', ...words] = job.run.trim().split(/\s+/);
  const odd = [command, ...words].find((word) => !/^[A-Za-z0-9._:=/@-]+$/.test(word));
  if (odd !== undefined) {
    const message = `expected words of letters, digits and . _ : = / @ -, found ${quote(odd)}`;
    report(path, message, 'shell text belongs into steps: [ { sh: … } ]');
  } else if (!isRunCommand(command)) {
    const isOperation = (OPERATIONS as readonly string[]).includes(command);
    const hint = isOperation ? 'it asks a person: start it by hand' : hintNearest(command, RUN_COMMANDS);
    report(path, `${quote(command)} is not a command that a job may run`, hint);
  } else if (words.length > 0 && WITHOUT_ARGUMENTS.includes(command)) {
    report(path, `${command} takes no arguments, found ${quote(words.join(' '))}`, `write run: ${command}`);
  }
}

function checkTemplate({ report }: RuleContext, entry: string, job: Job): void {
  const known = Object.keys(job.for ?? {});
  for (const [, name = ''] of (job.template ?? '').matchAll(/\{([^{}]*)\}/g)) {
    if (known.includes(name)) continue;
    report(
      ['jobs', entry, 'template'],
      `there is no variable ${quote(name)} in for`,
      hintNearest(name, known),
    );
  }
}

/** The variables of `for` become environment variables, in upper case. */
function checkVariables({ report, warn }: RuleContext, entry: string, job: Job): void {
  const owners = new Map<string, string>();
  const names = [...Object.keys(job.environment ?? {}), ...Object.keys(job.parameters ?? {})];
  for (const name of Object.keys(job.for ?? {})) {
    const path = ['jobs', entry, 'for', name];
    const upper = name.toUpperCase();
    const twin = owners.get(upper) ?? names.find((other) => other === upper);
    if (twin !== undefined)
      report(path, `becomes the same environment variable as ${quote(twin)}`, 'rename one', 'key');
    else if (listSetByJenkins([upper]).length > 0)
      warn(
        path,
        `becomes the environment variable ${upper}, which the agent or Jenkins sets`,
        'rename it',
        'key',
      );
    owners.set(upper, name);
  }
}

function checkEnvironment(
  { report, warn }: RuleContext,
  path: readonly PathStep[],
  environment: Environment | undefined,
): void {
  if (!environment) return;
  for (const name of listUnusable(environment)) {
    const message = `${quote(name)} is a word of Groovy, so that a pipeline cannot bind a credential to it`;
    report([...path, name], message, `for example ${name.toUpperCase()}`, 'key');
  }
  warnOfNames({ warn }, path, Object.keys(environment));
}

function warnOfNames(
  { warn }: Pick<RuleContext, 'warn'>,
  path: readonly PathStep[],
  names: readonly string[],
): void {
  for (const name of listSetByJenkins(names)) {
    warn([...path, name], 'replaces what the agent or Jenkins sets', 'is that meant?', 'key');
  }
}
