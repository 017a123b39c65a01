import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { UserError } from '../../model/user-error.ts';
import type { Processes } from '../../ports/processes.ts';
import type { Credentials } from './credentials.ts';
import { DockerConfig, findHelper, readEntry, serverName } from './docker-config.ts';
import { denied, quoteOthers } from './registry-failure.ts';

/**
 * Credentials of a registry out of Docker's config.json, or of the helper that it names.
 * @param path of the file, for messages
 * @throws UserError REGISTRY_DENIED
 */
export async function findDockerCredentials(
  config: DockerConfig,
  domain: string,
  path: string,
  processes: Processes,
): Promise<Credentials | undefined> {
  const helper = findHelper(config, domain);
  const told = helper === undefined ? undefined : await askHelper(helper, domain, processes, path);
  if (told) return told;
  const entry = readEntry(config, domain);
  if (entry !== 'unreadable') return entry;
  throw denied(domain, `its entry in ${path} is not readable`, 'run `docker login` again');
}

/** @returns an empty one where there is none @throws UserError REGISTRY_DENIED */
export async function readConfig(path: string): Promise<DockerConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw new UserError('REGISTRY_DENIED', `${path} cannot be read (${code}); look at its permissions`);
  }
  const parsed = DockerConfig.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  // Nothing of the file is quoted: it holds passwords.
  const issue = parsed.error.issues[0];
  const where = issue && issue.path.length > 0 ? ` at ${issue.path.map(String).join('.')}` : '';
  throw new UserError(
    'REGISTRY_DENIED',
    `${path} is not a configuration of Docker${where}; expected JSON as \`docker login\` writes it, mend it or move it away`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What `get` answers with. */
const Told = z.object({ Username: z.string(), Secret: z.string() });

async function askHelper(
  helper: string,
  domain: string,
  processes: Processes,
  path: string,
): Promise<Credentials | undefined> {
  const file = `docker-credential-${helper}`;
  const broken = (found: string): UserError =>
    denied(domain, `the credential helper ${file} ${found}`, `mend it, or take it out of ${path}`);
  if (!/^[A-Za-z0-9._-]+$/.test(helper)) throw broken('has a name that is none of a program');
  const result = await processes
    .run({ file, args: ['get'], input: serverName(domain) })
    .catch((error: unknown) => {
      throw error instanceof UserError ? broken('is not installed') : error;
    });
  if (result.code !== 0) {
    // What the helpers print where they hold nothing for a registry.
    if (/credentials not found/i.test(result.stdout + result.stderr)) return undefined;
    throw broken(`failed: ${quoteOthers(result.stdout || result.stderr) || `exit code ${result.code}`}`);
  }
  const told = Told.safeParse(parseJson(result.stdout));
  if (!told.success) throw broken('did not answer with JSON of Username and Secret');
  const { Username, Secret } = told.data;
  if (Username === '' && Secret === '') return undefined;
  // docker/cli: this name says that the secret is an identity token.
  if (Username === '<token>') return { kind: 'identity', token: Secret };
  return { kind: 'password', username: Username, password: Secret };
}
