import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pushBaseImage } from '../../system/services/base-image.ts';
import { startDockerEngine } from '../../system/services/docker-engine.ts';
import { startRegistry } from '../../system/services/registry.ts';
import { buildPackage } from '../built-package.ts';
import { describeMachine } from '../describe-machine.ts';
import { interleave, median } from '../measure.ts';
import type { BenchCase, Sample } from '../measure.ts';
import { MEASURED, numbers, table } from '../table.ts';

const OURS = '`millrace apply` of one changed image';
const BARE = '`docker build` and `docker push` of the same';
const PLANNED = '`millrace apply`, nothing to do';
/** What the images' one RUN does: some files unpacked and looked through; the same, and then packed again and again. */
const INSTALLS = {
  'a RUN of an instant':
    'for i in 1 2 3 4 5 6 7 8; do mkdir -p /srv/$i; cp -r /app/. /srv/$i/; done; ls -R /srv | wc -l\n',
  'a RUN of some seconds':
    'for i in 1 2 3 4 5 6 7 8; do mkdir -p /srv/$i; cp -r /app/. /srv/$i/; done\n' +
    'for i in $(seq 60); do tar -cz -f - /srv | sha256sum; done\n',
} as const;
/** Debian's client, which has BuildKit built in. */
const DOCKER = '/usr/bin/docker';

/** Where a case builds: a repository of one image, and a context that is the same. */
interface Places {
  repository: string;
  context: string;
  script: string;
}

/** `npm run bench -- apply`: what everything around a build costs. Needs root, for an engine of its own. @returns Markdown */
export async function benchApply(rounds: number, say: (text: string) => void): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const [registry, engine] = await Promise.all([startRegistry(), startDockerEngine()]);
  try {
    const millrace = await buildPackage(join(work, 'package'));
    const digest = await pushBaseImage(registry.address, 'bench/upstream', '1');
    const base = `${registry.address}/bench/upstream:1@${digest}`;
    const env = { DOCKER_HOST: engine.host, MILLRACE_REGISTRY: registry.address, DOCKER_BUILDKIT: '1' };
    const about = describeMachine(tmpdir(), [
      engine.docker('version', '--format', 'Docker {{.Server.Version}}'),
    ]);
    const cases = Object.entries(INSTALLS).flatMap(([title, install], index) => {
      const places = makePlaces(join(work, `image-${index}`), base, registry.address, install);
      return makeCases(places, millrace, env).map((one) => ({ ...one, name: `${one.name}, ${title}` }));
    });
    const samples = await interleave(cases, rounds, say);
    return `${about()}\n${renderTable(samples)}`;
  } finally {
    await engine.stop();
    await registry.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

function makePlaces(work: string, base: string, registry: string, install: string): Places {
  const [repository, context, script] = ['repository', 'context', 'build-and-push.sh'].map((name) =>
    join(work, name),
  );
  const dockerfile = `FROM ${base}\nCOPY . /app/\nRUN sh /app/install.sh\n`;
  for (const folder of [join(repository!, 'api'), context!]) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    writeFileSync(join(folder, 'install.sh'), install);
    for (let file = 0; file < 200; file++)
      writeFileSync(join(folder, `f${file}.js`), `export const n = ${file};\n`.repeat(50));
  }
  writeFileSync(
    join(repository!, 'project.yaml'),
    `project: ${basename(work)}\nimages: { api: { context: api } }\n`,
  );
  git(repository!, 'init', '--quiet');
  // One process, as ours is one.
  writeFileSync(
    script!,
    `#!/bin/sh -e\n${DOCKER} build --quiet -t ${registry}/bare/api:new . && ${DOCKER} push --quiet ${registry}/bare/api:new\n`,
  );
  chmodSync(script!, 0o755);
  return { repository: repository!, context: context!, script: script! };
}

function makeCases(
  { repository, context, script }: Places,
  millrace: string,
  env: Record<string, string>,
): BenchCase[] {
  let version = 0;
  const change = (folder: string): void =>
    writeFileSync(join(folder, 'version.js'), `export default ${++version};\n`);
  const apply = { file: 'node', args: [millrace, 'apply', '--quiet'], cwd: repository, env };
  return [
    {
      name: OURS,
      prepare: () => {
        change(join(repository, 'api'));
        git(repository, 'add', '--all');
        git(repository, 'commit', '--quiet', '--message=a change');
      },
      command: apply,
    },
    { name: PLANNED, command: apply },
    { name: BARE, prepare: () => change(context), command: { file: script, args: [], cwd: context, env } },
  ];
}

function git(folder: string, ...args: string[]): void {
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
  const { status, stderr } = spawnSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
}

function renderTable(samples: ReadonlyMap<string, readonly Sample[]>): string {
  const wall = (name: string): number =>
    median((samples.get(name) ?? []).map(({ wallSeconds }) => wallSeconds));
  const rows = Object.keys(INSTALLS).flatMap((title) =>
    [OURS, BARE, PLANNED].map((contender) => {
      const name = `${contender}, ${title}`;
      const ratio = wall(name) / wall(`${BARE}, ${title}`);
      return [name, ...numbers(samples.get(name)), `${ratio.toFixed(2)} x`];
    }),
  );
  return table(['program', ...MEASURED, 'of the bare commands'], rows);
}
