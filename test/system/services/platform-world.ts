import { randomBytes } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { labFolder } from '../../../generator/lab/lab-state.ts';
import { listMachines } from '../../../generator/lab/machines/machine.ts';
import type { Machine } from '../../../generator/lab/machines/machine.ts';
import { runTool } from '../../../generator/lab/machines/run-tool.ts';
import { pythonTool } from './aws-stand-in.ts';
import { buildCli } from './built-cli.ts';
import { countInEc2 } from './cluster-world.ts';
import { openRepository, startCli } from './cli-run.ts';
import type { CliAnswer, Environment, Repository, RunningCli } from './cli-run.ts';
import { startLabNeighbours } from './lab-neighbours.ts';
import type { LabNeighbours } from './lab-neighbours.ts';
import { bakeSystem } from './machine.ts';
import { readPlatformHoldings } from './platform-holdings.ts';
import type { PlatformHoldings } from './platform-holdings.ts';
import { pushPlatformImages } from './platform-images.ts';

/**
 * The sample platform in a repository of its own, and a lab of its own. Real: Packer, Ansible, SSH, engines, Swarm, the
 * registry, git, the shipped files. Stand-ins: AWS, upstream images, Jenkins among them (platform-images.ts).
 */
export interface PlatformWorld extends Repository {
  /** Runs a command with `--lab`, as on a workstation. */
  run: (args: readonly string[], environment?: Environment) => Promise<CliAnswer>;
  start: (args: readonly string[], environment?: Environment) => RunningCli;
  /** What of the cluster there is in EC2. */
  count: () => ReturnType<typeof countInEc2>;
  /** All that there is of the platform; for what is double or left over. */
  hold: () => Promise<PlatformHoldings>;
  /** The AWS stand-in. */
  ec2: () => EC2Client;
  /** Names of the nodes, which are those of their instances. */
  nodes: () => string[];
  /** Of the node with the data; the first is that which everybody reaches. */
  addresses: () => Promise<readonly string[]>;
  /** Terminates the node with the data, as a zone's failure does; its data volume stays. */
  loseNode: () => Promise<void>;
  /** Runs a program as root on the node with the data, past its SSH. */
  inside: (argv: readonly string[]) => Promise<string>;
  /** Runs a program in the container of a service, such as `jenkins_controller`. */
  insideService: (service: string, argv: readonly string[]) => Promise<string>;
  /** All that commands have said. */
  said: () => string;
  /** The file system of the node with the data, seen from here. */
  root: () => string;
  /** The access key that people give to Jenkins: the file of a folder for `--secrets`. Who bootstraps gives it. */
  credential: { id: string; secret: string };
  /** What the workstation has of the lab and of runs. */
  folders: { lab: string; home: string };
  stop: () => Promise<void>;
}

const ROOT = join(import.meta.dirname, '../../..');
const SAMPLE = join(ROOT, 'test/samples/platform');

export async function startPlatformWorld(): Promise<PlatformWorld> {
  const [cli, base] = await Promise.all([buildCli(), bakeSystem()]);
  const folder = mkdtempSync(join(tmpdir(), 'platform-world-'));
  const home = mkdtempSync(join(tmpdir(), 'platform-home-'));
  const secrets = mkdtempSync(join(tmpdir(), 'platform-secrets-'));
  const credential = { id: 'AKIALAB', secret: randomBytes(20).toString('hex') };
  writeFileSync(join(secrets, 'aws'), `${credential.id}:${credential.secret}\n`);
  copyPlatform(folder);
  const repository = openRepository(folder);
  repository.git('init', '-q', '-b', 'main');
  const environment: Environment = {
    ...process.env,
    PATH: `${dirname(pythonTool('ansible-playbook'))}:${process.env['PATH']}`,
    // No engine of this machine's: the lab is to start its own.
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    HOME: home,
    NODE_OPTIONS: '',
    MILLRACE_LAB_BASE: base,
  };
  const said: string[] = [];
  const runs = new Set<number>();
  const start: PlatformWorld['start'] = (args, more = {}) => {
    const given = args[0] === 'bootstrap' ? [...args, '--secrets', secrets] : args;
    const running = startCli(cli.file, given, { ...environment, ...more }, folder);
    runs.add(running.pid);
    void running.ended.then(({ stdout, stderr }) => said.push(stdout, stderr));
    return running;
  };
  const call = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await start([...args, '--json']).ended;
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}${stdout}`);
    return JSON.parse(stdout) as T;
  };
  let neighbours: LabNeighbours | undefined;
  let ec2: EC2Client;
  const stop = async (): Promise<void> => {
    neighbours?.stop();
    await start(['lab', 'down']).ended;
    cli.remove();
    for (const one of [folder, home, secrets]) rmSync(one, { recursive: true, force: true });
  };
  try {
    const { parts } = await call<{ parts: { name: string; address: string }[] }>('lab', 'up');
    const upstream = parts.find(({ name }) => name === 'registry')!.address;
    const endpoint = parts.find(({ name }) => name === 'aws')!.address;
    const credentials = { accessKeyId: 'lab', secretAccessKey: 'lab' };
    ec2 = new EC2Client({ region: 'us-west-1', endpoint, credentials });
    await pushPlatformImages(upstream);
    neighbours = await startLabNeighbours(folder);
    const generated = await start(['generate']).ended;
    if (generated.code !== 0) throw new Error(`generate: ${generated.stderr}`);
    repository.commit({});
    await call('lock', '--lab');
    // Jenkins has no lab, and the same externals: what is pinned here is pinned for it, too.
    cpSync(join(folder, '.git/millrace/platform.lab.lock.yaml'), join(folder, 'project.lock.yaml'));
    repository.commit({});
  } catch (error) {
    await stop();
    throw error;
  }
  const findNodes = (): Machine[] =>
    listMachines(labFolder(folder)).filter(({ name, isOff }) => name.startsWith('i-') && isOff !== true);
  const findNode = (): Machine => {
    const nodes = findNodes();
    const node = nodes.find(holdsData) ?? nodes[0];
    if (!node) throw new Error('no machine runs');
    return node;
  };
  const inside: PlatformWorld['inside'] = (argv) =>
    runTool('nsenter', ['--target', `${findNode().init}`, '--all', '--root', '--wd=/', ...argv]);
  return {
    ...repository,
    start: (args, more) => start([...args, '--lab'], more),
    run: (args, more) => start([...args, '--lab'], more).ended,
    count: () => countInEc2(ec2),
    hold: () => readPlatformHoldings({ inside, ec2, runs, home }),
    ec2: () => ec2,
    nodes: () => findNodes().map(({ name }) => name),
    addresses: async () => findNode().addresses.toReversed(),
    loseNode: async () => {
      const InstanceIds = [findNode().name];
      await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    },
    inside,
    insideService: async (service, argv) => {
      const filter = `label=com.docker.swarm.service.name=platform-${service}`;
      const found = await inside(['docker', 'ps', '--quiet', '--filter', filter]);
      return inside(['docker', 'exec', found.trim().split('\n')[0]!, ...argv]);
    },
    said: () => said.join('\n'),
    root: () => `/proc/${findNode().init}/root`,
    credential,
    folders: { lab: labFolder(folder), home },
    stop,
  };
}

/** Where the data volume is mounted; none while it moves. */
function holdsData({ init }: Machine): boolean {
  try {
    return readFileSync(`/proc/${init}/mounts`, 'utf8').includes(' /var/lib/millrace ');
  } catch {
    return false;
  }
}

/**
 * As `init --platform` does, and the sample's own files over it. One node has room for one agent of each sort.
 * @param network `isPublic`: the controller is a real Jenkins, whose agents run its Java
 */
export function copyPlatform(
  folder: string,
  { isPublic }: { isPublic: boolean } = { isPublic: false },
): void {
  for (const part of ['ansible', 'packer', 'jenkins-image', 'stacks'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  const path = join(folder, 'stacks/jenkins.yml');
  const text = readFileSync(path, 'utf8')
    .replaceAll(/image: millrace\//g, 'image: platform/')
    .replace(/^ {2}build-2:\n(?: {4}.*\n)+\n/m, '')
    // The sample's repository is read without a login.
    .replace(/^ {6}- \{ source: jenkins_credential_git.*\n/gm, '')
    .replace(/^ {2}jenkins_credential_git.*:\n {4}external: true\n/gm, '');
  writeFileSync(path, text);
  cpSync(SAMPLE, folder, { recursive: true });
  const java = 'COPY --from=platform/jenkins-controller /opt/java/openjdk /opt/java/openjdk\n';
  if (isPublic) appendFileSync(join(folder, 'jenkins-image/agent/stand-in.Dockerfile'), java);
}
