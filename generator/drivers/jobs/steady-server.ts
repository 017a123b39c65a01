import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { JenkinsServer, Jenkinses } from '../../ports/jenkins.ts';

/** How long a Jenkins that a build is followed in may be away, in milliseconds: its node may be replaced meanwhile. */
const PATIENCE = 10 * 60_000;
const PAUSE = 5_000;
/** What may be over soon. */
const PASSING = /^(JENKINS_UNREACHABLE|ENGINE_UNREACHABLE|SWARM_UNREACHABLE|SSH_UNREACHABLE|SSH_FAILED)$/;

/** A Jenkins that is looked for again where it has gone: for waiting, which asks the same over and over. */
export function createSteadyServer(
  { find }: Jenkinses,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Pick<JenkinsServer, 'get' | 'readConsole'> {
  let known: JenkinsServer | undefined;
  const ask = async <Value>(use: (server: JenkinsServer) => Promise<Value>): Promise<Value> => {
    for (const until = clock.now() + PATIENCE; ;) {
      try {
        known ??= await find();
        if (!known)
          throw new UserError('JENKINS_UNREACHABLE', 'the controller of Jenkins has gone; deploy it');
        return await use(known);
      } catch (error) {
        known = undefined;
        if (!(error instanceof UserError) || !PASSING.test(error.code)) throw error;
        if (clock.now() > until || signal.aborted) throw error;
      }
      await clock.sleep(PAUSE, signal).catch(() => undefined);
    }
  };
  return {
    get: (path) => ask((server) => server.get(path)),
    readConsole: (build, start) => ask((server) => server.readConsole(build, start)),
  };
}
