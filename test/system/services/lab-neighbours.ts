import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../../generator/lab/free-port.ts';
import { labFolder, readLabState } from '../../../generator/lab/lab-state.ts';
import { describeBridge } from '../../../generator/lab/machines/bridge.ts';

/** What is outside for the containers on a lab's machines, at the host's end of their bridge. */
export interface LabNeighbours {
  stop: () => void;
}

/**
 * Leads to the AWS stand-in, which listens on the loopback, and serves the repository by git's own protocol; then writes
 * both into the sample: `repository:` and `mirrors:` of project.yaml, and the environment of its agents' image.
 * @param root of the repository, whose lab is up
 * @param network `isPublic`: upstream images come from where they say
 */
export async function startLabNeighbours(
  root: string,
  { isPublic }: { isPublic: boolean } = { isPublic: false },
): Promise<LabNeighbours> {
  const folder = labFolder(root);
  const state = readLabState(folder)!;
  const { host } = describeBridge(folder);
  const aws = await relay(host, Number(new URL(state.front!.endpoint).port));
  const port = await findFreePort();
  const daemon = await serveGit(root, host, port);
  describePlace(root, {
    repository: `git://${host}:${port}/${basename(root)}`,
    mirrors: mirrorsAt(state.registry!.address, isPublic),
    environment: {
      AWS_ENDPOINT_URL: `http://${host}:${(aws.address() as { port: number }).port}`,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...(state.hasIpvs === false ? { MILLRACE_LAB_NO_IPVS: '1' } : {}),
    },
  });
  return {
    stop: () => {
      aws.close();
      daemon.kill('SIGKILL');
    },
  };
}

async function relay(host: string, port: number): Promise<Server> {
  const server = createServer((socket) => {
    const inside = createConnection({ host: '127.0.0.1', port });
    for (const [from, to] of [[socket, inside] as const, [inside, socket] as const]) {
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  return server;
}

async function serveGit(root: string, host: string, port: number) {
  const args = [
    '--reuseaddr',
    '--export-all',
    `--base-path=${dirname(root)}`,
    `--listen=${host}`,
    `--port=${port}`,
  ];
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '/usr/lib/git-core/git-daemon', ...args, root],
    // Whoever owns the repository: only this one is served.
    {
      stdio: 'ignore',
      env: {
        ...process.env,
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
      },
    },
  );
  for (let attempt = 0; attempt < 50 && !(await answers(host, port)); attempt++) await sleep(100);
  return child;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port }, () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

const OURS = ['local/agent-base', 'local/python'];

function mirrorsAt(registry: string, isPublic: boolean): Record<string, string> {
  if (!isPublic) return { 'docker.io': registry };
  return Object.fromEntries(OURS.map((name) => [name, `${registry}/${name}`]));
}

interface Place {
  repository: string;
  /** Where upstream images are. */
  mirrors: Record<string, string>;
  environment: Record<string, string>;
}

function describePlace(root: string, { repository, mirrors, environment }: Place): void {
  const path = join(root, 'project.yaml');
  const text = readFileSync(path, 'utf8')
    .replace(/^repository: .*$/m, `repository: ${repository}`)
    .replace(/^mirrors: .*\n/m, '');
  writeFileSync(path, `${text}mirrors: ${JSON.stringify(mirrors)}\n`);
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(root, 'jenkins-image/agent/lab-environment'), lines.join(''));
}
