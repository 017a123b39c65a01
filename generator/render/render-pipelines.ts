import type { ConcreteJob } from '../model/concrete-job.ts';
import type { Environment } from '../model/project/job.ts';
import type { Project } from '../model/project/project.ts';
import { notificationsOf } from './notifications.ts';
import type { Notification } from './notifications.ts';
import { hostingOf, operationOf, operationsOf } from './operations.ts';
import type { OperationJob } from './operations.ts';
import type { RenderedFiles } from '../model/rendered-files.ts';
import { scriptPathOf } from './script-path.ts';
import type { Fill } from './templates.ts';

/** Jenkinsfile and everything in jenkins/ that ends in .Jenkinsfile. @param jobFiles paths of the Job DSL files */
export function renderPipelines(
  project: Project,
  jobs: readonly ConcreteJob[],
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
      notifications,
      ...optionsOf(project, '3h'),
    }),
  );
  files.set(
    'jenkins/seed.Jenkinsfile',
    fill('seed.Jenkinsfile', { ...optionsOf(project, '30m'), targets: seedTargets(jobFiles) }),
  );
  for (const operation of operationsOf(project, jobs)) {
    files.set(scriptPathOf(operation.job), renderOperation(project, operation, notifications, fill));
  }
  for (const job of jobs) {
    if (operationOf(job) !== undefined) continue;
    files.set(
      scriptPathOf(job.name, job.name === job.entry ? undefined : job.entry),
      fill('job.Jenkinsfile', jobData(project, job, notifications)),
    );
  }
  return files;
}

/** Folders come first: a job before its folder fails. A pattern that matches nothing would fail too. */
function seedTargets(jobFiles: readonly string[]): string {
  return jobFiles.length > 1 ? 'jenkins/jobs.groovy\njenkins/jobs/*.groovy' : 'jenkins/jobs.groovy';
}

function optionsOf(project: Project, timeout: string): object {
  const units = { s: 'SECONDS', m: 'MINUTES', h: 'HOURS', d: 'DAYS' } as const;
  return {
    retentionDays: String(project.retention.days),
    retentionBuilds: String(project.retention.commits),
    timeoutAmount: Number(timeout.slice(0, -1)),
    timeoutUnit: units[timeout.slice(-1) as keyof typeof units],
  };
}

function renderOperation(
  project: Project,
  job: OperationJob,
  notifications: Notification[],
  fill: Fill,
): string {
  const common = { notifications, agent: job.agent, ...optionsOf(project, job.timeout) };
  const git = {
    gitCredential: project.scm.push ?? '',
    gitSsh: /^ssh:|^[^/]+@[^/]+:/.test(project.repository ?? ''),
  };
  switch (job.operation) {
    case 'prune':
      return fill('prune.Jenkinsfile', common);
    case 'refresh':
      return fill('refresh.Jenkinsfile', { ...common, ...git });
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

interface Variables {
  credentials: { name: string; id: string }[];
  /** `NAME=value`, for withEnv: it sets exactly the value, where a declarative `environment` would expand `$`. */
  variables: string[];
}

function splitEnvironment(environment: Environment): Variables {
  const entries = Object.entries(environment);
  return {
    credentials: entries.flatMap(([name, value]) =>
      typeof value === 'object' ? [{ name, id: value.credential }] : [],
    ),
    variables: entries.flatMap(([name, value]) =>
      typeof value === 'object' ? [] : [`${name}=${String(value)}`],
    ),
  };
}

function jobData(project: Project, job: ConcreteJob, notifications: Notification[]): object {
  const own = splitEnvironment(job.environment);
  const steps = job.run ? [{ sh: ['millrace', ...job.run].join(' '), name: job.run[0]! }] : job.steps;
  const stages = uniqueNames(steps.map((step, index) => step.name ?? `Step ${index + 1}`)).map(
    (name, index) => {
      const step = steps[index]!;
      const added = 'environment' in step ? step.environment : undefined;
      return {
        name,
        retry: job.retry ?? 0,
        sh: step.sh,
        credentials: splitEnvironment(added ?? {}).credentials,
        // The step's own comes before the job's also where one of them is a credential.
        variables: added ? splitEnvironment({ ...job.environment, ...added }).variables : own.variables,
      };
    },
  );
  // Of all patterns, those of the junit step alone have variables expanded (JUnitResultArchiver); `$$` is a `$`.
  const junit = job.junit.join(', ').replaceAll('$', '$$$$');
  const artifacts = job.artifacts.join(', ');
  const hasReports = junit !== '' || artifacts !== '';
  const told = junit === '' ? notifications : withUnstable(notifications);
  return {
    needsLibrary: told.length > 0,
    agent: job.agent,
    credentials: own.credentials,
    stages,
    notifications: told,
    junit,
    artifacts,
    hasReports,
    hasPost: hasReports || told.length > 0,
    // Last: for thousands of jobs, a spread at the beginning takes twenty times as long.
    ...optionsOf(project, job.timeout),
  };
}

/** A failing test in a JUnit report makes a build unstable, which is no failure to Jenkins, but is one to people. */
function withUnstable(notifications: readonly Notification[]): Notification[] {
  return notifications.flatMap((one) =>
    one.condition === 'failure'
      ? [one, { ...one, condition: 'unstable', event: 'has failing tests' }]
      : [one],
  );
}

/** Declarative pipelines refuse two stages of one name. */
function uniqueNames(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let number = 2; seen.has(unique); number++) unique = `${name} (${number})`;
    seen.add(unique);
    return unique;
  });
}
