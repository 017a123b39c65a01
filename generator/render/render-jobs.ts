import { createHash } from 'node:crypto';
import type { ConcreteJob } from '../model/concrete-job.ts';
import { DELIVER, VERIFY } from '../model/jenkins-items.ts';
import type { Project } from '../model/project/project.ts';
import { deliverItem, operationItems, userItem } from './job-items.ts';
import type { JobItem } from './job-items.ts';
import type { RenderedFiles } from '../model/rendered-files.ts';
import { operationOf } from './operations.ts';
import { plainName } from './script-path.ts';
import type { Fill } from './templates.ts';

/**
 * Jobs in one file. A Job DSL script is one method of a JVM class, which holds 64 KiB of code; and a file of
 * more would not be read by anybody.
 */
const JOBS_PER_FILE = 100;

/** Files for jobs that are no template's, where they are too many for jobs.groovy. */
const OWN_JOBS = 'own';

/** jenkins/jobs.groovy, and further files in jenkins/jobs/ where there are many jobs. */
export function renderJobs(project: Project, jobs: readonly ConcreteJob[], fill: Fill): RenderedFiles {
  const operations = operationItems(project, jobs);
  const own = jobs.filter((job) => operationOf(job) === undefined);
  const files: RenderedFiles = new Map();
  const groups = groupByFile(own);
  const inMain = groups.get('') ?? [];
  const main = [deliverItem(project), ...operations, ...inMain.map((job) => userItem(project, job))];
  files.set('jenkins/jobs.groovy', fill('jobs.groovy', mainData(project, main)));
  for (const [path, group] of groups) {
    if (path === '') continue;
    files.set(
      path,
      fill('more-jobs.groovy', { jobs: group.map((job) => withSource(project, userItem(project, job))) }),
    );
  }
  return files;
}

/** Groups by the file that holds them; '' is jenkins/jobs.groovy. A template of many jobs has files of its own. */
function groupByFile(jobs: readonly ConcreteJob[]): Map<string, ConcreteJob[]> {
  const byEntry = new Map<string, ConcreteJob[]>();
  for (const job of jobs) {
    const made = byEntry.get(job.entry);
    if (made) made.push(job);
    else byEntry.set(job.entry, [job]);
  }
  const groups = new Map<string, ConcreteJob[]>();
  const small: ConcreteJob[] = [];
  const taken = new Set([OWN_JOBS]);
  for (const [entry, made] of byEntry) {
    if (made.length === 1 && made[0]!.name === entry) small.push(made[0]!);
    else chunk(made, className(entry, taken), groups);
  }
  if (small.length <= JOBS_PER_FILE) groups.set('', small);
  else chunk(small, OWN_JOBS, groups);
  return groups;
}

function chunk(jobs: readonly ConcreteJob[], name: string, into: Map<string, ConcreteJob[]>): void {
  for (let start = 0; start < jobs.length; start += JOBS_PER_FILE) {
    const number = String(start / JOBS_PER_FILE + 1).padStart(3, '0');
    into.set(`jenkins/jobs/${name}_${number}.groovy`, jobs.slice(start, start + JOBS_PER_FILE));
  }
}

/**
 * Job DSL makes a class of each file: its name must be an identifier. Entries such as `a-b`, `a_b` and `A_b` would
 * share one, also where a file system does not tell case: the later ones get the digits of their SHA-256.
 */
function className(entry: string, taken: Set<string>): string {
  const plain = plainName(entry).replace(/[^A-Za-z0-9_]/g, '_');
  const letters = /^[0-9]/.test(plain) ? `_${plain}` : plain;
  const digits = createHash('sha256').update(entry).digest('hex').slice(0, 12);
  const name = taken.has(letters.toLowerCase()) ? `${letters}_${digits}` : letters;
  taken.add(name.toLowerCase());
  return name;
}

function mainData(project: Project, items: readonly JobItem[]): object {
  const name = project.project;
  return {
    ...sourceOf(project),
    project: name,
    folderDescription: `Everything of ${name}.`,
    libraryId: `${name}-library`,
    verify: `${name}/${VERIFY}`,
    verifyId: `${name}-verify`,
    verifyDescription:
      'Plans, builds and tests every branch and pull request. Publishes and deploys nothing.',
    github: project.scm.kind === 'github' ? githubOf(project.repository ?? '') : false,
    forks: project.scm.forks,
    deliver: `${name}/${DELIVER}`,
    deliverDescription: `What runs for the trusted branch ${project.branch}, with its credentials and its deploy agents.`,
    view: `${name}/Overview`,
    viewDescription: `All jobs of ${name}.`,
    jobs: items.map((item) => withSource(project, item)),
  };
}

function sourceOf(project: Project): { repository: string; credential: string; branch: string } {
  return {
    repository: project.repository ?? '',
    credential: project.scm.credential ?? '',
    branch: project.branch,
  };
}

function withSource(project: Project, item: JobItem): object {
  const { repository, credential, branch } = sourceOf(project);
  // One spread, and at the end: for thousands of jobs, any other order takes twenty times as long.
  return {
    repository,
    credential,
    // In full: a tag or another remote's branch of that name is not it.
    branchSpec: `refs/heads/${branch}`,
    hasTriggers: item.schedule !== '' || item.polling !== '' || item.push,
    daysToKeep: project.retention.days,
    numToKeep: project.retention.commits,
    ...item,
  };
}

/** Owner, name and web address from any form of a GitHub address: the branch source takes no other than https. */
function githubOf(repository: string): { owner: string; name: string; url: string } {
  const match = /([^/@:]+)[/:]([^/:]+)\/([^/]+?)(?:\.git)?\/?$/.exec(repository);
  const [, host = '', owner = '', name = ''] = match ?? [];
  return { owner, name, url: `https://${host}/${owner}/${name}` };
}
