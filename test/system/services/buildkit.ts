import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLIENT, end, unmountBelow } from './docker-engine.ts';
import { makeOnce } from './machine.ts';

/** A BuildKit of the test's own, beside the engine, and buildx, which has it for its builder. Needs root. */
export interface BuildKit {
  stop: () => Promise<void>;
}

/** Both are in no package of Debian 12; these are the newest that its Go (1.19) builds. */
const PROGRAMS = [
  { module: 'github.com/docker/buildx@v0.10.4', name: 'buildx' },
  { module: 'github.com/moby/buildkit@v0.11.6', name: 'buildkitd' },
];

/**
 * Puts buildx among the plugins of the client's user, with a builder of its own selected.
 * @param folder of this BuildKit: what it builds lies there, and its log
 * @param home of the user, for HOME
 * @param host the engine that the builder's results are loaded into
 */
export async function startBuildKit(folder: string, home: string, host: string): Promise<BuildKit> {
  const tools = await buildTools();
  const plugins = join(home, '.docker/cli-plugins');
  mkdirSync(plugins, { recursive: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(tools, 'buildx'), join(plugins, 'docker-buildx'));
  const address = `unix://${join(folder, 'buildkitd.sock')}`;
  const log = openSync(join(folder, 'buildkitd.log'), 'a');
  const args = ['--addr', address, '--root', join(folder, 'data'), '--oci-worker-net', 'host'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', join(tools, 'buildkitd'), ...args], {
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const stop = async (): Promise<void> => {
    await end(child, 'SIGTERM', folder);
    unmountBelow(folder);
  };
  for (let attempt = 0; !existsSync(join(folder, 'buildkitd.sock')); attempt++) {
    if (attempt === 300 || child.exitCode !== null) {
      await stop();
      throw new Error(`buildkitd did not come up:\n${readFileSync(join(folder, 'buildkitd.log'), 'utf8')}`);
    }
    await sleep(100);
  }
  const create = ['buildx', 'create', '--use', '--name', 'own', '--driver', 'remote', address];
  const env = { ...process.env, HOME: home, DOCKER_HOST: host };
  const { status, stderr } = spawnSync(CLIENT, create, { encoding: 'utf8', env });
  if (status === 0) return { stop };
  await stop();
  throw new Error(stderr);
}

/** Builds both once, in some minutes. @returns the folder that they are in */
function buildTools(): Promise<string> {
  return makeOnce('buildkit-tools', (folder) => {
    rmSync(`${folder}.new`, { recursive: true, force: true });
    for (const { module, name } of PROGRAMS) {
      const { Dir } = JSON.parse(go(tmpdir(), 'mod', 'download', '-json', module)) as { Dir: string };
      // In its own folder, where what its go.mod replaces is replaced; `go install` refuses that.
      go(Dir, 'build', '-mod=mod', '-o', join(`${folder}.new`, name), `./cmd/${name}`);
    }
    renameSync(`${folder}.new`, folder);
    return Promise.resolve(folder);
  });
}

function go(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('go', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`go ${args.join(' ')}: ${stderr.slice(-2_000)}`);
  return stdout;
}
