import type { ConcreteJob } from '../model/concrete-job.ts';
import { DELIVER, VERIFY } from '../model/jenkins-items.ts';
import type { Project } from '../model/project/project.ts';
import { githubRepositoryOf } from './github-repository.ts';
import type { JobGroup } from './job-group.ts';
import { deliverItem, operationItems, userItem } from './job-items.ts';
import type { JobItem } from './job-items.ts';
import { jobTable } from './job-table.ts';
import type { RenderedFiles } from '../model/rendered-files.ts';
import { digitsOf, plainName } from './script-path.ts';
import type { Fill } from './templates.ts';

/**
 * A Job DSL script is one method of a JVM class, which holds 64 KiB of code; one row of a template takes 36 bytes of it
 * at most. And a file of more would not be read by anybody.
 */
const JOBS_PER_FILE = 100;
const ROWS_PER_FILE = 1000;

/** Files for jobs that are no template's, where they are too many for jobs.groovy. */
const OWN_JOBS = 'own';

/** jenkins/jobs.groovy, and further files in jenkins/jobs/ for templates and where there are many jobs. */
export function renderJobs(
  project: Project,
  jobs: readonly ConcreteJob[],
  groups: readonly JobGroup[],
  fill: Fill,
): RenderedFiles {
  const own = groups.filter(({ isTemplate }) => !isTemplate).map((group) => userItem(project, group));
  const inMain = own.length > JOBS_PER_FILE ? [] : own;
  const main = [deliverItem(project), ...operationItems(project, jobs), ...inMain];
  const files: RenderedFiles = new Map([
    ['jenkins/jobs.groovy', fill('jobs.groovy', mainData(project, main))],
  ]);
  if (inMain.length < own.length) {
    for (const [path, items] of chunk(own, JOBS_PER_FILE, OWN_JOBS))
      files.set(path, fill('more-jobs.groovy', { jobs: items.map((item) => withSource(project, item)) }));
  }
  const taken = new Set([OWN_JOBS]);
  for (const group of groups) {
    if (!group.isTemplate) continue;
    const { columns, rowOf, item } = jobTable(project, group);
    const body = withSource(project, item);
    for (const [path, made] of chunk(group.jobs, ROWS_PER_FILE, className(group.entry, taken)))
      files.set(path, fill('template-jobs.groovy', { ...body, columns, rows: made.map(rowOf) }));
  }
  return files;
}

function chunk<T>(all: readonly T[], size: number, name: string): [string, readonly T[]][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => [
    `jenkins/jobs/${name}_${String(index + 1).padStart(3, '0')}.groovy`,
    all.slice(index * size, (index + 1) * size),
  ]);
}

/**
 * Job DSL makes a class of each file: its name must be an identifier. Entries such as `a-b`, `a_b` and `A_b` would
 * share one, also where a file system does not tell case: the later ones get the digits of their SHA-256.
 */
function className(entry: string, taken: Set<string>): string {
  const plain = plainName(entry).replace(/[^A-Za-z0-9_]/g, '_');
  const letters = /^[0-9]/.test(plain) ? `_${plain}` : plain;
  const name = taken.has(letters.toLowerCase()) ? `${letters}_${digitsOf(entry)}` : letters;
  taken.add(name.toLowerCase());
  return name;
}

/** What both the seed job and the controller's configuration say of the project's own folders. */
export function foldersData(project: Project): { deliver: string; [field: string]: unknown } {
  const name = project.project;
  return {
    ...sourceOf(project),
    project: name,
    folderDescription: `Everything of ${name}.`,
    libraryId: `${name}-library`,
    deliver: `${name}/${DELIVER}`,
    deliverDescription: `What runs for the trusted branch ${project.branch}, with its credentials and its deploy agents.`,
  };
}

function mainData(project: Project, items: readonly JobItem[]): object {
  const name = project.project;
  return {
    ...foldersData(project),
    // The controller gives them to the folders: Job DSL out of a repository cannot hold a secret's value.
    credentials: [],
    verify: `${name}/${VERIFY}`,
    verifyId: `${name}-verify`,
    verifyDescription:
      'Plans, builds and tests every branch and pull request. Publishes and deploys nothing.',
    github: githubRepositoryOf(project) ?? false,
    forks: project.scm.forks,
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
