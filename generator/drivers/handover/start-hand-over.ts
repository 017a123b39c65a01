import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import type { ImageBuilder } from '../../ports/image-builder.ts';
import { JOB_IMAGE, formatJobTag } from '../image/job-tag.ts';
import { formatRepository, repositoryOf } from '../image/registry-place.ts';
import type { RegistryPlace } from '../image/registry-place.ts';
import { findJobs, startJob } from '../home/run-job.ts';
import type { JobTools } from '../home/run-job.ts';
import { lookAtSwarm, servicesOf } from '../stack/look-at-swarm.ts';
import { ownLabels } from '../stack/stack-names.ts';
import type { SwarmService } from '../stack/swarm-objects.ts';
import { HANDED_SECRET, HANDOVER, handOverName, numberOf } from './hand-over-names.ts';
import type { HandOver, HandedSecret } from './hand-over-names.ts';
import { JENKINS_STACK } from '../../model/jenkins/hosting-stack.ts';

export interface HandOverTools extends JobTools {
  builder: Pick<ImageBuilder, 'check' | 'build' | 'publish' | 'forget'>;
  place: RegistryPlace;
  stamp: string;
  /** An empty folder. */
  folder: string;
  /** Makes a bare repository in a new folder: the commit, its ancestors, and nothing else of this machine's. */
  exportCommit: (revision: string, folder: string) => Promise<void>;
  log: (line: string) => void;
}

/** The service whose image has all that deploying takes. */
const TOOLS = 'deploy-1';
const PLATFORM = 'linux/amd64';
const CLASH = 409;
const MAX_SECRET = 500 * 1024 - 1;

/**
 * Starts the one-shot job that carries on outside of Jenkins. What it needs goes three ways: the commit as a layer on the tools
 * image, which each node can fetch; credentials as a secret of this job; the rest as words.
 * @returns the job's name
 * @throws UserError NO_TOOLS, SECRET_TOO_LARGE, and what building, publishing and the Swarm throw
 */
export async function startHandOver(
  handed: HandOver,
  secret: HandedSecret,
  tools: HandOverTools,
): Promise<string> {
  const { engine } = tools;
  const { project, revision, components, build } = handed;
  const agent = await findTools(engine, project);
  const image = await publishImage(handed, agent, tools);
  const name = await makeSecret(await nextNumber(engine, project), project, secret, engine);
  const { ContainerSpec: container, Networks: networks } = agent.Spec.TaskTemplate;
  await startJob(
    {
      ...{ name, project, stack: JENKINS_STACK, image },
      argv: [
        ...(['millrace', 'handover', name, '--rev', revision] as const),
        ...(build === '' ? [] : ['--build', build]),
        ...['--only', ...components],
      ],
      constraints: ['node.role == manager'],
      // Those of the agent: its engine's socket, the registry's doors.
      mounts: (container?.Mounts ?? [])
        .filter(({ Type: type }) => type === 'bind')
        .map(({ Source: source = '', Target: target = '', ReadOnly: readOnly = false }) => ({
          source,
          target,
          readOnly,
        })),
      networks: (networks ?? []).map(({ Target }) => Target),
      env: container?.Env ?? [],
      secrets: [
        { source: name, target: HANDED_SECRET },
        ...(container?.Secrets ?? [])
          .filter(({ File }) => File !== undefined)
          .map(({ SecretName: source, File }) => ({ source, target: File!.Name })),
      ],
      // A node may be lost, or replaced by this very job, several times.
      retries: 10,
      // A node that has just joined cannot fetch anything for a moment.
      delay: 10,
    },
    tools,
  );
  return name;
}

/** @throws UserError NO_TOOLS */
export async function findTools(engine: Pick<Engine, 'get'>, project: string): Promise<SwarmService> {
  const live = servicesOf(await lookAtSwarm(engine, project), project, JENKINS_STACK);
  const found = live.get(TOOLS);
  if (found) return found;
  throw new UserError(
    'NO_TOOLS',
    `the stack ${JENKINS_STACK} has no service ${TOOLS}, whose image deploys what carries Jenkins; apply on a workstation`,
  );
}

async function publishImage(
  { project, revision }: HandOver,
  agent: SwarmService,
  { builder, place, clock, stamp, folder, exportCommit, signal, log }: HandOverTools,
): Promise<string> {
  const tools = agent.Spec.TaskTemplate.ContainerSpec!.Image;
  const [context, dockerfile] = [join(folder, 'context'), join(folder, 'Dockerfile')];
  await mkdir(context);
  await exportCommit(revision, join(context, 'repository.git'));
  await writeFile(dockerfile, `FROM ${tools}\nUSER root\nCOPY repository.git /handover/repository.git\n`);
  const localTag = `millrace-handover:${stamp}`;
  const options = { onLine: log, signal };
  const build = { context, dockerfile, args: {}, platforms: [PLATFORM], localTag, epoch: 0 };
  await builder.check([PLATFORM]);
  try {
    await builder.build(build, options);
    const repository = (address: string): string =>
      formatRepository(repositoryOf(address, project, JOB_IMAGE));
    const tag = formatJobTag(revision, clock.now());
    const digest = await builder.publish(localTag, `${repository(place.write)}:${tag}`, options);
    return `${repository(place.read)}@${digest}`;
  } finally {
    await builder.forget([localTag]);
  }
}

async function nextNumber(engine: Pick<Engine, 'get'>, project: string): Promise<number> {
  const jobs = await findJobs(engine, { project, stack: JENKINS_STACK });
  return 1 + Math.max(0, ...jobs.map(({ Spec }) => numberOf(project, Spec.Name) ?? 0));
}

/** Its name is taken once, whoever hands over at the same time. @returns the name, of the job as well */
async function makeSecret(
  first: number,
  project: string,
  secret: HandedSecret,
  engine: Pick<Engine, 'post'>,
): Promise<string> {
  const data = Buffer.from(JSON.stringify(secret));
  if (data.length > MAX_SECRET)
    throw new UserError(
      'SECRET_TOO_LARGE',
      `expected at most ${MAX_SECRET} bytes of credentials to hand over, found ${data.length}; apply on a workstation`,
    );
  for (let number = first; ; number++) {
    const name = handOverName(project, number);
    const labels = { ...ownLabels(project, JENKINS_STACK), [HANDOVER]: String(number) };
    const body = { Name: name, Labels: labels, Data: data.toString('base64') };
    if ((await engine.post('/secrets/create', body, [CLASH])).status !== CLASH) return name;
  }
}
