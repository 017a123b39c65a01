import { isSuccess } from '../../drivers/jobs/read-builds.ts';
import type { RunTools } from '../../drivers/jobs/run-job.ts';
import { componentId } from '../../model/component.ts';
import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Jenkinses } from '../../ports/jenkins.ts';
import { openRunReport } from '../../report/open-run-report.ts';
import type { Output } from '../../report/output.ts';
import { listenForEnd } from '../listen-for-end.ts';
import { deliverFirst } from './deliver-first.ts';
import type { Delivery } from './deliver-first.ts';

interface DeliveryRequest {
  project: string;
  revision: string;
  jenkins: Jenkinses;
  clock: Clock;
  output: Output;
}

const TAIL_LINES = 20;

/**
 * Awaits the first delivery, with its stages and lines as those of a component's deploy.
 * @returns undefined where it was not waited for to its end: what was to be said of it is said
 */
export async function showDelivery(request: DeliveryRequest): Promise<Delivery | undefined> {
  const { project, revision, jenkins, clock, output } = request;
  const id = componentId('jobs', project);
  const report = openRunReport(output, { clock, total: 1, kept: 0 });
  const ended = listenForEnd((text) => report.emit({ type: 'note', text }));
  const started = clock.now();
  const tail: string[] = [];
  const tools: RunTools = {
    jenkins,
    clock,
    signal: ended.signal,
    phase: (phase) => report.emit({ type: 'phase', id, phase }),
    log: (line) => {
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      report.emit({ type: 'log', id, line });
    },
  };
  const seconds = (): number => (clock.now() - started) / 1_000;
  report.emit({ type: 'start', id, action: 'deliver' });
  try {
    const delivery = await deliverFirst(project, revision, tools);
    const { build, result } = delivery;
    if (isSuccess(delivery)) report.emit({ type: 'done', id, outcome: 'delivered', seconds: seconds() });
    else {
      const cause = `build ${build} of ${project}/deliver/deliver ended as ${result}`;
      const hint = 'mend what its last lines say, push it, and run `millrace bootstrap` again';
      report.emit({ type: 'failed', id, cause, hint, tail, seconds: seconds() });
    }
    report.close();
    return delivery;
  } catch (error) {
    if (!ended.signal.aborted || !(error instanceof UserError)) {
      report.takeDown();
      throw error;
    }
    report.emit({ type: 'cancelled', id, left: error.message });
    report.close();
    return undefined;
  } finally {
    ended.stop();
  }
}
