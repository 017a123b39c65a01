import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../built-package.ts';
import type { BenchCase } from '../measure.ts';
import { writeBuilderJobs, writeMillraceProject } from './inputs.ts';
import type { Shape } from './inputs.ts';
import type { JobBuilder } from './job-builders.ts';

/** What a table is made of: the case's name is made from these. */
export interface Cell {
  jobs: number;
  shape: Shape;
  contender: string;
}

export const nameOf = ({ jobs, shape, contender }: Cell): string => `${jobs} jobs, ${shape}, ${contender}`;

export const MILLRACE = 'millrace generate';

/** Up to a hundred jobs, both shapes are the same. */
export function shapesOf(jobs: number): Shape[] {
  return jobs > 100 ? ['one', 'many'] : ['one'];
}

/** All files new: everything is read, checked, made and written. */
export function newFilesCases(
  millrace: string,
  builders: readonly JobBuilder[],
  sizes: readonly number[],
  folder: string,
): BenchCase[] {
  return sizes.flatMap((jobs) =>
    shapesOf(jobs).flatMap((shape) => {
      const ours = join(folder, `millrace-${jobs}-${shape}`);
      const theirs = join(folder, `builder-${jobs}-${shape}`);
      writeBuilderJobs(theirs, jobs, shape);
      return [
        {
          name: nameOf({ jobs, shape, contender: MILLRACE }),
          prepare: () => {
            rmSync(ours, { recursive: true, force: true });
            writeMillraceProject(ours, jobs, shape);
          },
          command: { file: 'node', args: [millrace, 'generate'], cwd: ours },
        },
        ...builders.map(({ name, file }) => ({
          name: nameOf({ jobs, shape, contender: name }),
          prepare: () => rmSync(join(theirs, 'out'), { recursive: true, force: true }),
          command: {
            file,
            args: ['--conf', 'jenkins_jobs.ini', 'test', 'jobs.yaml', '-o', 'out'],
            cwd: theirs,
            // It keeps a cache there; nothing of a former run is to help this one.
            env: { XDG_CACHE_HOME: join(theirs, 'cache') },
          },
        })),
      ];
    }),
  );
}

export const NOTHING_TO_WRITE = 'nothing to write';
export const ONE_CHANGED = 'one job changed';

/** A second run: nothing to write, and one changed job among them. */
export function secondRunCases(millrace: string, sizes: readonly number[], folder: string): BenchCase[] {
  return sizes.flatMap((jobs) => {
    const [kept, changed] = [join(folder, `kept-${jobs}`), join(folder, `changed-${jobs}`)];
    let version = 0;
    for (const one of [kept, changed]) {
      writeMillraceProject(one, jobs, 'one', './check.sh 0');
      execFileSync('node', [millrace, 'generate', '--quiet'], { cwd: one, stdio: 'ignore' });
    }
    return [
      {
        name: nameOf({ jobs, shape: 'one', contender: NOTHING_TO_WRITE }),
        command: { file: 'node', args: [millrace, 'generate'], cwd: kept },
      },
      {
        name: nameOf({ jobs, shape: 'one', contender: ONE_CHANGED }),
        prepare: () => writeMillraceProject(changed, jobs, 'one', `./check.sh ${++version}`),
        command: { file: 'node', args: [millrace, 'generate'], cwd: changed },
      },
    ];
  });
}

export const START_UP = [
  'an empty Node process',
  '`millrace --version`',
  '`millrace generate`, this repository',
] as const;

/** What starting costs. */
export function startUpCases(millrace: string, folder: string): BenchCase[] {
  const here = join(folder, 'this-repository');
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: REPOSITORY, encoding: 'utf8' });
  for (const path of listed.split('\0').filter((name) => name !== '' && existsSync(join(REPOSITORY, name)))) {
    mkdirSync(dirname(join(here, path)), { recursive: true });
    cpSync(join(REPOSITORY, path), join(here, path));
  }
  execFileSync('node', [millrace, 'generate', '--quiet'], { cwd: here, stdio: 'ignore' });
  const commands = [[empty], [millrace, '--version'], [millrace, 'generate']];
  return START_UP.map((name, index) => ({
    name,
    command: { file: 'node', args: commands[index]!, cwd: here },
  }));
}
