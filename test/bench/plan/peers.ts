import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../measure.ts';
import type { BenchCase } from '../measure.ts';

/** Two programs that answer a like question: what of this repository is to be built? Both from npm, pinned. */
const VERSIONS = { turbo: '2.11.11', nx: '24.0.6' } as const;

/** @returns the folder that holds their node_modules, or undefined where they cannot be installed */
export async function findPeers(cache: string, say: (text: string) => void): Promise<string | undefined> {
  const folder = join(cache, 'peers');
  const wanted = JSON.stringify({ private: true, dependencies: VERSIONS });
  const list = join(folder, 'package.json');
  if (
    existsSync(list) &&
    readFileSync(list, 'utf8') === wanted &&
    existsSync(join(folder, 'node_modules/nx'))
  ) {
    return folder;
  }
  say(`installing turbo ${VERSIONS.turbo} and nx ${VERSIONS.nx} into ${folder}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(list, wanted);
  const { code, output } = await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts'],
    folder,
  );
  if (code === 0) return folder;
  say(`without them: npm install ended with ${code}: ${output.trim().split('\n').at(-1)}`);
  return undefined;
}

/**
 * What they need to know of a repository, to be committed with it: a package for each service, all with a script
 * `build`. @param services folders relative to the repository
 */
export function writePeerFiles(folder: string, services: readonly string[]): void {
  const write = (path: string, value: unknown): void =>
    writeFileSync(join(folder, path), `${JSON.stringify(value, null, 2)}\n`);
  write('package.json', {
    name: 'bench',
    private: true,
    packageManager: 'npm@10.0.0',
    workspaces: services,
  });
  write('turbo.json', { tasks: { build: { outputs: ['dist/**'] } } });
  write('nx.json', { targetDefaults: { build: { cache: true } } });
  const name = (service: string): string => service.replaceAll('/', '-');
  for (const service of services) {
    write(`${service}/package.json`, { name: name(service), version: '1.0.0', scripts: { build: 'true' } });
  }
  const locked = services.flatMap((service) => [
    [service, { name: name(service), version: '1.0.0' }],
    [`node_modules/${name(service)}`, { resolved: service, link: true }],
  ]);
  write('package-lock.json', {
    name: 'bench',
    lockfileVersion: 3,
    packages: { '': { name: 'bench', workspaces: services }, ...Object.fromEntries(locked) },
  });
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n.turbo\n.nx\ndist\n');
}

/** Both look for themselves in the repository. */
export function linkPeers(folder: string, peers: string): void {
  symlinkSync(join(peers, 'node_modules'), join(folder, 'node_modules'));
}

/** One process each; no server that would stay and remember, and nothing sent home. */
export function peerCases(folder: string, label: (program: string) => string): BenchCase[] {
  const env = { TURBO_TELEMETRY_DISABLED: '1', NX_DAEMON: 'false', DO_NOT_TRACK: '1', CI: 'true' };
  const bin = (name: string): string => join(folder, 'node_modules/.bin', name);
  return [
    {
      name: label(PEERS.turbo),
      command: { file: bin('turbo'), args: ['run', 'build', '--dry=json'], cwd: folder, env },
    },
    {
      name: label(PEERS.nx),
      command: {
        file: bin('nx'),
        args: ['show', 'projects', '--affected', '--base=HEAD~1', '--head=HEAD'],
        cwd: folder,
        env,
      },
    },
  ];
}

export const PEERS = {
  turbo: `turbo ${VERSIONS.turbo} run build --dry=json`,
  nx: `nx ${VERSIONS.nx} show projects --affected`,
} as const;
