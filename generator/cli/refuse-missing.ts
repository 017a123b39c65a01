import { listVersions } from '../adapters/secrets/secret-files.ts';
import type { ProjectSource } from '../drivers/driver.ts';
import { UserError } from '../model/user-error.ts';
import type { Engine, Swarms } from '../ports/engine.ts';
import { knownSecrets } from './known-secrets.ts';

/**
 * Refuses a run for the secrets that its stacks use and nobody has set, before it touches anything. What has no Swarm yet
 * cannot be asked, and is refused by its deploy.
 * @param given those that this run makes, by the names that stack files have for them
 * @throws UserError MISSING_SECRET, with the commands that set them
 */
export async function refuseMissing(
  stacks: readonly string[],
  source: Pick<ProjectSource, 'project' | 'files'>,
  swarms: Pick<Swarms, 'find'>,
  given?: Pick<ReadonlyMap<string, unknown>, 'has'>,
): Promise<void> {
  const { project } = source;
  const known = knownSecrets(source).filter(({ managed, services }) => !managed && services.length > 0);
  const lacking = new Set<string>();
  for (const stack of stacks) {
    const wanted = known.filter((one) => one.stacks.includes(stack) && !given?.has(one.external));
    const engine = wanted.length > 0 ? await findSwarm(swarms, project.stacks[stack]?.on) : undefined;
    if (!engine) continue;
    for (const { name, external } of wanted)
      if ((await listVersions(engine, 'secrets', external, project.project)).length === 0) lacking.add(name);
  }
  if (lacking.size === 0) return;
  const commands = [...lacking].map((name) => `millrace secret set ${name} < FILE`);
  throw new UserError(
    'MISSING_SECRET',
    `${[...lacking].join(', ')} ${lacking.size === 1 ? 'is' : 'are'} not in the Swarm, and nothing was touched; set ${lacking.size === 1 ? 'it' : 'them'}: ${commands.join('; ')}`,
  );
}

/** Why one does not answer its deploy says. */
async function findSwarm(swarms: Pick<Swarms, 'find'>, on: string | undefined): Promise<Engine | undefined> {
  try {
    return await swarms.find(on);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
