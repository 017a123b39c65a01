import { createProcesses } from '../../adapters/processes.ts';
import type { ComponentGraph } from '../../model/component.ts';
import type { Project } from '../../model/project/project.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Jenkinses } from '../../ports/jenkins.ts';
import type { Finding } from '../../report/finding-table.ts';
import { command as apply, takesCommitsOnly } from '../apply.ts';
import type { Invocation } from '../command.ts';
import { readGivenSecrets } from '../given-secrets.ts';
import { openCommit } from '../open-commit.ts';
import { openWorld } from '../open-world.ts';
import { checkBranch } from './check-branch.ts';

/** What the command works with. */
export interface BootstrapWorld {
  project: Project;
  graph: ComponentGraph;
  /** The commit that is bootstrapped; null where the work tree is meant, which apply refuses. */
  revision: string | null;
  /** Where Jenkins is a stack of the project. */
  jenkins: Jenkinses | undefined;
  clock: Clock;
  /** What this machine lacks. */
  diagnose: () => Promise<Finding[]>;
  /** Whether Jenkins will read this commit. @throws UserError NO_ADDRESS, NOT_PUSHED */
  checkBranch: () => Promise<void>;
  /** @returns the exit code */
  apply: (invocation: Invocation) => Promise<number>;
}

export async function openBootstrapWorld(invocation: Invocation): Promise<BootstrapWorld> {
  const { options, env, output, root } = invocation;
  const { rev } = options;
  const opened = await openCommit(invocation, typeof rev === 'string' ? { rev } : {}).catch(
    (error: unknown) => {
      throw takesCommitsOnly(error);
    },
  );
  const { summary, revision, repository } = opened;
  const note = (text: string): void => output.note(text);
  const { jenkins, clock } = await openWorld(summary.project, env, note, { root, opened });
  return {
    project: summary.project,
    graph: summary.graph,
    revision,
    jenkins,
    clock,
    diagnose: () => diagnoseMachine(invocation),
    checkBranch: () =>
      checkBranch({
        project: summary.project,
        revision: revision!,
        env,
        processes: createProcesses(),
        repository,
        note,
      }),
    apply: (changed) => apply.run(changed),
  };
}

async function diagnoseMachine(invocation: Invocation): Promise<Finding[]> {
  const [{ openDoctor }, { diagnose }] = await Promise.all([
    import('../doctor/open-doctor.ts'),
    import('../doctor/diagnose.ts'),
  ]);
  const { secrets } = invocation.options;
  const given = typeof secrets === 'string' ? readGivenSecrets(secrets).values.keys() : [];
  const { context, close } = openDoctor(invocation);
  const findings = await diagnose({ ...context, givenSecrets: new Set(given) });
  // Nothing waits for what did not answer in time.
  void close().catch(() => undefined);
  return findings;
}
