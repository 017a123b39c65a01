import type { ConcreteJob } from '../model/concrete-job.ts';
import { DELIVER } from '../model/jenkins-items.ts';
import type { Parameter } from '../model/project/job.ts';
import type { Project } from '../model/project/project.ts';
import type { JobGroup } from './job-group.ts';
import { operationsOf } from './operations.ts';
import type { ParameterItem } from './parameter-item.ts';
import { scriptPathOf } from './script-path.ts';

/** A text, or where the jobs of a template differ in it, the column of their table that holds it. */
export type Term = string | { variable: string };

/** What Job DSL says of one pipeline job. */
export interface JobItem {
  /** Path in Jenkins, e.g. `shop/deliver/prune`. */
  fullName: Term;
  description: Term;
  disabled: boolean;
  parameters: ParameterItem[];
  schedule: Term;
  polling: string;
  push: boolean;
  /** Path of its Jenkinsfile in the repository. */
  scriptPath: Term;
}

/** The job that runs Jenkinsfile for the trusted branch: by webhook, and by polling where none arrives. */
export function deliverItem(project: Project): JobItem {
  return {
    fullName: fullName(project, DELIVER),
    description: `Publishes and deploys ${project.branch}: plans, builds what changed, deploys what differs, verifies.`,
    disabled: false,
    parameters: [],
    schedule: '',
    polling: 'H/5 * * * *',
    push: project.scm.kind === 'github',
    scriptPath: 'Jenkinsfile',
  };
}

/** The operations that the project has, with the schedules that its `jobs:` give them. */
export function operationItems(project: Project, jobs: readonly ConcreteJob[]): JobItem[] {
  return operationsOf(project, jobs).map((operation) => ({
    fullName: fullName(project, operation.job),
    description: operation.description,
    disabled: operation.disabled,
    parameters: operation.parameters,
    schedule: operation.schedule,
    polling: '',
    push: false,
    scriptPath: scriptPathOf(operation.job),
  }));
}

/** The first job of an entry, which has no other one if it is no template. */
export function userItem(project: Project, { jobs, scripts }: JobGroup): JobItem {
  const job = jobs[0]!;
  return {
    fullName: fullName(project, job.name),
    description: job.description,
    disabled: job.disabled,
    parameters: Object.entries(job.parameters).map(([name, parameter]) => parameterItem(name, parameter)),
    schedule: job.schedule ?? '',
    polling: '',
    push: false,
    scriptPath: scripts.get(job.agent)!,
  };
}

export function fullName(project: Project, name: string): string {
  return `${jobFolder(project)}/${name}`;
}

/** Full name of the folder that the project's own jobs lie in. */
export function jobFolder(project: Project): string {
  return `${project.project}/${DELIVER}`;
}

function parameterItem(name: string, parameter: Parameter): ParameterItem {
  const flag = parameter.type === 'boolean';
  return {
    name,
    description: parameter.description ?? '',
    value: flag ? parameter.default === true : String(parameter.default ?? ''),
    choices: parameter.type === 'choice' ? orderChoices(parameter) : false,
    flag,
    text: parameter.type === 'text',
  };
}

/** Jenkins takes the first choice for the default. */
function orderChoices(parameter: Parameter): string[] {
  const choices = (parameter.choices ?? []).map(String);
  const first = parameter.default === undefined ? undefined : String(parameter.default);
  return first === undefined ? choices : [first, ...choices.filter((choice) => choice !== first)];
}
