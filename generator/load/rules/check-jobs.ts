import type { ConcreteJob } from '../../model/concrete-job.ts';
import { MAX_JOBS, countJobs, expandJob } from '../../model/concrete-job.ts';
import { MAX_ITEM_NAME_BYTES, checkItemName, checkItemNameFits } from '../../model/jenkins/item-name.ts';
import { OPERATIONS, RESERVED_JOB_NAMES } from '../../model/jenkins-items.ts';
import type { Job } from '../../model/project/job.ts';
import { quote } from '../../model/project/text.ts';
import { checkFilledTexts } from './check-filled-texts.ts';
import { judgeText } from './judge-text.ts';
import { checkJobEntry } from './check-job-entry.ts';
import type { RuleContext } from './rule-context.ts';

/** Expands the entries of `jobs:` and checks what only shows then: names, and texts with values filled in. */
export function checkJobs(context: RuleContext): ConcreteJob[] {
  const jobs: ConcreteJob[] = [];
  const names = reservedNames(context.project.jobs);
  const files: Files = new Map([...names].map(([key, { owner }]) => [key, { owner, isTemplate: false }]));
  let total = 0;
  for (const [entry, job] of Object.entries(context.project.jobs)) {
    checkJobEntry(context, entry, job);
    checkFile(context, entry, job, files);
    const count = countJobs(job);
    const room = total > MAX_JOBS ? Infinity : MAX_JOBS - total;
    if (!checkCount(context, entry, job, count, room)) continue;
    total += count;
    if (total > MAX_JOBS) continue;
    const expanded = expandJob(entry, job);
    const owner: Owner = { owner: `the entry ${quote(entry)}`, entry };
    const isFilledWell = checkFilledTexts(context, job, expanded[0]!);
    for (const one of expanded) {
      const isNamedWell = checkName(context, one, names, owner);
      // Further jobs would only repeat the finding.
      if (!isFilledWell(one) || !isNamedWell) break;
    }
    for (const one of expanded) jobs.push(one);
  }
  return jobs;
}

interface Owner {
  owner: string;
  entry?: string;
  /** The name as it is to be written, where it is an operation's. */
  name?: string;
}

/** Lower-case names, for Jenkins compares them so, and whose they are. */
type Names = Map<string, Owner>;

const OPERATION = 'an operation of every project';

/** Names that are made by us; an operation's own entry may set its schedule. */
function reservedNames(jobs: Readonly<Record<string, Job>>): Names {
  const names: Names = new Map();
  for (const name of RESERVED_JOB_NAMES) names.set(name, { owner: 'a job of every project' });
  for (const name of OPERATIONS) {
    const own = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
    if (own?.run?.trim() !== name) names.set(name, { owner: OPERATION, name });
  }
  return names;
}

/** Lower-case names of pipelines' files, for not every file system tells case, and whose they are. */
type Files = Map<string, { owner: string; isTemplate: boolean }>;

/** The jobs of a template have one pipeline, named after the entry; that of any other entry is named after its job. */
function checkFile({ report }: RuleContext, entry: string, job: Job, files: Files): void {
  const isTemplate = job.template !== undefined;
  const key = entry.toLowerCase();
  const twin = files.get(key);
  if (!twin) files.set(key, { owner: `the entry ${quote(entry)}`, isTemplate });
  // Two that are no templates have the same name in Jenkins too, which is said by checkName.
  else if (isTemplate || twin.isTemplate)
    report(
      ['jobs', entry],
      `has the same file for its pipeline as ${twin.owner}`,
      'choose another name',
      'key',
    );
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

/** @returns false where the name is not good */
function checkName({ report }: RuleContext, job: ConcreteJob, names: Names, own: Owner): boolean {
  const refusal = judgeName(job.name);
  const key = job.name.toLowerCase();
  const twin = names.get(key);
  if (refusal === undefined && twin === undefined) {
    names.set(key, own);
    return true;
  }
  const made = job.name === job.entry ? '' : ` (made by its template: ${quote(job.name)})`;
  const path = ['jobs', job.entry];
  if (refusal !== undefined) {
    report(path, `is not a job name that Jenkins accepts${made}: ${refusal}`, '', 'key');
    return false;
  }
  const { owner, name } = twin!;
  const of = twin!.entry === job.entry ? 'another job of the same template' : owner;
  const hint =
    owner === OPERATION
      ? `choose another name, or write ${name}: { run: ${name} }`
      : 'case does not tell names apart: choose another one';
  report(path, `has the same name in Jenkins as ${of}${made}`, hint, 'key');
  return false;
}

/** @returns what Jenkins, or the file system under it, has against a name */
function judgeName(name: string): string | undefined {
  const refusal = judgeText(name);
  if (refusal) return refusal.message;
  const good = checkItemName(name);
  // A UTF-16 unit has at most three bytes.
  const verdict = good.ok && name.length * 3 > MAX_ITEM_NAME_BYTES ? checkItemNameFits(name) : good;
  return verdict.ok ? undefined : verdict.message;
}
