import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSshKey } from '../adapters/secrets/make-ssh-key.ts';
import { HANDED_KEY, keyComment } from '../drivers/handover/hand-over-names.ts';
import type { HandedSecret } from '../drivers/handover/hand-over-names.ts';
import type { Invocation } from './command.ts';

/** What deploying reads; where it runs and as what is the job's own. */
const PASSED = /^(?:AWS|MILLRACE)_/;
const OWN: ReadonlySet<string> = new Set(['MILLRACE_ROLE', 'MILLRACE_JENKINS_PASSWORD_FILE']);
/** Variables whose value is a file of this machine. */
const FILES = /_FILE$|^MILLRACE_(?:SSH_KEY|MIRRORS)$/;
const MAX_FILE = 256 * 1024;
/** What programs read of themselves where no variable says otherwise. The job is another user, with another home. */
const AT_HOME = [
  ['AWS_SHARED_CREDENTIALS_FILE', '.aws/credentials'],
  ['AWS_CONFIG_FILE', '.aws/config'],
  ['MILLRACE_SSH_KEY', '.ssh/id_ed25519'],
  ['MILLRACE_SSH_KEY', '.ssh/id_ecdsa'],
  ['MILLRACE_SSH_KEY', '.ssh/id_rsa'],
] as const;

/** The part of an environment that the job needs, with the files that it names. */
export function collectHanded(env: Invocation['env'], read = readSmallFile): HandedSecret {
  const passed = Object.entries({ ...env, ...findAtHome(env, read) }).filter(
    (entry): entry is [string, string] =>
      PASSED.test(entry[0]) && !OWN.has(entry[0]) && entry[1] !== undefined,
  );
  const files = passed.flatMap(([name, value]): [string, string][] => {
    const content = FILES.test(name) && value.startsWith('/') ? read(value) : undefined;
    return content ? [[name, content.toString('base64')]] : [];
  });
  return { version: 1, env: Object.fromEntries(passed), files: Object.fromEntries(files) };
}

/** Whether there is a private key for nodes that a job may have. */
export function hasNodeKey(env: Invocation['env']): boolean {
  return collectHanded(env).files['MILLRACE_SSH_KEY'] !== undefined;
}

/** The same with a key of the job's own for the nodes, where nobody gave one: `changeNodeKey` makes them let it in. */
export function withNodeKey(handed: HandedSecret, project: string, make = makeSshKey): HandedSecret {
  if (handed.files['MILLRACE_SSH_KEY'] !== undefined) return handed;
  const { privateKey, publicKey } = make(keyComment(project));
  return {
    ...handed,
    env: { ...handed.env, MILLRACE_SSH_KEY: '/made-for-this-job', [HANDED_KEY]: publicKey.trim() },
    files: { ...handed.files, MILLRACE_SSH_KEY: Buffer.from(privateKey).toString('base64') },
  };
}

/** An empty variable names nothing. */
function findAtHome(env: Invocation['env'], read: typeof readSmallFile): Record<string, string> {
  const found: Record<string, string> = {};
  const { HOME: home = '' } = env;
  if (!home.startsWith('/')) return found;
  for (const [name, path] of AT_HOME) {
    const file = join(home, path);
    if ((env[name] ?? '') === '' && found[name] === undefined && read(file)) found[name] = file;
  }
  return found;
}

/**
 * The environment that was collected, its files written anew: only their owner reads them, else ssh refuses a key.
 * @param folder absolute, that only this user may enter
 */
export function unpackHanded({ env, files }: HandedSecret, folder: string): Record<string, string> {
  const place = join(folder, 'files');
  mkdirSync(place);
  const unpacked: Record<string, string> = { ...env };
  for (const [name, content] of Object.entries(files)) {
    const path = join(place, name);
    writeFileSync(path, Buffer.from(content, 'base64'), { mode: 0o600 });
    unpacked[name] = path;
  }
  return unpacked;
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
