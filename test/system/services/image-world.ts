import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startFaultProxy } from '../../fakes/fault-proxy.ts';
import type { FaultProxy } from '../../fakes/fault-proxy.ts';
import { pushBaseImage } from './base-image.ts';
import { buildCli } from './built-cli.ts';
import { startDockerEngine } from './docker-engine.ts';
import type { DockerEngine } from './docker-engine.ts';
import { startRegistry } from './registry.ts';
import type { RunningRegistry } from './registry.ts';

/** How a command ended. */
export interface CliAnswer {
  code: number | null;
  stdout: string;
  stderr: string;
  /** What `--json` printed. */
  json: RunDocument & { error?: { code: string; message: string } };
}

export interface RunDocument {
  components: {
    id: string;
    outcome: string;
    hash: string;
    artifact?: { id: string; reference: string };
    cause?: string;
  }[];
  summary: Record<string, number>;
}

export interface RunningCli {
  pid: number;
  ended: Promise<CliAnswer>;
  /** What it has said so far on stderr. */
  said: () => string;
}

type Environment = Record<string, string | undefined>;

/** A Docker engine, a registry behind a proxy that counts and breaks, and a repository with the sample of services. */
export interface ImageWorld {
  engine: DockerEngine;
  registry: RunningRegistry;
  /** What the project is told to be its registry. */
  proxy: FaultProxy;
  repository: string;
  /** Digest of the image that stands for the upstream one. */
  base: string;
  cli: string;
  environment: Environment;
  start: (args: readonly string[], environment?: Environment, folder?: string) => RunningCli;
  run: (args: readonly string[], environment?: Environment, folder?: string) => Promise<CliAnswer>;
  git: (...args: string[]) => string;
  /** Writes files (undefined removes one; `+x` before the text makes it executable) and commits. */
  commit: (files: Record<string, string | undefined>) => void;
  /** Requests that change something, since the proxy was cleared: `PUT /v2/…`. */
  mutations: () => string[];
  stop: () => Promise<void>;
}

const SAMPLE = join(import.meta.dirname, '../../samples/services');
export const SERVICES = ['api', 'base', 'cart', 'mail', 'orders', 'users', 'web'];

export async function startImageWorld(): Promise<ImageWorld> {
  const [engine, registry, cli] = await Promise.all([startDockerEngine(), startRegistry(), buildCli()]);
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: registry.port });
  const base = await pushBaseImage(registry.address, 'local/base', '1');
  const repository = mkdtempSync(join(tmpdir(), 'image-world-'));
  const home = mkdtempSync(join(tmpdir(), 'image-home-'));
  const environment: Environment = {
    DOCKER_HOST: engine.host,
    MILLRACE_REGISTRY: proxy.address,
    HOME: home,
    NODE_OPTIONS: '',
  };
  const git = (...args: string[]): string => {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@t'];
    const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], {
      cwd: repository,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  makeRepository(repository, registry.address, base, git);
  const start: ImageWorld['start'] = (args, more = {}, folder = repository) =>
    startCli(cli.file, args, { ...process.env, ...environment, ...more }, folder);
  return {
    engine,
    registry,
    proxy,
    repository,
    base,
    cli: cli.file,
    environment,
    start,
    run: (...args) => start(...args).ended,
    git,
    commit: (files) => {
      for (const [path, text] of Object.entries(files)) writeSource(join(repository, path), text);
      git('add', '-A');
      git('commit', '-qm', 'change');
    },
    mutations: () =>
      proxy.requests
        .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
        .map(({ method, path }) => `${method} ${path}`),
    stop: async () => {
      await engine.stop();
      await proxy.stop();
      await registry.stop();
      cli.remove();
      for (const folder of [repository, home]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ids of the images that a run ended so, sorted. */
export function idsOf({ json }: Pick<CliAnswer, 'json'>, outcome: string): string[] {
  return json.components
    .filter((one) => one.outcome === outcome && one.id.startsWith('image:'))
    .map(({ id }) => id);
}

function makeRepository(
  folder: string,
  registry: string,
  base: string,
  git: (...args: string[]) => string,
): void {
  for (const part of ['base', 'services'])
    cpSync(join(SAMPLE, part), join(folder, part), { recursive: true });
  writeFileSync(
    join(folder, 'project.yaml'),
    `${imagesOf(SAMPLE)}mirrors: { local/base: ${registry}/local/base }\n`,
  );
  writeFileSync(join(folder, 'project.lock.yaml'), lockOf(base));
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'begin');
}

export function lockOf(digest: string): string {
  return `version: 1\nimages: { "local/base:1": "${digest}" }\n`;
}

/** The sample's project without its machine image, which needs AWS. */
function imagesOf(sample: string): string {
  const text = readFileSync(join(sample, 'project.yaml'), 'utf8');
  return text.replace(/^(?:amis|aws):(?:.*\n)(?:[ \n].*\n?)*/gm, '');
}

function writeSource(path: string, text: string | undefined): void {
  if (text === undefined) return rmSync(path, { recursive: true });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text.replace(/^\+x/, ''));
  if (text.startsWith('+x')) chmodSync(path, 0o755);
}

function startCli(file: string, args: readonly string[], env: Environment, cwd: string): RunningCli {
  // Its own process group: what is killed is the run, not the test.
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<CliAnswer>((resolve) => {
    child.once('close', (code) => {
      const json =
        args.includes('--json') && stdout !== ''
          ? (JSON.parse(stdout) as CliAnswer['json'])
          : ({} as CliAnswer['json']);
      resolve({ code, stdout, stderr, json });
    });
  });
  return { pid: child.pid!, ended, said: () => stderr };
}
