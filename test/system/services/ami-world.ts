import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { startFaultProxy } from '../../fakes/fault-proxy.ts';
import type { FaultProxy, SeenRequest } from '../../fakes/fault-proxy.ts';
import { startAwsStandIn } from './aws-stand-in.ts';
import type { AwsStandIn } from './aws-stand-in.ts';
import { startSshHost } from './ssh-host.ts';
import type { SshHost } from './ssh-host.ts';

/** How one run ended. */
export interface BakeAnswer {
  code: number | null;
  outcome?: 'kept' | 'built';
  image?: string;
  error?: { code: string; message: string };
  log: string[];
  stderr: string;
}

export interface RunningBake {
  pid: number;
  ended: Promise<BakeAnswer>;
  /** SIGKILL to the run's process group; `builders` too, or else they live on for a while. */
  kill: (builders: boolean) => void;
}

/** AWS's stand-in, a proxy before it that counts and breaks, a machine to bake in, and a repository. */
export interface AmiWorld {
  aws: AwsStandIn;
  proxy: FaultProxy;
  host: SshHost;
  repository: string;
  start: (environment?: Record<string, string | undefined>) => RunningBake;
  bake: (environment?: Record<string, string | undefined>) => Promise<BakeAnswer>;
  /** Writes files (undefined removes one) and commits. */
  commit: (files: Record<string, string>) => void;
  /** What came in that changes something, since the proxy was cleared. */
  mutations: () => string[];
  stop: () => Promise<void>;
}

/** An image that moto has from the start. */
export const SOURCE_AMI = 'ami-785db401';
const ROOT = join(import.meta.dirname, '../../..');

export async function startAmiWorld(): Promise<AmiWorld> {
  const aws = await startAwsStandIn();
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: aws.port });
  const host = await startSshHost(aws);
  const repository = mkdtempSync(join(tmpdir(), 'ami-world-'));
  const script = await bundleBake();
  makeRepository(repository, aws);
  const start = (environment: Record<string, string | undefined> = {}): RunningBake =>
    startBake(script, repository, {
      ...aws.environment,
      ...host.environment,
      AWS_ENDPOINT_URL: `http://${proxy.address}`,
      ...environment,
    });
  return {
    aws,
    proxy,
    host,
    repository,
    start,
    bake: (environment) => start(environment).ended,
    commit: (files) => {
      for (const [path, text] of Object.entries(files)) writeFileSync(join(repository, path), text);
      commitAll(repository);
    },
    mutations: () => proxy.requests.map(actionOf).filter((action) => !/^(?:Describe|Get)/.test(action)),
    stop: async () => {
      await host.stop();
      await proxy.stop();
      await aws.stop();
      for (const path of [repository, script]) rmSync(path, { recursive: true, force: true });
    },
  };
}

export function actionOf(request: Pick<SeenRequest, 'body'>): string {
  return new URLSearchParams(request.body).get('Action') ?? '';
}

export function projectYaml(aws: Pick<AwsStandIn, 'region' | 'account'>, more = ''): string {
  return `project: services
aws: { region: ${aws.region}, accounts: ["${aws.account}"] }
amis:
  node:
    template: packer/node.pkr.hcl
    playbook: ansible/node.yml
    source: { owner: "099720109477", name: "ubuntu/images/*" }
    variables: { greeting: "hello \${there} 'x' \\"y\\" %{ if" }
${more}`;
}

function makeRepository(folder: string, aws: AwsStandIn): void {
  for (const part of ['packer', 'ansible'])
    cpSync(join(ROOT, 'test/samples/services', part), join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'project.yaml'), projectYaml(aws));
  const lock = `version: 1\namis: { node: { ${aws.region}: ${SOURCE_AMI} } }\n`;
  writeFileSync(join(folder, 'project.lock.yaml'), lock);
  spawnSync('git', ['init', '-q'], { cwd: folder });
  commitAll(folder);
}

function commitAll(folder: string): void {
  const git = (...args: string[]): void => {
    const run = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: folder });
    if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr.toString()}`);
  };
  git('add', '-A');
  git('commit', '-qm', 'change');
}

/** Compiled once: to compile at every start would take most of the time. */
async function bundleBake(): Promise<string> {
  const outfile = join(ROOT, `target/test/bake-${process.pid}.mjs`);
  const entryPoints = [join(import.meta.dirname, 'bake.ts')];
  await build({ entryPoints, outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm' });
  return outfile;
}

function startBake(
  script: string,
  repository: string,
  environment: Record<string, string | undefined>,
): RunningBake {
  const env = { ...process.env, NODE_OPTIONS: '', ...environment };
  const child = spawn(process.execPath, [script, repository], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<BakeAnswer>((resolve) => {
    child.once('close', (code) => {
      const answer = (stdout === '' ? { log: [] } : JSON.parse(stdout)) as Omit<
        BakeAnswer,
        'code' | 'stderr'
      >;
      resolve({ ...answer, code, stderr });
    });
  });
  const pid = child.pid!;
  const kill = (builders: boolean): void => {
    const groups = builders ? listBuilders(pid) : [];
    for (const group of [pid, ...groups]) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
  };
  return { pid, ended, kill };
}

/** Children of the run: each leads a process group of its own. */
function listBuilders(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false;
      }
    });
}
