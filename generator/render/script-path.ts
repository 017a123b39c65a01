import { createHash } from 'node:crypto';

/**
 * Where an entry's pipeline is written: `jenkins/ENTRY.Jenkinsfile`, or `jenkins/ENTRY/LABEL.Jenkinsfile` where it has
 * one for each agent label. Jenkins allows names that file systems and shells do not like; those become their plain
 * letters and the first digits of their SHA-256.
 * @param taken lower-case file names of the entry's other labels; this one is added
 */
export function scriptPathOf(entry: string, agent?: string, taken: Set<string> = new Set()): string {
  const folder = `jenkins/${plainName(entry)}`;
  return `${agent === undefined ? folder : `${folder}/${freeName(agent, taken)}`}.Jenkinsfile`;
}

/** Labels that differ by case alone would share a file where a file system does not tell case. */
function freeName(name: string, taken: Set<string>): string {
  const plain = plainName(name);
  const free = taken.has(plain.toLowerCase()) ? `${plain}-${digitsOf(name)}` : plain;
  taken.add(free.toLowerCase());
  return free;
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
  const digits = digitsOf(name);
  return letters === '' ? digits : `${letters}-${digits}`;
}

/** The first digits of a name's SHA-256. */
export function digitsOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 12);
}
