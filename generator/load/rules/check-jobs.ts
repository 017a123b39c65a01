import type { ConcreteJob } from '../../model/concrete-job.ts';
import { MAX_JOBS, countJobs, expandJob } from '../../model/concrete-job.ts';
import { checkItemName, checkItemNameFits } from '../../model/jenkins/item-name.ts';
import { OPERATIONS, RESERVED_JOB_NAMES } from '../../model/jenkins-items.ts';
import { hintNearest } from '../../model/nearest-name.ts';
import { AgentLabel, Schedule } from '../../model/project/job.ts';
import type { Job } from '../../model/project/job.ts';
import { Text, quote } from '../../model/project/text.ts';
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

/** Expands the entries of `jobs:` and checks what only shows then: names, and texts with values filled in. */
export function checkJobs(context: RuleContext): ConcreteJob[] {
  const { project, report } = context;
  const jobs: ConcreteJob[] = [];
  const seen = new Map<string, string>(RESERVED_JOB_NAMES.map((name) => [name, 'a job of every project']));
  for (const [entry, job] of Object.entries(project.jobs)) {
    checkRun(context, entry, job);
    if ((OPERATIONS as readonly string[]).includes(entry) && job.run?.split(/\s+/)[0] !== entry) {
      report(
        ['jobs', entry],
        `"${entry}" is the name of an operation of every project`,
        `choose another name, or set run: ${entry}`,
        'key',
      );
    }
    const count = countJobs(job);
    if (count > MAX_JOBS || count === 0) {
      report(
        ['jobs', entry, 'for'],
        count === 0
          ? 'makes no job: a range ends before it starts'
          : `makes ${count} jobs; expected at most ${MAX_JOBS}`,
        'look at the ranges',
        'key',
      );
      continue;
    }
    const expanded = expandJob(entry, job);
    checkVariables(context, entry, job);
    for (const one of expanded) {
      if (!checkName(context, one, seen) || !checkFilled(context, one, job)) break;
    }
    for (const one of expanded) jobs.push(one);
  }
  return jobs;
}

function checkRun({ report }: RuleContext, entry: string, job: Job): void {
  if (job.run === undefined) return;
  const words = job.run.trim().split(/\s+/);
  const odd = words.find((word) => !/^[A-Za-z0-9._:=/@-]+$/.test(word));
  if (odd !== undefined) {
    report(
      ['jobs', entry, 'run'],
      `expected words of letters, digits and . _ : = / @ -, found ${quote(odd)}`,
      'shell text belongs into steps: [ { sh: … } ]',
    );
  } else if (!(RUN_COMMANDS as readonly string[]).includes(words[0] ?? '')) {
    report(
      ['jobs', entry, 'run'],
      `"${words[0]}" is not a command that a job may run`,
      hintNearest(words[0] ?? '', RUN_COMMANDS),
    );
  }
}

function checkVariables({ report }: RuleContext, entry: string, job: Job): void {
  const known = Object.keys(job.for ?? {});
  for (const [, name] of (job.template ?? '').matchAll(/\{([^{}]*)\}/g)) {
    if (!known.includes(name!))
      report(['jobs', entry, 'template'], `there is no variable "${name}" in for`, hintNearest(name!, known));
  }
  const upper = new Map<string, string>();
  for (const name of known) {
    const twin = upper.get(name.toUpperCase());
    if (twin !== undefined)
      report(
        ['jobs', entry, 'for', name],
        `becomes the same environment variable as "${twin}"`,
        'rename one',
        'key',
      );
    upper.set(name.toUpperCase(), name);
  }
}

/** @returns false where the entry's further jobs would only repeat the finding */
function checkName({ report }: RuleContext, job: ConcreteJob, seen: Map<string, string>): boolean {
  const path = ['jobs', job.entry];
  const made = job.name === job.entry ? '' : ` (made by its template: ${quote(job.name)})`;
  const good = checkItemName(job.name);
  const verdict = good.ok ? checkItemNameFits(job.name) : good;
  if (!verdict.ok) {
    report(path, `is not a job name that Jenkins accepts${made}: ${verdict.message}`, '', 'key');
    return false;
  }
  // Jenkins compares names without regard to case.
  const twin = seen.get(job.name.toLowerCase());
  if (twin !== undefined) {
    report(
      path,
      `has the same name in Jenkins as ${twin === job.entry ? 'another job of the same template' : twin}${made}`,
      'names differ by more than case',
      'key',
    );
    return false;
  }
  seen.set(job.name.toLowerCase(), job.entry);
  return true;
}

/** A schedule, label or text may be fine as a template and wrong once its values are filled in. */
function checkFilled({ report }: RuleContext, one: ConcreteJob, job: Job): boolean {
  const checks = [
    ['schedule', Schedule, one.schedule],
    ['agent', AgentLabel, one.agent],
    ['description', Text, one.description],
  ] as const;
  for (const [field, schema, value] of checks) {
    const parsed = value === undefined ? undefined : schema.safeParse(value);
    if (parsed && !parsed.success) {
      const { message, params } = parsed.error.issues[0] as { message: string; params?: { hint?: string } };
      report(
        ['jobs', one.entry, field],
        job.for ? `in ${quote(one.name)}: ${message}` : message,
        params?.hint,
      );
      return false;
    }
  }
  return true;
}
