import type { Project } from '../../model/project/project.ts';

/** As ansible/group_vars has them where project.yaml says nothing. */
const DEFAULTS = { nodes: 3, instance_type: 't3.medium' };

export interface PlannedNodes {
  nodes: number;
  /** Of EC2. */
  type: string;
}

/** The machines that an infrastructure is to have on AWS; undefined of one with machines that exist already. */
export function plannedNodes(project: Project, name: string): PlannedNodes | undefined {
  const infrastructure = project.infrastructure[name];
  if (!infrastructure || infrastructure.hosts !== undefined) return undefined;
  const { nodes, instance_type: type } = { ...DEFAULTS, ...infrastructure.variables };
  return typeof nodes === 'number' && typeof type === 'string' ? { nodes, type } : undefined;
}
