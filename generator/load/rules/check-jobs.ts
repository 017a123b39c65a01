import type { ConcreteJob } from '../../model/concrete-job.ts';
import { MAX_JOBS, countJobs, expandJob } from '../../model/concrete-job.ts';
import { checkItemName, checkItemNameFits } from '../../model/jenkins/item-name.ts';
import { OPERATIONS, RESERVED_JOB_NAMES } from '../../model/jenkins-items.ts';
import { AgentLabel, Schedule } from '../../model/project/job.ts';
import type { Job } from '../../model/project/job.ts';
import { Text, quote } from '../../model/project/text.ts';
import { checkJobEntry } from './check-job-entry.ts';
import type { RuleContext } from './rule-context.ts';

/** Expands the entries of `jobs:` and checks what only shows then: names, and texts with values filled in. */
export function checkJobs(context: RuleContext): ConcreteJob[] {
  const jobs: ConcreteJob[] = [];
  const seen: Seen = { names: reservedNames(context.project.jobs), good: new Set() };
  let total = 0;
  for (const [entry, job] of Object.entries(context.project.jobs)) {
    checkJobEntry(context, entry, job);
    const count = countJobs(job);
    const room = total > MAX_JOBS ? Infinity : MAX_JOBS - total;
    if (!checkCount(context, entry, job, count, room)) continue;
    total += count;
    if (total > MAX_JOBS) continue;
    const expanded = expandJob(entry, job);
    for (const one of expanded) {
      const named = checkName(context, one, seen);
      if (!checkFilled(context, one, job, seen) || !named) break;
    }
    for (const one of expanded) jobs.push(one);
  }
  return jobs;
}

interface Seen {
  /** Lower-case names, for Jenkins compares them so, and whose they are. */
  names: Map<string, { name: string; owner: string; entry?: string }>;
  /** Texts that were judged before, for thousands of jobs share a schedule. */
  good: Set<string>;
}

const OPERATION = 'an operation of every project';

/** Names that are made by us; an operation's own entry may set its schedule. */
function reservedNames(jobs: Readonly<Record<string, Job>>): Seen['names'] {
  const names: Seen['names'] = new Map();
  for (const name of RESERVED_JOB_NAMES) names.set(name, { name, owner: 'a job of every project' });
  for (const name of OPERATIONS) {
    const own = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
    if (own?.run?.trim() !== name) names.set(name, { name, owner: OPERATION });
  }
  return names;
}

/** @param room how many jobs may be made yet; Infinity where it was said already that there are too many */
function checkCount({ report }: RuleContext, entry: string, job: Job, count: number, room: number): boolean {
  const path = job.for ? ['jobs', entry, 'for'] : ['jobs', entry];
  if (count === 0) {
    report(path, 'makes no job: a range ends before it starts', 'look at the ranges', 'key');
  } else if (count > MAX_JOBS) {
    report(path, `makes ${count} jobs; expected at most ${MAX_JOBS}`, 'look at the ranges', 'key');
  } else {
    if (count > room)
      report(path, `makes more than ${MAX_JOBS} jobs, with the entries before it`, 'part the project', 'key');
    return true;
  }
  return false;
}

/** @returns false where the entry's further jobs would only repeat the finding */
function checkName({ report }: RuleContext, job: ConcreteJob, { names }: Seen): boolean {
  const path = ['jobs', job.entry];
  const made = job.name === job.entry ? '' : ` (made by its template: ${quote(job.name)})`;
  const text = Text.safeParse(job.name);
  if (!text.success) {
    report(
      path,
      `is not a job name that Jenkins accepts${made}: ${text.error.issues[0]!.message}`,
      '',
      'key',
    );
    return false;
  }
  const good = checkItemName(job.name);
  const verdict = good.ok ? checkItemNameFits(job.name) : good;
  if (!verdict.ok) {
    report(path, `is not a job name that Jenkins accepts${made}: ${verdict.message}`, '', 'key');
    return false;
  }
  const key = job.name.toLowerCase();
  const twin = names.get(key);
  if (twin === undefined) {
    names.set(key, { name: job.name, owner: `the entry ${quote(job.entry)}`, entry: job.entry });
    return true;
  }
  const owner = twin.entry === job.entry ? 'another job of the same template' : twin.owner;
  const hint =
    twin.owner === OPERATION
      ? `choose another name, or write ${twin.name}: { run: ${twin.name} }`
      : 'case does not tell names apart: choose another one';
  report(path, `has the same name in Jenkins as ${owner}${made}`, hint, 'key');
  return false;
}

/** A schedule, label or text may be fine as a template and wrong once its values are filled in. */
function checkFilled({ report }: RuleContext, one: ConcreteJob, job: Job, { good }: Seen): boolean {
  const checks = [
    ['schedule', Schedule, one.schedule],
    ['agent', AgentLabel, one.agent],
    ['description', Text, one.description],
    ['artifacts', Text, one.artifacts.join(', ')],
    ['junit', Text, one.junit.join(', ')],
    ...Object.values(one.environment).map(
      (value) => ['environment', Text, typeof value === 'object' ? undefined : String(value)] as const,
    ),
  ] as const;
  let fine = true;
  for (const [field, schema, value] of checks) {
    const seen = `${field} ${value}`;
    if (value === undefined || good.has(seen)) continue;
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const { message, params } = parsed.error.issues[0] as { message: string; params?: { hint?: string } };
      const text = job.for ? `in ${quote(one.name)}: ${message}` : message;
      report(['jobs', one.entry, field], text, params?.hint);
      fine = false;
      continue;
    }
    if (field !== 'description') good.add(seen);
  }
  return fine;
}
