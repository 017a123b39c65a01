import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a build is of, and what is around it; names are those of test/groovy's PipelineRun. */
export interface BuildRequest {
  /** Holds the pipeline and the library. */
  root: string;
  /** The pipeline, from there. */
  file: string;
  /** With its folders, such as `shop/deliver/deliver`. */
  jobName: string;
  number: number;
  /** Result of the build before. */
  previous: string | null;
  params: Record<string, string | boolean>;
  env: Record<string, string>;
  /** What `checkout scm` clones, and of which branch. */
  repository: string;
  branch: string;
  /** Where agents keep their workspaces from build to build. */
  workspaces: string;
}

/** What a build did, and how it ended. */
export interface RealBuild {
  result: string;
  error: string | null;
  log: string;
  /** Results of the stages that ran, by name. */
  stages: Record<string, string>;
  skipped: string[];
  /** Commands of the CLI, each after the label of the agent that it ran on. */
  commands: [label: string, command: string][];
  /** What would have been sent. */
  mails: { to: string; subject: string; body: string }[];
}

export interface RealBuilds {
  run: (request: BuildRequest) => Promise<RealBuild>;
  stop: () => Promise<void>;
}

const ROOT = join(import.meta.dirname, '../../..');

/**
 * JenkinsPipelineUnit in a JVM of its own, which executes generated pipelines with a real `sh` (test/groovy, RealBuilds).
 * Started once: Maven alone takes several seconds.
 */
export async function startRealBuilds(): Promise<RealBuilds> {
  const target = mkdtempSync(join(tmpdir(), 'millrace-real-builds-'));
  try {
    // Without the network where everything was fetched before.
    const { maven, socket } = await connect(target, ['--offline']).catch(() => connect(target, []));
    return { run: talk(socket), stop: () => end(maven, socket, target) };
  } catch (error) {
    rmSync(target, { recursive: true, force: true });
    throw error;
  }
}

async function connect(
  target: string,
  options: readonly string[],
): Promise<{ maven: ChildProcess; socket: Socket }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const settings = [`-Dmillrace.builds=${port}`, `-Dmillrace.target=${target}`];
  // A test run that is killed takes it along.
  const words = ['--pdeathsig', 'KILL', join(ROOT, 'test/groovy/run'), ...options, '-q', '-Dtest=RealBuilds'];
  const maven = spawn('setpriv', [...words, ...settings], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [maven.stdout, maven.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  try {
    const socket = await new Promise<Socket>((resolve, reject) => {
      server.once('connection', resolve);
      maven.once('close', (code) =>
        reject(new Error(`test/groovy/run ${options.join(' ')} ended with code ${code}: ${said}`)),
      );
    });
    return { maven, socket };
  } finally {
    server.close();
  }
}

/** One build after the other, as many as are asked for. */
function talk(socket: Socket): RealBuilds['run'] {
  const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  return async (request) => {
    socket.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`the JVM ended during a build of ${request.jobName}`);
    const build = JSON.parse(value) as RealBuild | { refused: string };
    if ('refused' in build) throw new Error(`${request.jobName}: ${build.refused}`);
    return build;
  };
}

async function end(maven: ChildProcess, socket: Socket, target: string): Promise<void> {
  const ended = new Promise((resolve) => maven.once('close', resolve));
  // Whoever is asked no more ends.
  socket.end();
  await ended;
  rmSync(target, { recursive: true, force: true });
}
