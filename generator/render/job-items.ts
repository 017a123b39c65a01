import type { ConcreteJob } from '../model/concrete-job.ts';
import { DELIVER } from '../model/jenkins-items.ts';
import type { Parameter } from '../model/project/job.ts';
import type { Project } from '../model/project/project.ts';
import { operationsOf } from './operations.ts';
import type { ParameterItem } from './parameter-item.ts';
import { scriptPathOf } from './script-path.ts';

/** What Job DSL says of one pipeline job. */
export interface JobItem {
  /** Path in Jenkins, e.g. `shop/deliver/prune`. */
  fullName: string;
  description: string;
  disabled: boolean;
  parameters: ParameterItem[];
  schedule: string;
  polling: string;
  push: boolean;
  /** Path of its Jenkinsfile in the repository. */
  scriptPath: string;
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

/** A job of the user's own. */
export function userItem(project: Project, job: ConcreteJob): JobItem {
  return {
    fullName: fullName(project, job.name),
    description: job.description,
    disabled: job.disabled,
    parameters: Object.entries(job.parameters).map(([name, parameter]) => parameterItem(name, parameter)),
    schedule: job.schedule ?? '',
    polling: '',
    push: false,
    scriptPath: scriptPathOf(job.name, job.name === job.entry ? undefined : job.entry),
  };
}

function fullName(project: Project, name: string): string {
  return `${project.project}/${DELIVER}/${name}`;
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
