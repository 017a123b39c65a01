import { readFileSync, statSync } from 'node:fs';
import type { HandedSecret } from '../drivers/handover/hand-over-names.ts';
import type { Invocation } from './command.ts';

/** What deploying reads; where it runs and as what is the job's own. */
const PASSED = /^(?:AWS|MILLRACE)_/;
const OWN: ReadonlySet<string> = new Set(['MILLRACE_ROLE', 'MILLRACE_JENKINS_PASSWORD_FILE']);
/** Variables whose value is a file of this machine. */
const FILES = /_FILE$|^MILLRACE_(?:SSH_KEY|MIRRORS)$/;
const MAX_FILE = 256 * 1024;

/** The part of an environment that the job needs, with the files that it names. */
export function collectHanded(env: Invocation['env'], read = readSmallFile): HandedSecret {
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      PASSED.test(entry[0]) && !OWN.has(entry[0]) && entry[1] !== undefined,
  );
  const files = passed.flatMap(([name, value]): [string, string][] => {
    const content = FILES.test(name) && value.startsWith('/') ? read(value) : undefined;
    return content ? [[name, content.toString('base64')]] : [];
  });
  return { version: 1, env: Object.fromEntries(passed), files: Object.fromEntries(files) };
}

/** @returns undefined where there is none, or none of such a size */
function readSmallFile(path: string): Buffer | undefined {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= MAX_FILE ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}
