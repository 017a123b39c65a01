import type { SwarmService } from '../stack/swarm-objects.ts';

/** Where a controller has its JENKINS_HOME: a folder of a node. */
export interface Home {
  /** The folder that holds it; snapshots lie there, too. */
  parent: string;
  /** Its name in there. */
  name: string;
  /** By which a task comes to the node that has it. */
  constraints: readonly string[];
}

/** Of Jenkins' own image (github.com/jenkinsci/docker). */
const TARGET = '/var/jenkins_home';

/** Whether a service is a controller, wherever it has its home. */
export function hasHome({ Spec }: Pick<SwarmService, 'Spec'>): boolean {
  return mountOf(Spec) !== undefined;
}

/** @returns undefined where its home is no folder of a node, such as a volume: then there is nothing beside it to rename */
export function findHome({ Spec }: Pick<SwarmService, 'Spec'>): Home | undefined {
  const { Type: type, Source: source = '' } = mountOf(Spec) ?? {};
  const [, parent = '', name = ''] = /^(\/.+)\/([^/]+)\/*$/.exec(source) ?? [];
  if (type !== 'bind' || name === '') return undefined;
  return { parent, name, constraints: Spec.TaskTemplate.Placement?.Constraints ?? [] };
}

function mountOf({ TaskTemplate: { ContainerSpec: container } }: SwarmService['Spec']) {
  return container?.Mounts?.find(({ Target: target }) => target === TARGET);
}
