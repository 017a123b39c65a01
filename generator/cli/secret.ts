import type { OwnLogin } from '../adapters/secrets/make-secret.ts';
import { readSecret } from '../adapters/secrets/read-secret.ts';
import type { ReadSecret } from '../adapters/secrets/read-secret.ts';
import type { ProjectSource } from '../drivers/driver.ts';
import type { Project } from '../model/project/project.ts';
import { shorten } from '../model/shorten.ts';
import { UserError } from '../model/user-error.ts';
import type { Swarms } from '../ports/engine.ts';
import { renderSecretTable } from '../report/secret-table.ts';
import { changeSecret } from './change-secret.ts';
import type { ChangedSecret, SecretPlaces } from './change-secret.ts';
import type { Command, Invocation } from './command.ts';
import { findKnown, knownSecrets, placesOf } from './known-secrets.ts';
import type { KnownSecret } from './known-secrets.ts';
import { listSecrets } from './list-secrets.ts';
import { MAX_SECRET, readValue } from './secret-value.ts';

/** What the command works with. */
export interface SecretWorld extends Omit<SecretPlaces, 'project'> {
  source: Pick<ProjectSource, 'project' | 'files'>;
  swarms: Pick<Swarms, 'find'>;
  /** All of standard input. @param limit in bytes */
  readInput: (limit: number) => Promise<Buffer>;
  now: () => number;
  close: () => Promise<void>;
}

type Work = (name: string, world: SecretWorld, invocation: Invocation) => Promise<ChangedSecret | undefined>;

const ACTIONS: Readonly<Record<string, Work>> = { list, show, set, rotate };

export const makeSecretCommand = (
  open: (invocation: Invocation, note: (text: string) => void) => Promise<SecretWorld>,
  apply: (invocation: Invocation) => Promise<number>,
): Command => ({
  declare(parser) {
    parser
      .argument('<action>', 'list, show, set or rotate')
      .argument('[name]', 'of the secret, as `list` shows it')
      .option('--apply', 'with set and rotate: deploy the stacks that use it, too')
      .addHelpText(
        'after',
        '\nSecrets lie in the Swarm. `show` prints one that a manager gives back; `set` reads the value of a credential, or of a\n' +
          'secret that a stack file names as external, from standard input (of a single line without its end); `rotate` has\n' +
          'another value made. The services that use it are rolled by the next apply.\n' +
          '\nExamples:\n  $ millrace secret list\n  $ millrace secret show jenkins_admin_password\n' +
          '  $ millrace secret set git < token.txt\n  $ millrace secret rotate registry_password --apply',
      );
  },
  async run(invocation) {
    const [action = '', name] = invocation.args;
    const { options, output, env } = invocation;
    const work = Object.hasOwn(ACTIONS, action) ? ACTIONS[action]! : undefined;
    if (!work || (work === list) !== (name === undefined)) throw usage(action, work, name);
    refuseInBuild(action, env);
    const world = await open(invocation, (text) => output.note(text));
    let changed: ChangedSecret | undefined;
    try {
      changed = await work(name ?? '', world, invocation);
    } finally {
      await world.close();
    }
    const stacks = changed?.pending ?? [];
    if (options['apply'] !== true || stacks.length === 0) return 0;
    return apply({ ...invocation, args: [], options: { ...options, only: stacks } });
  },
});

async function list(_name: string, world: SecretWorld, { output }: Invocation): Promise<undefined> {
  const { project } = world.source;
  const secrets = await listSecrets(knownSecrets(world.source), project, world.swarms, world.now());
  if (output.json) output.print(JSON.stringify({ version: 1, project: project.project, secrets }, null, 2));
  else output.print(renderSecretTable(project.project, secrets, output));
}

async function show(
  name: string,
  { source, swarms }: SecretWorld,
  { output }: Invocation,
): Promise<undefined> {
  const known = findKnown(knownSecrets(source), name);
  const found = await readKnown(known, source.project, swarms);
  const isLogin = known.managed!.kind === 'registry';
  const { password, ...user } = isLogin
    ? (JSON.parse(found.content) as OwnLogin)
    : { password: found.content };
  if (found.version < found.newest)
    output.note(`${known.name} was rotated; until \`millrace apply\` this one is in force`);
  const document = { version: 1, name: known.name, ...user, value: password };
  output.print(output.json ? JSON.stringify(document, null, 2) : password);
}

/** @throws UserError NOT_READABLE, NO_SECRET */
async function readKnown(
  known: KnownSecret,
  project: Project,
  swarms: Pick<Swarms, 'find'>,
): Promise<ReadSecret> {
  const { managed, name } = known;
  if (!managed || managed.kind === 'key')
    throw new UserError(
      'NOT_READABLE',
      `a Swarm gives ${name} to the services that use it and to nobody else; ${managed ? 'have another one made with rotate' : 'give it another value with set'}`,
    );
  const [on] = placesOf(known, project);
  const engine = await swarms.find(on);
  const found = engine && (await readSecret(engine, managed, project.project));
  if (found) return found;
  throw new UserError(
    'NO_SECRET',
    `${name} is not there, or was made by hand; the first deploy of stack:${managed.stack} makes it: millrace apply`,
  );
}

async function set(name: string, world: SecretWorld, invocation: Invocation): Promise<ChangedSecret> {
  const known = findKnown(knownSecrets(world.source), name);
  if (known.managed)
    throw new UserError(
      'NOT_SETTABLE',
      `${known.name} is made by Millrace, so that nobody has to think of it; another value: millrace secret rotate ${known.name}`,
    );
  const value = readValue(known, await world.readInput(MAX_SECRET), 'on standard input (< FILE)');
  return tell(known, await changeSecret(known, value, { ...world, ...world.source }), invocation);
}

async function rotate(name: string, world: SecretWorld, invocation: Invocation): Promise<ChangedSecret> {
  const known = findKnown(knownSecrets(world.source), name);
  if (!known.managed)
    throw new UserError(
      'NOT_ROTATABLE',
      `only whoever gave ${known.name} its value can have another one made; set that: millrace secret set ${known.name} < FILE`,
    );
  return tell(known, await changeSecret(known, undefined, { ...world, ...world.source }), invocation);
}

function tell({ name }: KnownSecret, changed: ChangedSecret, { output, options }: Invocation): ChangedSecret {
  const { version, pending } = changed;
  const applies = options['apply'] === true;
  // `apply` prints the one document.
  if (output.json && !(applies && pending.length > 0))
    output.print(JSON.stringify({ version: 1, name, secretVersion: version, pending }, null, 2));
  const next =
    pending.length === 0
      ? 'nothing that runs has to be deployed for it'
      : `until the next apply ${pending.join(' and ')} ${pending.length === 1 ? 'has' : 'have'} the former one${applies ? '' : '; roll it out: millrace apply'}`;
  output.note(`${name} has version ${version}; ${next}`);
  if (name === 'jenkins_admin_password')
    output.note(
      'Jenkins takes it when its controller starts: a password changed in its pages is overwritten then',
    );
  return changed;
}

function refuseInBuild(action: string, env: Invocation['env']): void {
  if (env['MILLRACE_ROLE'] === 'verify')
    throw new UserError('NOT_IN_JENKINS', 'a job that verifies sees and changes no secret');
  if (action === 'show' && ((env['MILLRACE_ROLE'] ?? '') !== '' || (env['JENKINS_URL'] ?? '') !== ''))
    throw new UserError(
      'NOT_IN_JENKINS',
      'a build shows no secret: its log would keep it; run it on a workstation',
    );
}

function usage(action: string, work: Work | undefined, name: string | undefined): UserError {
  const found = !work
    ? `expected list, show, set or rotate, found ${JSON.stringify(shorten(action, 60))}`
    : name === undefined
      ? `${action}: expected the name of a secret`
      : `list: expected no name, found ${JSON.stringify(shorten(name, 60))}`;
  return new UserError('USAGE', `${found}; see millrace secret --help`);
}

export const command = makeSecretCommand(
  async (invocation, note) => {
    const { openSecretWorld } = await import('./open-secret-world.ts');
    return openSecretWorld(invocation, note);
  },
  async (invocation) => {
    const { command: apply } = await import('./apply.ts');
    return apply.run(invocation);
  },
);
