import { renewSecret } from '../adapters/secrets/make-secret.ts';
import { listVersions, makeVersion } from '../adapters/secrets/secret-files.ts';
import { markStack } from '../drivers/stack/mark-stack.ts';
import type { PlaceLocks } from '../execute/place-locks.ts';
import { componentId } from '../model/component.ts';
import type { ComponentId } from '../model/component.ts';
import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import type { Engine, Swarms } from '../ports/engine.ts';
import type { LockPlace } from '../ports/lock-place.ts';
import { placesOf } from './known-secrets.ts';
import type { KnownSecret } from './known-secrets.ts';

export interface SecretPlaces {
  project: Project;
  swarms: Pick<Swarms, 'find'>;
  locks: Pick<PlaceLocks, 'hold' | 'releaseAll'>;
  findLockPlace: (id: ComponentId) => Promise<LockPlace | undefined>;
}

export interface ChangedSecret {
  version: number;
  /** Stacks that run and have an older version until they are deployed. */
  pending: ComponentId[];
}

/**
 * Gives a secret another value, wherever it is needed. The stacks are marked first: killed in between, the next apply finds
 * nothing to be done and takes the mark away, and nothing is forgotten.
 * @param value what people set; undefined: what the program makes
 * @throws UserError NO_HOST, DEPLOY_LOCKED, HAND_MADE, FOREIGN_SECRET
 */
export async function changeSecret(
  known: KnownSecret,
  value: Uint8Array | undefined,
  places: SecretPlaces,
): Promise<ChangedSecret> {
  const { project, swarms, locks, findLockPlace } = places;
  const engines = await Promise.all(
    placesOf(known, project).map(async (on) => ({ on, engine: await swarms.find(on) })),
  );
  const absent = engines.find(({ engine }) => !engine);
  if (absent || engines.length === 0) throw noPlace(known, absent?.on);
  const pending: ComponentId[] = [];
  let version = 0;
  try {
    for (const { on, engine } of engines) {
      const stacks = known.stacks.filter((stack) => project.stacks[stack]?.on === on);
      const place = await findLockPlace(componentId('stack', stacks[0]!));
      if (place) (await locks.hold(place, known.name)).throwIfAborted();
      for (const stack of stacks)
        if (await markStack(engine!, project.project, stack)) pending.push(componentId('stack', stack));
      const made =
        value === undefined
          ? await renewSecret(engine!, known.managed!, project.project)
          : await setSecret(engine!, known, value, project.project);
      version = Math.max(version, made);
    }
  } finally {
    await locks.releaseAll();
  }
  return { version, pending };
}

async function setSecret(
  engine: Engine,
  { external, stacks }: KnownSecret,
  content: Uint8Array,
  project: string,
): Promise<number> {
  for (;;) {
    const versions = await listVersions(engine, 'secrets', external, project);
    const version = (versions.at(-1)?.version ?? 0) + 1;
    const stack = stacks.length === 1 ? stacks[0] : undefined;
    const one = { section: 'secrets', name: external, version, project, stack, content } as const;
    // Whoever made it by hand meanwhile had no lock.
    if (await makeVersion(engine, one)) return version;
  }
}

function noPlace({ name, stacks }: KnownSecret, on: string | undefined): UserError {
  if (stacks.length === 0)
    return new UserError(
      'NO_HOST',
      `no stack of the project uses ${name}; name it in a stack file as external, and commit that`,
    );
  return new UserError(
    'NO_HOST',
    `infrastructure:${on} is not there, and its Swarm is what keeps ${name}; deploy it first: millrace apply --only infrastructure:${on}`,
  );
}
