import { randomBytes } from 'node:crypto';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';

/** Who may write into a project's own registry. */
export interface OwnLogin {
  username: string;
  /** A secret. */
  password: string;
}

/** As `stacks/registry.yml` names it. */
const SECRET = 'registry_htpasswd';
const CONFIG = 'registry_password';
const USERNAME = 'millrace';
const PROJECT = 'millrace.project';
const COMPONENT = 'millrace.component';
const CLASH = 409;
/**
 * The registry hashes the password of each request anew, a push has dozens, and 256 random bits are not guessed however
 * cheap that is.
 */
const COST = 5;

interface SwarmObject {
  Spec: { Name: string; Labels?: Record<string, string> | null; Data?: string };
}

/**
 * Makes the password for writing, where there is none: a Swarm config that a manager's engine gives back, and of it the
 * Swarm secret that the registry reads (docs/decisions/024). Whoever made the secret by hand keeps it.
 * @throws UserError FOREIGN_SECRET where they are another project's
 */
export async function makeOwnPassword(engine: Pick<Engine, 'get' | 'post'>, project: string): Promise<void> {
  const there = await findObject(engine, 'secrets', SECRET);
  if (there) return refuseForeign(there, project);
  const made = { username: USERNAME, password: randomBytes(32).toString('base64url') };
  await make(engine, 'configs', CONFIG, project, JSON.stringify(made));
  // Of two that make it at the same time both take what is there now.
  const login = await readOwnLogin(engine, project);
  if (!login) throw new Error(`the Swarm took ${CONFIG}, but does not have it`);
  const { hashPassword } = await import('../bcrypt/hash-password.ts');
  const line = `${login.username}:${hashPassword(login.password, randomBytes(16), COST)}\n`;
  await make(engine, 'secrets', SECRET, project, line);
}

/**
 * @returns undefined where there is none: the secret was made by hand
 * @throws UserError FOREIGN_SECRET where it is another project's
 */
export async function readOwnLogin(
  engine: Pick<Engine, 'get'>,
  project: string,
): Promise<OwnLogin | undefined> {
  const found = await findObject(engine, 'configs', CONFIG);
  if (!found) return undefined;
  refuseForeign(found, project);
  return JSON.parse(Buffer.from(found.Spec.Data ?? '', 'base64').toString('utf8')) as OwnLogin;
}

/** By a filter and not by its path: there the beginning of an id would do, too. */
async function findObject(
  engine: Pick<Engine, 'get'>,
  kind: 'configs' | 'secrets',
  name: string,
): Promise<SwarmObject | undefined> {
  const query = encodeURIComponent(JSON.stringify({ name: [name] }));
  const found = (await engine.get(`/${kind}?filters=${query}`)) as SwarmObject[];
  return found.find(({ Spec }) => Spec.Name === name);
}

async function make(
  engine: Pick<Engine, 'post'>,
  kind: 'configs' | 'secrets',
  name: string,
  project: string,
  text: string,
): Promise<void> {
  const labels = { [PROJECT]: project, [COMPONENT]: 'stack:registry' };
  const body = { Name: name, Labels: labels, Data: Buffer.from(text).toString('base64') };
  await engine.post(`/${kind}/create`, body, [CLASH]);
}

function refuseForeign({ Spec: { Name, Labels } }: SwarmObject, project: string): void {
  const owner = Labels?.[PROJECT];
  if (owner === undefined || owner === project) return;
  throw new UserError(
    'FOREIGN_SECRET',
    `${Name} is there already and belongs to the project ${owner}, whose registry this Swarm has; name that one as registry.url: 127.0.0.1:5000, or another`,
  );
}
