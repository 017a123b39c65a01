import type { ComponentId } from '../../model/component.ts';
import type { Driver } from '../driver.ts';
import { observeStacks } from './observe-stacks.ts';
import type { StackTools } from './stack-tools.ts';

/** Stacks on Docker Swarms: compose files, deployed service by service, only what changed. */
export function createStackDriver(tools: StackTools): Driver {
  let isTold = false;
  return {
    kind: 'stack',
    observe: (components, source) => observeStacks(components, source, tools),
    deploy: async (component, task) => {
      if (tools.withoutIpvs && !isTold) tools.note(WITHOUT_IPVS);
      isTold = true;
      // With all that reads and writes compose files: a plan needs none of it.
      const { deployStack } = await import('./deploy-stack.ts');
      await deployStack(component, task, tools);
    },
    remove: async (id, task) => {
      const { removeStack } = await import('./remove-stack.ts');
      await removeStack(nameOf(id), task.source.project, task, tools);
    },
    listLeft: async ({ project }) => {
      const { listLeft } = await import('./list-left.ts');
      return listLeft(project, tools);
    },
    findLockPlace: async (id, { project }) => {
      const on = project.stacks[nameOf(id)]?.on;
      const engine = await tools.swarms.find(on);
      const name = `the Swarm of ${on === undefined ? 'the engine at hand' : `infrastructure:${on}`}`;
      return engine && tools.openLock(engine, project.project, name);
    },
  };
}

const WITHOUT_IPVS =
  'without IPVS: names of services lead to their tasks (dnsrr), and published ports are those of the nodes that they run on';

function nameOf(id: ComponentId): string {
  return id.slice('stack:'.length);
}
