import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A build of the stand-in. */
export interface FakeBuild {
  number: number;
  building?: boolean;
  result?: string | null;
  description?: string | null;
  timestamp?: number;
  /** The commit that its checkout says; left out where undefined. */
  commit?: string;
  console?: string;
}

export interface FakeJob {
  /** Oldest first. */
  builds: FakeBuild[];
  /** Waiting in the queue. */
  queued?: number;
}

/**
 * A stand-in for Jenkins' remote API, in memory: only the paths that docs/decisions/028 lists, of which it honours no
 * `tree=`. It checks what a Jenkins checks of a request: the login, and of a POST the crumb with its session.
 */
export interface FakeJenkins {
  address: string;
  /** By path: `/job/shop/job/deliver/job/seed`. */
  jobs: Map<string, FakeJob>;
  /** `METHOD path` of each request, as it came, refused ones included. */
  requests: string[];
  /** Forms of POSTs. */
  forms: string[];
  /** Statuses that the next requests get instead of an answer. */
  failing: number[];
  /** The same, of POSTs. */
  failingPosts: number[];
  /** Called when a crumb was made. */
  onCrumb: () => void;
  /** Forgets every session, as a restart does. */
  restart: () => void;
  /** What a POST to a job's `build` makes, at the time that its item is asked for; a build that succeeds by default. */
  start: (path: string) => Omit<FakeBuild, 'number'>;
  stop: () => Promise<void>;
}

export const FAKE_PASSWORD = 'p"a\\ss$word';
const LOGIN = `Basic ${Buffer.from(`millrace:${FAKE_PASSWORD}`).toString('base64')}`;

interface Item {
  job: string;
  number?: number;
}

export async function startFakeJenkins(): Promise<FakeJenkins> {
  const sessions = new Map<string, string>();
  const items = new Map<number, Item>();
  const fake: FakeJenkins = {
    address: '',
    jobs: new Map(),
    requests: [],
    forms: [],
    failing: [],
    failingPosts: [],
    onCrumb: () => undefined,
    restart: () => sessions.clear(),
    start: () => ({ result: 'SUCCESS' }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    let form = '';
    for await (const chunk of request) form += String(chunk);
    fake.requests.push(`${method} ${url}`);
    const send = (status: number, body: unknown, more: Record<string, string> = {}): void => {
      response.writeHead(status, more);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const failing = fake.failing.shift() ?? (method === 'POST' ? fake.failingPosts.shift() : undefined);
    if (failing !== undefined) return send(failing, '<html><p>Error of the stand-in</p></html>');
    if (headers.authorization !== LOGIN) return send(401, 'Unauthorized');
    const { pathname, searchParams } = new URL(url, 'http://fake');
    if (pathname === '/crumbIssuer/api/json') {
      const [session, crumb] = [randomUUID(), randomUUID()];
      sessions.set(session, crumb);
      fake.onCrumb();
      return send(
        200,
        { _class: 'hudson.security.csrf.DefaultCrumbIssuer', crumb, crumbRequestField: 'Jenkins-Crumb' },
        { 'Set-Cookie': `JSESSIONID.fake=${session}; Path=/; HttpOnly; SameSite=Lax` },
      );
    }
    if (method === 'POST') {
      const session = /JSESSIONID\.fake=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
      const crumb = sessions.get(session);
      if (crumb === undefined || headers['jenkins-crumb'] !== crumb)
        return send(403, 'No valid crumb was included in the request');
      fake.forms.push(form);
    }
    const item = /^\/queue\/item\/([0-9]+)\/api\/json$/.exec(pathname)?.[1];
    if (item !== undefined) return send(...describeItem(fake, items, Number(item)));
    const [, path = '', rest = ''] =
      /^((?:\/job\/[^/]+)+)\/(build|api\/json|[0-9]+\/.*)$/.exec(pathname) ?? [];
    const job = fake.jobs.get(path);
    if (!job) return send(404, 'Not Found');
    if (rest === 'build' && method === 'POST') {
      const number = items.size + 1;
      items.set(number, { job: path });
      job.queued = number;
      return send(201, '', { Location: `https://ci.example.com/prefix/queue/item/${number}/` });
    }
    if (rest === 'api/json') return send(200, describeJob(job));
    const [number, kind] = rest.split(/\/(.*)/);
    const build = job.builds.find((one) => one.number === Number(number));
    if (!build) return send(404, 'Not Found');
    if (kind === 'api/json') return send(200, describeBuild(build));
    const whole = build.console ?? '';
    return send(200, whole.slice(Number(searchParams.get('start') ?? 0)), {
      'X-Text-Size': String(whole.length),
      ...(build.building === true ? { 'X-More-Data': 'true' } : {}),
    });
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

/** It is started when it is first asked for. */
function describeItem(fake: FakeJenkins, items: Map<number, Item>, id: number): [number, unknown] {
  const item = items.get(id);
  const job = item && fake.jobs.get(item.job);
  if (!item || !job) return [404, 'Not Found'];
  if (item.number === undefined) {
    item.number = (job.builds.at(-1)?.number ?? 0) + 1;
    job.builds.push({ number: item.number, ...fake.start(item.job) });
    delete job.queued;
  }
  return [200, { cancelled: false, why: null, executable: { number: item.number } }];
}

function describeJob({ builds, queued }: FakeJob): object {
  const newest = [...builds].reverse().map(describeBuild);
  const completed = newest.filter(({ building }) => !building);
  return {
    inQueue: queued !== undefined,
    queueItem: queued === undefined ? null : { id: queued },
    builds: newest,
    lastBuild: newest[0] ?? null,
    lastCompletedBuild: completed[0] ?? null,
    lastSuccessfulBuild: completed.find(({ result }) => result === 'SUCCESS') ?? null,
  };
}

function describeBuild({ number, building = false, result, description, timestamp = 0, commit }: FakeBuild) {
  return {
    number,
    building,
    result: building ? null : (result ?? null),
    description: description ?? null,
    timestamp,
    actions: commit === undefined ? [{}] : [{}, { lastBuiltRevision: { SHA1: commit } }],
  };
}
