import { JENKINS_STACK } from '../../model/jenkins/hosting-stack.ts';
import { warning } from './context.ts';
import type { Check } from './context.ts';
import { plannedNodes } from './planned-nodes.ts';

/** Numbers of nodes that all manage: `manager_count` of ansible/filter_plugins/cluster_plan.py. */
const ALL_MANAGE: ReadonlySet<number> = new Set([1, 3, 5]);

/**
 * Builds of branches use their node's Docker. Where that node manages, whoever may push a branch can reach what managers
 * may: the Swarm's passwords, and deploying.
 */
export const checkTrust: Check = async ({ project }) => {
  const on = project.stacks[JENKINS_STACK]?.on;
  const planned = on === undefined ? undefined : plannedNodes(project, on);
  if (!planned || !ALL_MANAGE.has(planned.nodes)) return Promise.resolve([]);
  const { nodes } = planned;
  return Promise.resolve([
    warning(
      'trust',
      `of ${nodes} ${nodes === 1 ? 'node' : 'nodes'} of infrastructure:${on} all manage, so build agents are on managers: who may push a branch is trusted like who deploys`,
      `take ${nodes + 1} nodes: one of them builds and does not manage`,
    ),
  ]);
};
