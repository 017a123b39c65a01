import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFaultProxy } from '../../fakes/fault-proxy.ts';
import type { FaultProxy } from '../../fakes/fault-proxy.ts';
import { pushBaseImage } from './base-image.ts';
import { buildCli } from './built-cli.ts';
import { openRepository, startCli } from './cli-run.ts';
import type { CliAnswer, Environment, Repository, RunningCli } from './cli-run.ts';
import { startDockerEngine } from './docker-engine.ts';
import type { DockerEngine } from './docker-engine.ts';
import { startRegistry } from './registry.ts';
import type { RunningRegistry } from './registry.ts';

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
  git: Repository['git'];
  commit: Repository['commit'];
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
  const { git, commit } = openRepository(repository);
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
    commit,
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
