import { createHash } from 'node:crypto';

/**
 * Where a job's pipeline is written: `jenkins/NAME.Jenkinsfile`, `jenkins/ENTRY/NAME.Jenkinsfile` for the jobs
 * of a template. Jenkins allows names that file systems and shells do not like; those become their plain
 * letters and the first digits of their SHA-256.
 */
export function scriptPathOf(job: string, entry?: string): string {
  const folder = entry === undefined ? '' : `${plainName(entry)}/`;
  return `jenkins/${folder}${plainName(job)}.Jenkinsfile`;
}

/**
 * A file name of at most 80 plain characters, different for names that differ by more than case, also where case
 * does not count. A name that looks as if it were made here is made here too: no name can be another one's file.
 */
export function plainName(name: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,79}$/.test(name) && !/(^|-)[0-9a-f]{12}$/i.test(name)) return name;
  const letters = name
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .slice(0, 60)
    .replace(/^[_-]+|[_-]+$/g, '');
  const digits = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return letters === '' ? digits : `${letters}-${digits}`;
}
