import type { ComponentGraph, ComponentId } from '../../model/component.ts';
import { componentId } from '../../model/component.ts';
import { JENKINS_STACK } from '../../model/jenkins/hosting-stack.ts';

/** The HTTPS entry, by which people and webhooks reach Jenkins. */
const EDGE = componentId('stack', 'edge');

/**
 * What must be there before Jenkins can build the rest: its jobs, its stack, and all that these need, either way.
 * @returns sorted; undefined where Jenkins is no stack of the project
 */
export function closeHosting(graph: ComponentGraph, project: string): ComponentId[] | undefined {
  if (!graph.has(componentId('stack', JENKINS_STACK))) return undefined;
  const closed = new Set<ComponentId>();
  const open = [componentId('jobs', project), componentId('stack', JENKINS_STACK), EDGE];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const component = graph.get(id);
    if (!component || closed.has(id)) continue;
    closed.add(id);
    open.push(...component.content, ...component.order);
  }
  return [...closed].sort();
}
