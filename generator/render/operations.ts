import type { ConcreteJob } from '../model/concrete-job.ts';
import { OPERATIONS, appliesTo } from '../model/jenkins-items.ts';
import type { Operation } from '../model/jenkins-items.ts';
import type { Project } from '../model/project/project.ts';
import type { ParameterItem } from './parameter-item.ts';

/** A job for one of the project's operations. */
export interface OperationJob {
  operation: Operation;
  /** The job's name: the operation's own, or that of the entry in `jobs:` that runs it. */
  job: string;
  description: string;
  schedule: string;
  parameters: ParameterItem[];
  disabled: boolean;
  agent: string;
  timeout: string;
}

const DEFAULTS: Readonly<Record<Operation, { description: string; schedule: string }>> = {
  prune: {
    description:
      'Frees what no running, previous or recent version needs: on the nodes, in the registry and on AWS.',
    schedule: 'H 3 * * *',
  },
  refresh: {
    description:
      'Proposes newer images and plugins on a branch, and once a month newer machine images on another.',
    schedule: 'H 4 * * 1',
  },
  rebuild: {
    description:
      'Forces one component to be built again: proposes its new epoch on the branch millrace/rebuild.',
    schedule: '',
  },
  redeploy_infrastructure: {
    description: 'Destroys an infrastructure and deploys it again. Asks for the account.',
    schedule: '',
  },
  destroy: { description: 'Destroys what is deployed. Asks for the account.', schedule: '' },
  backup: { description: 'Backs up JENKINS_HOME.', schedule: 'H 2 * * *' },
  drift: { description: 'Fails when what runs differs from the branch.', schedule: 'H 5 * * *' },
};

/** The operation that a job runs as it is, so that its pipeline is ours; undefined for a job of the user's own making. */
export function operationOf(job: ConcreteJob): Operation | undefined {
  return job.run?.length === 1 ? OPERATIONS.find((operation) => operation === job.run![0]) : undefined;
}

/** The operations that make sense for the project, each once, or as often as `jobs:` has entries that run it. */
export function operationsOf(project: Project, jobs: readonly ConcreteJob[]): OperationJob[] {
  return OPERATIONS.filter((operation) => appliesTo(project, operation)).flatMap((operation) => {
    const entries = jobs.filter((job) => operationOf(job) === operation);
    const own = {
      operation,
      job: operation,
      ...DEFAULTS[operation],
      parameters: parametersOf(project, operation),
      disabled: false,
      agent: 'deploy',
      timeout: '3h',
    };
    if (entries.length === 0) return [own];
    return entries.map((entry) => ({
      ...own,
      job: entry.name,
      description: entry.description === '' ? own.description : entry.description,
      schedule: entry.schedule ?? '',
      disabled: entry.disabled,
      timeout: entry.timeout,
    }));
  });
}

function parametersOf(project: Project, operation: Operation): ParameterItem[] {
  const component = (choices: string[], description: string): ParameterItem[] =>
    choices.length === 0
      ? []
      : [{ name: 'COMPONENT', description, value: '', choices, flag: false, text: false }];
  switch (operation) {
    case 'prune':
      return [
        {
          name: 'DRY_RUN',
          description: 'Only say what would be freed.',
          value: false,
          choices: false,
          flag: true,
          text: false,
        },
      ];
    case 'rebuild':
      return component(
        [...ids('image', project.images), ...ids('ami', project.amis)],
        'What to build again.',
      );
    case 'redeploy_infrastructure':
      return component(
        withoutHosting(project, ids('infrastructure', project.infrastructure)),
        'What to destroy and deploy again.',
      );
    case 'destroy':
      return component(
        withoutHosting(project, [
          ...ids('stack', project.stacks),
          ...ids('infrastructure', project.infrastructure),
        ]),
        'What to destroy.',
      );
    default:
      return [];
  }
}

function ids(kind: string, section: object): string[] {
  return Object.keys(section)
    .map((name) => `${kind}:${name}`)
    .sort();
}

/** What carries Jenkins: its own stack and the infrastructure under it. No pipeline survives their removal. */
export function hostingOf(project: Project): string[] {
  const stack = project.stacks['jenkins'];
  if (!stack) return [];
  return stack.on === undefined ? ['stack:jenkins'] : ['stack:jenkins', `infrastructure:${stack.on}`];
}

function withoutHosting(project: Project, components: string[]): string[] {
  const hosting = hostingOf(project);
  return components.filter((id) => !hosting.includes(id));
}
