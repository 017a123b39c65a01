import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labFolder, readLabState } from '../../../generator/lab/lab-state.ts';
import { runTool } from '../../../generator/lab/machines/run-tool.ts';
import { pythonTool } from './aws-stand-in.ts';
import { buildCli } from './built-cli.ts';
import { openRepository, startCli } from './cli-run.ts';
import type { CliAnswer, Repository } from './cli-run.ts';
import { startLabNeighbours } from './lab-neighbours.ts';
import { pushJenkinsImages } from './platform-images.ts';
import { copyPlatform } from './platform-world.ts';
import { startRealBuilds } from './real-builds.ts';
import type { BuildRequest, RealBuild, RealBuilds } from './real-builds.ts';

/**
 * The sample platform without machines: its Jenkins and its service on the one engine of a lab of its own, and its generated
 * pipelines, run by JenkinsPipelineUnit with this machine for every agent. Real: `sh`, git, the command line, the engine with
 * its Swarm, the registry, the agents' image. Stand-ins: AWS, upstream images and Jenkins, whose controller
 * (test/samples/jenkins-stand-in) knows of these builds as far as it is told.
 */
export interface PipelineWorld extends Repository {
  /** Runs a command outside of Jenkins. */
  run: (...args: string[]) => Promise<CliAnswer>;
  docker: (...args: string[]) => Promise<string>;
  /** Runs a job of the folder `deliver`, with the pipeline that `generate` wrote for it. */
  deliver: (job: string, params?: Record<string, string | boolean>) => Promise<RealBuild>;
  /** Runs the job of a branch. */
  verify: (branch: string) => Promise<RealBuild>;
  /** `127.0.0.1:PORT` */
  registry: string;
  stop: () => Promise<void>;
}

const projectOf = (registry: string): string => `project: platform
repository: git://git.example.com/platform.git
registry: { url: "${registry}" }
aws: { region: us-west-1, accounts: ["123456789012"] }
images:
  hello:              { context: services/hello, test: [sh, -c, "test -s /srv/index.html"] }
  jenkins-controller: { context: jenkins-image, target: controller }
  jenkins-agent:      { context: jenkins-image, dockerfile: agent/stand-in.Dockerfile }
stacks:
  jenkins: { file: stacks/jenkins.yml }
  hello:   { file: stacks/hello.yml }
jenkins: { url: https://ci.localhost, agents: { build: 1, deploy: 1 }, smtp: { host: smtp.example.com } }
jobs:
  prune: { run: prune }
notify: { mail: [ops@example.com] }
`;

export async function startPipelineWorld(): Promise<PipelineWorld> {
  const cli = await buildCli();
  const made = ['platform', 'home'].map((name) => mkdtempSync(join(tmpdir(), `pipeline-${name}-`)));
  const [folder, home] = made as [string, string];
  const repository = openRepository(folder);
  repository.git('init', '-q', '-b', 'main');
  const path = `${join(pythonTool('moto_server'), '..')}:${process.env['PATH']}`;
  const outside = { ...process.env, PATH: path, NODE_OPTIONS: '', HOME: home };
  // No engine of this machine's: the lab is to start its own.
  const lab = (action: 'up' | 'down'): Promise<CliAnswer> =>
    startCli(cli.file, ['lab', action], { ...outside, DOCKER_HOST: 'unix:///nowhere/docker.sock' }, folder)
      .ended;
  const stops: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.reverse()) await one();
    for (const one of made) rmSync(one, { recursive: true, force: true });
  };
  try {
    copyPlatform(folder);
    dropCredential(folder);
    for (const unused of ['ansible', 'packer']) rmSync(join(folder, unused), { recursive: true });
    // Until the lab's is known.
    writeFileSync(join(folder, 'project.yaml'), projectOf('127.0.0.1:1'));
    stops.push(() => lab('down'));
    expectWell(await lab('up'));
    const state = readLabState(labFolder(folder))!;
    const [registry, host] = [state.registry!.address, state.engine!.host];
    const docker: PipelineWorld['docker'] = (...args) => runTool('docker', ['--host', host, ...args]);
    // Maven compiles while the world is made.
    const builds = startRealBuilds();
    stops.push(async () => (await builds.catch(() => undefined))?.stop());
    builds.catch(() => undefined);
    await prepareEngine(docker);
    await pushJenkinsImages(registry);
    writeFileSync(join(folder, 'project.yaml'), projectOf(registry));
    placeJenkins(folder, home, host);
    stops.push((await startLabNeighbours(folder)).stop);
    const agent = agentEnvironment(cli.file, home, { host, endpoint: state.aws!.endpoint });
    const run: PipelineWorld['run'] = (...args) =>
      startCli(cli.file, args, { ...outside, ...agent }, folder).ended;
    await bringJenkinsUp(run, repository);
    return {
      ...{ ...repository, run, docker, registry, stop },
      ...pipelinesOf((await builds).run, { folder, home, agent }),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As from a workstation, before there is a Jenkins. */
async function bringJenkinsUp(run: PipelineWorld['run'], { commit }: Repository): Promise<void> {
  for (const command of ['generate', 'lock']) {
    expectWell(await run(command));
    commit({});
  }
  const hosting = ['image:jenkins-agent', 'image:jenkins-controller', 'stack:jenkins', 'jobs:platform'];
  expectWell(await run('apply', '--only', ...hosting));
}

function pipelinesOf(
  build: RealBuilds['run'],
  { folder, home, agent }: { folder: string; home: string; agent: Record<string, string> },
): Pick<PipelineWorld, 'deliver' | 'verify'> {
  const project = readFileSync(join(folder, 'project.yaml'), 'utf8');
  const repository = /^repository: (.*)$/m.exec(project)![1]!;
  const last = new Map<string, { number: number; result: string | null }>();
  const start = async (jobName: string, file: string, more: Partial<BuildRequest>): Promise<RealBuild> => {
    const before = last.get(jobName) ?? { number: 0, result: null };
    const number = before.number + 1;
    tellController(home, jobName, number, null);
    const done = await build({
      ...{ root: folder, file, jobName, number, previous: before.result, params: {}, env: agent },
      ...{ repository, branch: 'main', workspaces: join(home, 'workspaces'), ...more },
    });
    tellController(home, jobName, number, done.result);
    last.set(jobName, { number, result: done.result });
    return done;
  };
  return {
    deliver: (job, params = {}) => {
      const file = job === 'deliver' ? 'Jenkinsfile' : `jenkins/${job}.Jenkinsfile`;
      return start(`platform/deliver/${job}`, file, { params });
    },
    verify: (branch) =>
      start(`platform/verify/${branch}`, 'Jenkinsfile', { branch, env: { ...agent, BRANCH_NAME: branch } }),
  };
}

function expectWell({ code, stderr, stdout }: CliAnswer): void {
  if (code !== 0) throw new Error(`ended with code ${code}: ${stderr}${stdout}`);
}

/** What a cluster's playbook and its stack `edge` make of a node. */
async function prepareEngine(docker: PipelineWorld['docker']): Promise<void> {
  const [node] = (await docker('node', 'ls', '--quiet')).trim().split('\n');
  const labels = ['millrace.data=true', 'millrace.build=true'].flatMap((one) => ['--label-add', one]);
  await docker('node', 'update', ...labels, node!);
  await docker('network', 'create', '--driver', 'overlay', 'edge');
}

const jenkinsHome = (home: string): string => join(home, 'jenkins');

/** AWS is reached by the agents' own environment here. */
function dropCredential(folder: string): void {
  const path = join(folder, 'stacks/jenkins.yml');
  const text = readFileSync(path, 'utf8')
    .replace(/^ {6}- \{ source: jenkins_credential_.*\n/gm, '')
    .replace(/^ {2}jenkins_credential_.*:\n {4}external: true\n/gm, '');
  writeFileSync(path, text);
}

/** The shipped stack, with its home and the engine's socket where this lab has them. */
function placeJenkins(folder: string, home: string, host: string): void {
  const own = jenkinsHome(home);
  mkdirSync(own);
  chownSync(own, 1000, 1000);
  chmodSync(home, 0o755);
  const path = join(folder, 'stacks/jenkins.yml');
  const text = readFileSync(path, 'utf8')
    .replace('source: /var/lib/millrace/jenkins,', `source: ${own},`)
    .replaceAll('source: /var/run/docker.sock,', `source: ${host.replace('unix://', '')},`);
  writeFileSync(path, text);
}

/** A build that is not the controller's own, as its stand-in keeps builds: what is handed over waits for its end. */
function tellController(home: string, job: string, number: number, result: string | null): void {
  const place = join(
    jenkinsHome(home),
    ...job.split('/').flatMap((name) => ['jobs', name]),
    'builds',
    `${number}`,
  );
  mkdirSync(place, { recursive: true });
  const build = { number, building: result === null, result, description: null, actions: [] };
  writeFileSync(join(place, 'build.json'), JSON.stringify({ ...build, timestamp: Date.now(), duration: 0 }));
}

/** As an agent's programs have it. */
function agentEnvironment(
  program: string,
  home: string,
  { host, endpoint }: { host: string; endpoint: string },
): Record<string, string> {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'millrace'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`);
  chmodSync(join(bin, 'millrace'), 0o755);
  return {
    PATH: `${bin}:${process.env['PATH']}`,
    DOCKER_HOST: host,
    MILLRACE_ON_NODE: '1',
    MILLRACE_LAB_NO_IPVS: '1',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'lab',
    AWS_SECRET_ACCESS_KEY: 'lab',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
