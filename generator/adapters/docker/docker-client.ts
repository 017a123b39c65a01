import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UserError } from '../../model/user-error.ts';
import type { Processes } from '../../ports/processes.ts';

/** A docker client that builds with BuildKit, and the engine behind it. */
export interface DockerClient {
  /** Absolute path. */
  file: string;
  version: string;
  /** `docker buildx` is there; `docker build` uses it from version 23 on. */
  buildx: boolean;
}

interface Candidate extends DockerClient {
  /** What the client said where no engine answered. */
  noEngine?: string;
}

/** From here on a client builds through buildx, and without it only the old way, which is not ours. */
const FIRST_WITHOUT_BUILDKIT = 23;
const INSTALL =
  'install docker-buildx-plugin (https://docs.docker.com/go/buildx/), or put a docker client before version 23 on the PATH';

/**
 * Looks at every docker client on the PATH, since the first need not be the one that can build, and at the engine.
 * @throws UserError NO_DOCKER, NO_BUILDKIT
 */
export async function findDockerClient(
  processes: Processes,
  env: Readonly<Record<string, string | undefined>>,
): Promise<DockerClient> {
  const files = listClients(env['PATH'] ?? '');
  if (files.length === 0) {
    throw new UserError(
      'NO_DOCKER',
      'there is no docker client on the PATH; install Docker (https://docs.docker.com/engine/install/)',
    );
  }
  const candidates = await Promise.all(files.map((file) => examine(processes, file)));
  const able = candidates.find((one) => one.buildx || major(one.version) < FIRST_WITHOUT_BUILDKIT);
  const spoken = able ?? candidates[0]!;
  if (spoken.noEngine !== undefined) throw noEngine(spoken.noEngine);
  if (!able) {
    const found = candidates.map(({ file, version }) => `${file} (${version})`).join(', ');
    throw new UserError(
      'NO_BUILDKIT',
      `expected a docker client with BuildKit, found ${found} without buildx; ${INSTALL}`,
    );
  }
  const { file, version, buildx } = able;
  return { file, version, buildx };
}

function listClients(path: string): string[] {
  const found = new Map<string, string>();
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const file = join(folder, 'docker');
    try {
      accessSync(file, constants.X_OK);
      const real = realpathSync(file);
      if (!found.has(real)) found.set(real, file);
    } catch {
      // Not there, or not to be executed.
    }
  }
  return [...found.values()];
}

async function examine(processes: Processes, file: string): Promise<Candidate> {
  const [version, buildx] = await Promise.all([
    processes.run({ file, args: ['version', '--format', '{{json .}}'] }),
    processes.run({ file, args: ['buildx', 'version'] }),
  ]);
  const said = parseVersion(version.stdout);
  const failed = version.code !== 0 || said.server === undefined;
  return {
    file,
    version: said.client ?? 'of an unknown version',
    buildx: buildx.code === 0,
    ...(failed ? { noEngine: lastLine(version.stderr) } : {}),
  };
}

function parseVersion(json: string): { client?: string; server?: string } {
  try {
    const read = JSON.parse(json) as { Client?: { Version?: string }; Server?: { Version?: string } | null };
    const [client, server] = [read.Client?.Version, read.Server?.Version];
    return { ...(client === undefined ? {} : { client }), ...(server === undefined ? {} : { server }) };
  } catch {
    return {};
  }
}

function noEngine(said: string): UserError {
  const hint = /permission denied/i.test(said)
    ? 'may this user use it? (group docker)'
    : 'start it, or name one with DOCKER_HOST';
  const found =
    said === '' ? 'no Docker engine answers' : said.replace(/\.? Is the docker daemon running\?$/, '');
  return new UserError('NO_DOCKER', `${found}; ${hint}`);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

function major(version: string): number {
  const number = Number.parseInt(version, 10);
  return Number.isNaN(number) ? Number.POSITIVE_INFINITY : number;
}
