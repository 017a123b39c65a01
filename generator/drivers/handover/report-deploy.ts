import { UserError } from '../../model/user-error.ts';
import type { HashedComponent, TaskContext } from '../driver.ts';
import type { StackTools } from '../stack/stack-tools.ts';
import { dropReport, writeReport } from './hand-over-report.ts';
import { JENKINS_STACK } from '../../model/jenkins/hosting-stack.ts';

const LINES = 20;

/**
 * Deploys, and says in the Swarm where a swap of the controller failed, for whoever comes next; a deploy that ends well takes
 * that away.
 */
export async function reportDeploy(
  { id, name }: HashedComponent,
  task: TaskContext,
  { swarms, clock }: Pick<StackTools, 'swarms' | 'clock'>,
  deploy: (task: TaskContext) => Promise<void>,
): Promise<void> {
  if (name !== JENKINS_STACK) return deploy(task);
  const { project, stacks } = task.source.project;
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
    if (lines.length > LINES) lines.shift();
    task.log(line);
  };
  try {
    await deploy({ ...task, log });
  } catch (error) {
    const engine = isSwap(error) ? await swarms.find(stacks[name]!.on) : undefined;
    if (engine)
      await writeReport(engine, project, {
        ...{ version: 1, time: new Date(clock.now()).toISOString(), revision: task.source.files.revision },
        ...{ components: [id], outcome: 'failed', reason: (error as UserError).message, lines },
      });
    throw error;
  }
  const engine = await swarms.find(stacks[name]!.on);
  if (engine) await dropReport(engine, project);
}

function isSwap(error: unknown): boolean {
  return error instanceof UserError && /^(?:SWAP_FAILED|CANNOT_PULL)$/.test(error.code);
}
