import { randomBytes } from 'node:crypto';
import type { ManagedSecret } from '../../model/managed-secrets.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import { makeSshKey } from './make-ssh-key.ts';
import { PROJECT, listVersions, makeVersion, readContent } from './secret-files.ts';
import type { FoundVersion, NewVersion } from './secret-files.ts';

type SwarmEngine = Pick<Engine, 'get' | 'post'>;

/** What a config of the registry's password holds. */
export interface OwnLogin {
  username: string;
  /** A secret. */
  password: string;
}

/** On a private key's secret, which does not come back: its public half, from which the config is made. */
const PUBLIC = 'millrace.public-key';
const USERNAME = 'millrace';
/**
 * The registry hashes the password of each request anew, a push has dozens, and 256 random bits are not guessed however
 * cheap that is.
 */
const COST = 5;

interface Found {
  secrets: FoundVersion[];
  configs: FoundVersion[];
  newest: number;
}

/**
 * Makes a secret where there is none, and the half that a killed run did not come to. Whoever made it by hand keeps it.
 *
 * The half that can be read back comes first, and the other one is made of what is read: a password's config, then its
 * secret; a key's secret, which bears its public half as a label, then the config. So a kill in between leaves what the
 * next run completes, and of two runs at the same time both end with the one that came first (docs/decisions/026).
 *
 * @returns the version's number
 * @throws UserError FOREIGN_SECRET, HALF_A_KEY
 */
export async function makeSecret(
  engine: SwarmEngine,
  managed: ManagedSecret,
  project: string,
): Promise<number> {
  const found = await find(engine, managed, project);
  return (
    (await complete(engine, managed, project, found)) ?? make(engine, managed, project, found.newest + 1)
  );
}

/**
 * Makes a new version of a secret. One that a killed run has begun, and that nothing uses yet, is completed instead.
 * @throws UserError FOREIGN_SECRET, HAND_MADE
 */
export async function renewSecret(
  engine: SwarmEngine,
  managed: ManagedSecret,
  project: string,
): Promise<number> {
  const found = await find(engine, managed, project);
  const [secret, config] = [at(found.secrets, found.newest), at(found.configs, found.newest)];
  if (secret && secret.file.Spec.Labels?.[PROJECT] === undefined) {
    throw new UserError(
      'HAND_MADE',
      `${secret.file.Spec.Name} was made by hand, so that only who made it knows who else uses it; take the stack ${managed.stack} and it away, and deploy again`,
    );
  }
  const half = (secret === undefined) !== (config === undefined);
  const completed = half ? await complete(engine, managed, project, found) : undefined;
  return completed ?? make(engine, managed, project, found.newest + 1);
}

async function find(engine: SwarmEngine, managed: ManagedSecret, project: string): Promise<Found> {
  const [secrets, configs] = await Promise.all([
    listVersions(engine, 'secrets', managed.secret, project),
    listVersions(engine, 'configs', managed.config, project),
  ]);
  return { secrets, configs, newest: Math.max(0, ...[...secrets, ...configs].map(({ version }) => version)) };
}

const at = (versions: readonly FoundVersion[], wanted: number): FoundVersion | undefined =>
  versions.find(({ version }) => version === wanted);

/** @returns undefined where the newest is not to be completed: there is none, or a private key is gone */
async function complete(
  engine: SwarmEngine,
  managed: ManagedSecret,
  project: string,
  { secrets, configs, newest }: Found,
): Promise<number | undefined> {
  const [secret, config] = [at(secrets, newest), at(configs, newest)];
  if (managed.kind !== 'key') {
    // A secret without its config was made by hand, or the config was removed: what it is nobody can tell.
    if (config && !secret) await makeOfConfig(engine, managed, project, newest);
    return secret || config ? newest : undefined;
  }
  if (!secret) return undefined;
  const publicKey = secret.file.Spec.Labels?.[PUBLIC];
  if (publicKey === undefined) {
    if (config) return newest;
    throw new UserError(
      'HALF_A_KEY',
      `the secret ${managed.secret} was made by hand and its public half, the config ${managed.config}, is not there; make that, too, or remove the secret`,
    );
  }
  if (config) return readContent(config.file) === publicKey ? newest : undefined;
  await makeOfSecret(engine, managed, project, newest);
  return newest;
}

async function make(
  engine: SwarmEngine,
  managed: ManagedSecret,
  project: string,
  version: number,
): Promise<number> {
  const one = { version, project, stack: managed.stack };
  if (managed.kind === 'key') {
    const { privateKey, publicKey } = makeSshKey(`millrace-${project}`);
    const labels = { [PUBLIC]: publicKey };
    await makeVersion(engine, {
      ...one,
      section: 'secrets',
      name: managed.secret,
      content: privateKey,
      labels,
    });
    await makeOfSecret(engine, managed, project, version);
    return version;
  }
  const password = randomBytes(32).toString('base64url');
  const login: OwnLogin = { username: USERNAME, password };
  const content = managed.kind === 'registry' ? JSON.stringify(login) : password;
  await makeVersion(engine, { ...one, section: 'configs', name: managed.config, content });
  await makeOfConfig(engine, managed, project, version);
  return version;
}

async function makeOfConfig(
  engine: SwarmEngine,
  managed: ManagedSecret,
  project: string,
  version: number,
): Promise<void> {
  const config = at(await listVersions(engine, 'configs', managed.config, project), version);
  if (!config) throw new Error(`the Swarm took ${managed.config}, but does not have it`);
  const text = readContent(config.file);
  const content = managed.kind === 'registry' ? await hashLogin(JSON.parse(text) as OwnLogin) : text;
  await makeVersion(engine, {
    ...half(managed, project, version),
    section: 'secrets',
    name: managed.secret,
    content,
  });
}

async function makeOfSecret(
  engine: SwarmEngine,
  managed: ManagedSecret,
  project: string,
  version: number,
): Promise<void> {
  const secret = at(await listVersions(engine, 'secrets', managed.secret, project), version);
  const content = secret?.file.Spec.Labels?.[PUBLIC];
  if (content === undefined) throw new Error(`the Swarm took ${managed.secret}, but does not have it`);
  await makeVersion(engine, {
    ...half(managed, project, version),
    section: 'configs',
    name: managed.config,
    content,
  });
}

function half(
  { stack }: ManagedSecret,
  project: string,
  version: number,
): Pick<NewVersion, 'version' | 'project' | 'stack'> {
  return { version, project, stack };
}

/** A line of an htpasswd file. */
async function hashLogin({ username, password }: OwnLogin): Promise<string> {
  const { hashPassword } = await import('../bcrypt/hash-password.ts');
  return `${username}:${hashPassword(password, randomBytes(16), COST)}\n`;
}
