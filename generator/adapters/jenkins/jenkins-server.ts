import { shorten } from '../../model/shorten.ts';
import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConsolePart, JenkinsServer } from '../../ports/jenkins.ts';
import { TransportFailure } from './jenkins-transport.ts';
import type { JenkinsRequest, JenkinsResponse, JenkinsTransport } from './jenkins-transport.ts';

/** How long a controller that does not answer is asked again, in milliseconds. */
const PATIENCE = 30_000;
const PAUSE = 1_000;
const NOT_THERE = 404;
/** Of a controller that starts: all of Jenkins answers so, and none of it has read what was sent. */
const STARTING = 503;
/** Of something between here and Jenkins, which may have read it. */
const BETWEEN: readonly number[] = [502, 504];

/** @param patience how long it is asked again, in milliseconds */
export function createJenkinsServer(
  transport: JenkinsTransport,
  clock: Clock,
  patience = PATIENCE,
): JenkinsServer {
  const ask = async (given: JenkinsRequest): Promise<JenkinsResponse> => {
    const request = { ...given, path: encodePath(given.path) };
    const until = clock.now() + patience;
    for (;;) {
      const tried = await tryOnce(transport, request);
      if ('answer' in tried) return judge(transport.name, given, tried.answer);
      if (!tried.mayRepeat || clock.now() + PAUSE > until) throw unreachable(transport.name, tried.found);
      await clock.sleep(PAUSE);
    }
  };
  return {
    get: async (path) => {
      const { status, body } = await ask({ method: 'GET', path });
      return status === NOT_THERE ? undefined : parse(transport.name, path, body);
    },
    post: async (path, form = {}) => {
      const request = { method: 'POST', path, form: new URLSearchParams(form).toString() } as const;
      const { status, headers } = await ask(request);
      const location = pathOf(headers.get('location'));
      return { status, ...(location === undefined ? {} : { location }) };
    },
    readConsole: async (build, start): Promise<ConsolePart | undefined> => {
      const path = `${build}/logText/progressiveText?start=${start}`;
      const { status, headers, body } = await ask({ method: 'GET', path });
      if (status === NOT_THERE) return undefined;
      const size = Number(headers.get('x-text-size') ?? Number.NaN);
      return {
        text: body.toString('utf8'),
        next: Number.isInteger(size) ? size : start + body.length,
        isOver: headers.get('x-more-data') !== 'true',
      };
    },
  };
}

/** Of what `tree=` is written with, not all may stand in an address as it is (RFC 3986, section 2). */
function encodePath(path: string): string {
  return path.replaceAll(/[[\]{}|"<>\\^` ]/g, encodeURIComponent);
}

type Tried = { answer: JenkinsResponse } | { found: string; mayRepeat: boolean };

async function tryOnce(transport: JenkinsTransport, request: JenkinsRequest): Promise<Tried> {
  const isSafe = request.method === 'GET';
  try {
    const answer = await transport.send(request);
    if (answer.status === STARTING) return { found: 'it is starting (503)', mayRepeat: true };
    if (BETWEEN.includes(answer.status)) return { found: `it answers ${answer.status}`, mayRepeat: isSafe };
    if (isStaleCrumb(answer)) return { found: 'its crumbs are not valid (403)', mayRepeat: true };
    return { answer };
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    return { found: error.message, mayRepeat: isSafe || !error.mayBeRead };
  }
}

/** Refused before it was read: the session of the crumb has gone with a restart (hudson.security.csrf.CrumbFilter). */
function isStaleCrumb({ status, body }: JenkinsResponse): boolean {
  return status === 403 && body.includes('No valid crumb');
}

function judge(where: string, { method, path }: JenkinsRequest, answer: JenkinsResponse): JenkinsResponse {
  const { status, headers, body } = answer;
  const [plain] = path.split('?', 1);
  if (status === 401)
    throw new UserError(
      'JENKINS_DENIED',
      `${where} does not take the password of its user millrace (401); its configuration has another one than the secret jenkins_service_password; to set both anew: \`millrace secret rotate jenkins_service_password --apply\``,
    );
  if (status === 403)
    throw new UserError(
      'JENKINS_DENIED',
      `${where} forbids its user millrace to ${method} ${plain} (403); see the permissions in jenkins/casc.yaml`,
    );
  if (status < 400 || status === NOT_THERE) return answer;
  // Jenkins says it in a header where it has a page for browsers.
  const said = headers.get('x-error') ?? body.toString('utf8').replaceAll(/<[^>]*>/g, ' ');
  const line = shorten(said.replaceAll(/\s+/g, ' ').trim(), 300);
  throw new UserError(
    'JENKINS_REFUSED',
    `${where} answers ${method} ${plain} with ${status}${line === '' ? '' : `: ${line}`}; see its log: docker service logs`,
  );
}

function parse(where: string, path: string, body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    const found = shorten(body.toString('utf8').replaceAll(/\s+/g, ' ').trim(), 80);
    throw new UserError(
      'JENKINS_REFUSED',
      `${where} was expected to answer ${path.split('?', 1)[0]} with JSON, found ${JSON.stringify(found)}; is it a Jenkins?`,
    );
  }
}

/** Jenkins names itself by the address that it is configured with, which need not lead there from here. */
function pathOf(location: string | undefined): string | undefined {
  if (location === undefined || !URL.canParse(location, 'http://jenkins')) return undefined;
  return new URL(location, 'http://jenkins').pathname;
}

function unreachable(where: string, found: string): UserError {
  return new UserError(
    'JENKINS_UNREACHABLE',
    `${where} does not answer: ${found}; see its log and try again`,
  );
}
