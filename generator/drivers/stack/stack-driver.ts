import type { ComponentId } from '../../model/component.ts';
import type { Project } from '../../model/project/project.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Driver } from '../driver.ts';
import { handOversAmong } from '../handover/hand-over-names.ts';
import { describeReport } from '../handover/hand-over-report.ts';
import type { SwarmLook } from './look-at-swarm.ts';
import { observeStacks } from './observe-stacks.ts';
import type { StackTools } from './stack-tools.ts';
import { JENKINS_STACK } from '../../model/jenkins/hosting-stack.ts';

/** Stacks on Docker Swarms: compose files, deployed service by service, only what changed. */
export function createStackDriver(tools: StackTools): Driver {
  let isTold = false;
  const told = new Set<string>();
  const tellEnds = async (engine: Engine, look: SwarmLook, project: string): Promise<void> => {
    const now = tools.clock.now();
    const jobs = handOversAmong(look.services, project);
    const reports = look.report ? [look.report] : [];
    if (jobs.length > 0) {
      const { findUnreported } = await import('../handover/job-end.ts');
      reports.push(...(await findUnreported(engine, jobs, look.report, now)));
    }
    for (const report of reports) {
      const text = describeReport(report, now);
      if (text !== undefined && !told.has(text)) tools.note(text);
      if (text !== undefined) told.add(text);
    }
  };
  return {
    kind: 'stack',
    observe: (components, source) => {
      const onLook = (engine: Engine, look: SwarmLook): Promise<void> =>
        tellEnds(engine, look, source.project.project);
      return observeStacks(components, source, { ...tools, onLook });
    },
    prepare: async (_components, { project }) => {
      if (project.stacks[JENKINS_STACK]) await sweepQuietly(project, tools);
    },
    deploy: async (component, task) => {
      if (tools.withoutIpvs && !isTold) tools.note(WITHOUT_IPVS);
      isTold = true;
      // With all that reads and writes compose files: a plan needs none of it.
      const { deployStack } = await import('./deploy-stack.ts');
      const { reportDeploy } = await import('../handover/report-deploy.ts');
      await reportDeploy(component, task, tools, (reported) => deployStack(component, reported, tools));
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

/** What is over of hand-overs; a Swarm that cannot be asked now is asked by the next run. */
async function sweepQuietly(project: Project, { swarms, clock }: StackTools): Promise<void> {
  try {
    const engine = await swarms.find(project.stacks[JENKINS_STACK]!.on);
    const { sweepHandOvers } = await import('../handover/sweep-hand-overs.ts');
    if (engine) await sweepHandOvers(engine, project.project, clock.now());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

function nameOf(id: ComponentId): string {
  return id.slice('stack:'.length);
}
