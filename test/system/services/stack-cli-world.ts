import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushBaseImage } from './base-image.ts';
import { buildCli } from './built-cli.ts';
import { openRepository, startCli } from './cli-run.ts';
import type { CliAnswer, Environment, Repository, RunningCli } from './cli-run.ts';
import { REGISTRY_USER, startRegistry } from './registry.ts';
import type { RunningRegistry } from './registry.ts';
import { startSwarmEngine } from './swarm-engine.ts';
import type { SwarmEngine } from './swarm-engine.ts';

/**
 * A repository with one image and one stack, the command line, a Swarm that is the engine at hand, and an external
 * registry that lets nobody in without its password, which Docker's configuration gets from a credential helper.
 */
export interface StackCliWorld extends Repository {
  swarm: SwarmEngine;
  /** What a run of the command line has. */
  environment: Environment;
  registry: RunningRegistry;
  start: (...args: string[]) => RunningCli;
  run: (...args: string[]) => Promise<CliAnswer>;
  /** With further variables. */
  runAs: (variables: Environment, ...args: string[]) => Promise<CliAnswer>;
  /** The command line's program, for node. */
  program: string;
  /** Runs a program in the container of a service of the stack. */
  inside: (service: string, ...argv: string[]) => string;
  stop: () => Promise<void>;
}

/** Stands for docker-credential-ecr-login, Amazon's helper for ECR: another program that knows a user and a password. */
const HELPER = `#!/bin/sh
cat >/dev/null
printf '{"Username":"${REGISTRY_USER.username}","Secret":"${REGISTRY_USER.password}"}'
`;

export async function startStackCliWorld(
  files: Record<string, string>,
  projectOf = webProject,
): Promise<StackCliWorld> {
  const [registry, cli] = await Promise.all([startRegistry(), buildCli()]);
  const swarm = await startSwarmEngine(registry.port);
  const folder = mkdtempSync(join(tmpdir(), 'stack-cli-'));
  const stop = async (): Promise<void> => {
    await swarm.stop();
    await registry.stop();
    cli.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const base = await pushBaseImage(registry.address, 'local/busybox', '1');
    await askForPassword(registry);
    const repository = openRepository(join(folder, 'repository'));
    mkdirSync(repository.folder);
    repository.git('init', '-q', '-b', 'main');
    repository.commit({
      'project.yaml': projectOf(registry.address),
      'project.lock.yaml': `version: 1\nimages: { "local/busybox:1": "${base}" }\n`,
      ...files,
    });
    const environment = { ...process.env, ...logInByHelper(folder, registry), ...engineOf(swarm) };
    const start: StackCliWorld['start'] = (...args) =>
      startCli(cli.file, args, environment, repository.folder);
    return {
      ...repository,
      swarm,
      environment,
      registry,
      start,
      run: (...args) => start(...args).ended,
      runAs: (variables, ...args) =>
        startCli(cli.file, args, { ...environment, ...variables }, repository.folder).ended,
      program: cli.file,
      inside: (service, ...argv) => swarm.docker('exec', containerOf(swarm, service), ...argv),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function webProject(registry: string): string {
  return `project: shop
registry: { url: "${registry}" }
mirrors: { local/busybox: ${registry}/local/busybox }
images:
  api: { context: images/api }
stacks:
  web: { file: stacks/web.yml }
`;
}

/** From now on, whoever comes. */
async function askForPassword(registry: RunningRegistry): Promise<void> {
  const file = join(registry.folder, 'config.yml');
  const htpasswd = { realm: 'test', path: join(registry.folder, 'htpasswd') };
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), auth: { htpasswd } }));
  await registry.resume();
}

function logInByHelper(folder: string, { address }: RunningRegistry): Environment {
  const [programs, config] = [join(folder, 'bin'), join(folder, 'docker')];
  for (const made of [programs, config]) mkdirSync(made);
  const helper = join(programs, 'docker-credential-stand-in');
  writeFileSync(helper, HELPER);
  chmodSync(helper, 0o755);
  writeFileSync(join(config, 'config.json'), JSON.stringify({ credHelpers: { [address]: 'stand-in' } }));
  return { DOCKER_CONFIG: config, PATH: `${programs}:${process.env['PATH']}` };
}

function engineOf({ host }: SwarmEngine): Environment {
  return { DOCKER_HOST: host, MILLRACE_LAB_NO_IPVS: '1', NODE_OPTIONS: '' };
}

function containerOf({ docker }: SwarmEngine, service: string): string {
  const filters = [`label=com.docker.swarm.service.name=shop-web_${service}`, 'status=running'];
  const found = docker('ps', '--quiet', ...filters.flatMap((filter) => ['--filter', filter])).split('\n');
  if (found[0] === undefined || found[0] === '') throw new Error(`no container of ${service} runs`);
  return found[0];
}
