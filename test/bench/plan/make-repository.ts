import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../measure.ts';

export interface BenchRepository {
  /** Of the services, relative to the repository. */
  services: string[];
}

export interface RepositorySize {
  /** Files in all, to the nearest hundred or so. */
  files: number;
  /** Images in all: a base, and services made from it. */
  images: number;
}

const FILES_IN_FOLDER = 20;
/** Every tenth service has an ignore file, so that its files are looked at one by one. */
const IGNORE_EVERY = 10;

/**
 * A repository of that size, the same each time, in two commits: a shared base image, and services of equal size with
 * a Dockerfile and folders of small files.
 *
 * @param folder is made
 * @param more writes further files before all is committed
 */
export async function makeRepository(
  folder: string,
  { files, images }: RepositorySize,
  more: (services: readonly string[]) => void = () => undefined,
): Promise<BenchRepository> {
  const write = (path: string, text: string): void => {
    const target = join(folder, path);
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, text);
  };
  const services = Array.from({ length: images - 1 }, (_, index) => `services/s${pad(index)}`);
  write('base/Dockerfile', 'FROM debian:bookworm-slim\nRUN useradd app\n');
  const each = Math.floor(files / images);
  services.forEach((service, index) => {
    write(`${service}/Dockerfile`, 'FROM bench/base\nCOPY . /app\nCMD ["node", "/app/src/m00/f00.js"]\n');
    if (index % IGNORE_EVERY === 0) write(`${service}/.dockerignore`, '**/*.md\ntest\n!test/keep\n');
    for (let file = 0; file < each; file++) {
      const [module, number] = [Math.floor(file / FILES_IN_FOLDER), file % FILES_IN_FOLDER];
      write(`${service}/src/m${pad(module)}/f${pad(number)}.js`, sourceText(service, file));
    }
  });
  write('project.yaml', projectText(services));
  write('project.lock.yaml', `version: 1\nimages:\n  debian:bookworm-slim: sha256:${'5e'.repeat(32)}\n`);
  more(services);
  await commitAll(folder, write);
  return { services };
}

function pad(index: number): string {
  return String(index).padStart(2, '0');
}

function sourceText(service: string, file: number): string {
  return `// ${service}, file ${file}\nexport const answer = ${file};\n`.repeat(1 + (file % 7));
}

function projectText(services: readonly string[]): string {
  const image = (path: string): string => `  ${path.split('/').at(-1)}: { context: ${path} }`;
  return ['project: bench', 'images:', image('base'), ...services.map(image), ''].join('\n');
}

/** Two commits, since some ask what has changed since the one before. */
async function commitAll(folder: string, write: (path: string, text: string) => void): Promise<void> {
  const git = async (...args: string[]): Promise<void> => {
    const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'gc.auto=0'];
    const { code, output } = await run('git', [...who, ...args], folder, {
      GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
      GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
    });
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${output}`);
  };
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=all');
  write('services/s00/src/m00/f00.js', '// changed\n');
  await git('commit', '--quiet', '--all', '--message=one file');
  // As after a clone: objects in one pack, and what is known of the files in the index.
  await git('repack', '-adq');
  await git('status', '--porcelain');
}
