import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../measure.ts';

export interface JobBuilder {
  /** Such as `Jenkins Job Builder 3.11.0 (Debian)`. */
  name: string;
  file: string;
}

/**
 * Debian's Jenkins Job Builder where the package is installed, and PyPI's current one, in a venv that stays for the
 * next time.
 */
export async function findJobBuilders(cache: string, say: (text: string) => void): Promise<JobBuilder[]> {
  const builders: JobBuilder[] = [];
  const debian = '/usr/bin/jenkins-jobs';
  if (existsSync(debian)) builders.push(await describe(debian, 'Debian'));
  else say('no /usr/bin/jenkins-jobs; Debian has it in the package jenkins-job-builder');
  const file = join(cache, 'jenkins-job-builder/bin/jenkins-jobs');
  if (existsSync(file) || (await install(cache, say))) builders.push(await describe(file, 'PyPI'));
  return builders;
}

async function install(cache: string, say: (text: string) => void): Promise<boolean> {
  const folder = join(cache, 'jenkins-job-builder');
  say(`installing PyPI's Jenkins Job Builder into ${folder}`);
  // The same Python as for Debian's, if it is there: another build of it may be faster or slower.
  const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
  for (const [file, args] of [
    [python, ['-m', 'venv', folder]],
    [join(folder, 'bin/pip'), ['install', '--quiet', 'jenkins-job-builder', 'setuptools']],
  ] as const) {
    const { code, output } = await run(file, args, '/');
    if (code === 0) continue;
    say(`without it: ${file} ${args.join(' ')} ended with ${code}: ${output.trim().split('\n').at(-1)}`);
    return false;
  }
  return true;
}

async function describe(file: string, origin: string): Promise<JobBuilder> {
  const { output } = await run(file, ['--version'], '/');
  return { name: `Jenkins Job Builder ${/\d[\d.]*/.exec(output)?.[0] ?? '?'} (${origin})`, file };
}
