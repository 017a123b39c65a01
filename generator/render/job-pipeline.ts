import type { Project } from '../model/project/project.ts';
import type { JobGroup } from './job-group.ts';
import { credentialsIn, partValues } from './job-values.ts';
import type { Notification } from './notifications.ts';
import { optionsOf } from './pipeline-options.ts';

/** What job.Jenkinsfile.hbs needs of those jobs of an entry of `jobs:` that run on agents of a label. */
export function pipelineData(
  project: Project,
  group: JobGroup,
  agent: string,
  notifications: readonly Notification[],
): object {
  // What the jobs of an entry differ in is not read from here.
  const job = group.jobs[0]!;
  const { stages, reports } = partValues(group);
  const steps = job.run ? [{ sh: ['millrace', ...job.run].join(' '), name: job.run[0]! }] : job.steps;
  // A command of the CLI sees AWS; a user's own step has what it names. No key lies on agents that branches share.
  const aws = job.run && agent === 'deploy' ? (project.aws?.credential ?? '') : '';
  const names = uniqueNames(steps.map((step, index) => step.name ?? `Step ${index + 1}`));
  const { junit = '', artifacts = '' } = reports;
  const hasReports = junit !== '' || artifacts !== '';
  const told = junit === '' ? notifications : withUnstable(notifications);
  return {
    agent,
    needsLibrary:
      told.length > 0 || reports.table !== undefined || aws !== '' || stages.some(({ table }) => table),
    credentials: credentialsIn(group.written.environment ?? {}),
    stages: steps.map(({ sh }, index) => {
      const { credentials, variables, table } = stages[index]!;
      return {
        name: names[index]!,
        retry: job.retry ?? 0,
        sh,
        credentials,
        variables,
        table: table?.name ?? '',
        aws,
      };
    }),
    notifications: told,
    junit,
    artifacts,
    reportTable: reports.table?.name ?? '',
    hasReports,
    hasPost: hasReports || told.length > 0,
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
