import { isSsh } from '../model/jenkins/credentials.ts';
import type { ConcreteJob } from '../model/concrete-job.ts';
import type { Project } from '../model/project/project.ts';
import type { JobGroup } from './job-group.ts';
import { pipelineData } from './job-pipeline.ts';
import { githubRepositoryOf } from './github-repository.ts';
import { notificationsOf } from './notifications.ts';
import type { Notification } from './notifications.ts';
import { hostingOf, operationsOf } from './operations.ts';
import type { OperationJob } from './operations.ts';
import type { RenderedFiles } from '../model/rendered-files.ts';
import { optionsOf } from './pipeline-options.ts';
import { scriptPathOf } from './script-path.ts';
import type { Fill } from './templates.ts';

/** Jenkinsfile and everything in jenkins/ that ends in .Jenkinsfile. @param jobFiles paths of the Job DSL files */
export function renderPipelines(
  project: Project,
  jobs: readonly ConcreteJob[],
  groups: readonly JobGroup[],
  jobFiles: readonly string[],
  fill: Fill,
): RenderedFiles {
  const notifications = notificationsOf(project);
  const files: RenderedFiles = new Map();
  const registryCredential = project.registry === 'own' ? '' : (project.registry.credential ?? '');
  files.set(
    'Jenkinsfile',
    fill('Jenkinsfile', {
      project: project.project,
      registryCredential,
      reuse: project.reuse === 'branches',
      awsCredential: project.aws?.credential ?? '',
      hosting: hostingOf(project).sort(),
      notifications,
      ...commitStatus(project, notifications),
      ...optionsOf(project, '3h'),
    }),
  );
  files.set(
    'jenkins/seed.Jenkinsfile',
    fill('seed.Jenkinsfile', {
      ...optionsOf(project, '30m'),
      ...seedData(project, notifications),
      targets: seedTargets(jobFiles),
    }),
  );
  for (const operation of operationsOf(project, jobs)) {
    files.set(scriptPathOf(operation.job), renderOperation(project, operation, notifications, fill));
  }
  for (const group of groups) {
    for (const [agent, path] of group.scripts)
      files.set(path, fill('job.Jenkinsfile', pipelineData(project, group, agent, notifications)));
  }
  return files;
}

/**
 * GitHub's branch source sets the status of branches and pull requests. The trusted branch's job is a plain one: it sets its
 * commit's by the credential that may push, where that is a token and not a key.
 */
function commitStatus(project: Project, notifications: readonly Notification[]): object {
  const { push } = project.scm;
  const github = isSsh(project.repository) ? undefined : githubRepositoryOf(project);
  const statuses = push === undefined ? '' : (github?.statuses ?? '');
  return {
    statuses,
    statusCredential: push ?? '',
    hasPost: statuses !== '' || notifications.length > 0,
  };
}

/**
 * In a Jenkins that Millrace deploys, the seed job is a component's deploy: it records what it made the jobs from. Elsewhere
 * nobody reads that, and its first run makes the folder that holds the library, of which it therefore uses nothing.
 */
function seedData(project: Project, notifications: readonly Notification[]): object {
  if (hostingOf(project).length === 0) return { jobs: '', hashCommand: '', notifications: [] };
  const jobs = `jobs:${project.project}`;
  return { jobs, hashCommand: `millrace hash --json --rev HEAD ${jobs}`, notifications };
}

/** Folders come first: a job before its folder fails. A pattern that matches nothing would fail too. */
function seedTargets(jobFiles: readonly string[]): string {
  return jobFiles.length > 1 ? 'jenkins/jobs.groovy\njenkins/jobs/*.groovy' : 'jenkins/jobs.groovy';
}

function renderOperation(
  project: Project,
  job: OperationJob,
  notifications: Notification[],
  fill: Fill,
): string {
  const common = {
    notifications,
    agent: job.agent,
    awsCredential: project.aws?.credential ?? '',
    ...optionsOf(project, job.timeout),
  };
  const git = {
    gitCredential: project.scm.push ?? '',
    gitSsh: isSsh(project.repository),
    hostKeys: isSsh(project.repository) ? (project.scm.host_keys ?? []) : [],
  };
  switch (job.operation) {
    case 'prune':
      return fill('prune.Jenkinsfile', common);
    case 'refresh':
      return fill('refresh.Jenkinsfile', { ...common, ...git, amisCommand: amisCommand(project) });
    case 'rebuild':
      return fill('rebuild.Jenkinsfile', { ...common, ...git });
    case 'backup':
      return fill('command.Jenkinsfile', {
        ...common,
        about: job.description,
        title: 'Backup',
        command: 'millrace backup',
      });
    case 'drift':
      return fill('command.Jenkinsfile', {
        ...common,
        about: job.description,
        title: 'Drift',
        command: 'millrace status',
      });
    case 'destroy':
      return fill('destroy.Jenkinsfile', {
        ...common,
        ...removal(project, job, 'Destroy', [destroyCommand(project)]),
      });
    case 'redeploy_infrastructure':
      return fill('destroy.Jenkinsfile', {
        ...common,
        ...removal(project, job, 'Redeploy', [destroyCommand(project), 'millrace apply --only "$COMPONENT"']),
      });
  }
}

function amisCommand({ amis }: Project): string {
  const ids = Object.keys(amis)
    .sort()
    .map((name) => `ami:${name}`);
  return ids.length === 0 ? '' : ['millrace lock --update', ...ids].join(' ');
}

/** The account that a person typed is given to the CLI, which compares it with the one it would change. */
function destroyCommand(project: Project): string {
  return project.aws
    ? 'millrace destroy "$COMPONENT" --account "$MILLRACE_CONFIRM"'
    : 'millrace destroy "$COMPONENT"';
}

/** What a person runs there, where no pipeline would survive. */
const WORKSTATION: Readonly<Record<string, string>> = {
  Destroy: 'millrace destroy',
  Redeploy: 'millrace destroy ID, then millrace bootstrap',
};

function removal(project: Project, job: OperationJob, title: string, commands: string[]): object {
  const accounts = project.aws?.accounts ?? [];
  const hosting = hostingOf(project);
  const carries =
    hosting.length === 0 ? '' : ` What carries this Jenkins (${hosting.join(', ')}) is for a workstation.`;
  return {
    about: job.description + carries,
    title,
    question: title,
    components: job.parameters.length > 0,
    commands,
    expected: accounts.length > 0 ? accounts : [project.project],
    refusal: `What carries this Jenkins is for a workstation: ${WORKSTATION[title] ?? ''}`,
    confirmDescription: accounts.length > 0 ? "The account's id, 12 digits." : "The project's name.",
  };
}
