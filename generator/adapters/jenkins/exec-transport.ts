import { SERVICE_PASSWORD } from '../../model/jenkins/hosting-stack.ts';
import { UserError } from '../../model/user-error.ts';
import type { RunInContainer } from '../engine/run-in-container.ts';
import { CURL_SCRIPT, NO_CURL, NO_PASSWORD } from './curl-script.ts';
import { REQUEST_SECONDS, TransportFailure } from './jenkins-transport.ts';
import type { JenkinsTransport } from './jenkins-transport.ts';
import { parseHttpAnswer } from './parse-http-answer.ts';

export interface ExecTransportSettings {
  /** The controller's container, and how programs are run in it. */
  container: string;
  run: RunInContainer;
  /** For a person. */
  name: string;
  /** Where Jenkins listens in its container. */
  base?: string;
  /** Where it has the password of SERVICE_USER. */
  secret?: string;
}

/** Where the image of the controller has it. */
const BASE = 'http://127.0.0.1:8080';
/** The crumb, the request, and starting both. */
const SILENCE = (2 * REQUEST_SECONDS + 15) * 1_000;
/** curl(1), EXIT CODES: no connection was made, so nothing was sent. */
const NOT_SENT: ReadonlyMap<number, string> = new Map([
  [6, 'its address is not known there'],
  [7, 'nothing listens at its port'],
]);

/** Requests through `docker exec`: Jenkins need not be reachable from here, and its password stays where it is. */
export function createExecTransport(settings: ExecTransportSettings): JenkinsTransport {
  const { container, run, name, base = BASE, secret = SERVICE_PASSWORD.path } = settings;
  return {
    name,
    send: async ({ method, path, form = '' }) => {
      const crumbs = `${base}/crumbIssuer/api/json`;
      const argv = ['sh', '-c', CURL_SCRIPT, 'millrace', method, `${base}${path}`, crumbs, form, secret];
      const { code, stdout, stderr } = await run(container, argv, SILENCE).catch((error: unknown) => {
        throw explain(error, name);
      });
      if (code === NO_PASSWORD) throw lacks(name, 'secret jenkins_service_password');
      if (code === NO_CURL) throw lacks(name, 'curl');
      const answer = code === 0 ? parseHttpAnswer(stdout) : undefined;
      if (answer) return answer;
      const found = NOT_SENT.get(code);
      if (found !== undefined) throw new TransportFailure(found, false);
      const said = stderr.trim().split('\n').at(-1) ?? '';
      throw new TransportFailure(said === '' ? `no answer (exit code ${code})` : said, true);
    },
  };
}

/** Whoever looks for the controller again finds its new container, if there is one. */
function explain(error: unknown, name: string): unknown {
  if (!(error instanceof UserError) || !['NO_CONTAINER', 'ENGINE_UNREACHABLE'].includes(error.code))
    return error;
  return new UserError('JENKINS_UNREACHABLE', `${name} does not answer: ${error.message}; try again`);
}

function lacks(name: string, what: string): UserError {
  return new UserError(
    'JENKINS_UNREACHABLE',
    `${name} has no ${what} in its container, by which it is asked; see stacks/jenkins.yml and jenkins-image/`,
  );
}
