import type { Driver, ProjectSource } from '../drivers/driver.ts';
import type { ComponentId } from '../model/component.ts';
import { isDead } from '../model/lease.ts';
import type { Here } from '../model/lease.ts';
import { shorten } from '../model/shorten.ts';
import { UserError } from '../model/user-error.ts';
import type { DeployLock, LockPlace } from '../ports/lock-place.ts';
import { renderLockTable } from '../report/lock-table.ts';
import type { ShownLock } from '../report/lock-table.ts';
import type { Command, Invocation } from './command.ts';
import { expectWord } from './confirm-removal.ts';
import type { Ask } from './confirm-removal.ts';
import type { Drivers } from './open-world.ts';

/** What the command looks at. */
export interface UnlockWorld {
  project: ProjectSource['project'];
  /** Of the project, those that are deployed. */
  ids: readonly ComponentId[];
  drivers: Drivers;
  here: () => Here;
  account: () => Promise<string>;
  ask: Ask;
}

interface FoundLock extends ShownLock {
  lock: DeployLock;
  at: LockPlace;
}

export const makeUnlockCommand = (
  open: (invocation: Invocation, note: (text: string) => void) => Promise<UnlockWorld>,
): Command => ({
  declare(parser) {
    parser
      .argument('[id...]', 'locks to take away from who holds them, by the ids that the command shows')
      .option('--all', 'take away all of them')
      .option('--yes', 'take away a lock whose holder may be alive, without being asked')
      .addHelpText(
        'after',
        '\nShows who deploys where, and takes away the locks of the dead. A run that lives and loses its lock ends its deploy.\n' +
          '\nExamples:\n  $ millrace unlock\n  $ millrace unlock 3fa9c1d2 --yes',
      );
  },
  async run(invocation) {
    const { args, options, output } = invocation;
    const note = (text: string): void => output.note(text);
    const world = await open(invocation, note);
    const { places, failures } = await findPlaces(world);
    const locks = await findLocks(places, world.here());
    const chosen = choose(locks, args, options['all'] === true);

    if (chosen.length > 0) await expectWord(world.project, world.account);
    const living = chosen.filter(({ state }) => state !== 'dead' && state !== 'expired');
    if (living.length > 0 && options['yes'] !== true) await confirm(living, world.ask);
    for (const one of chosen) {
      await one.at.remove(one.lock);
      one.removed = true;
    }
    const shown = locks.map(({ lock: _lock, at: _at, ...one }) => one);
    if (output.json)
      output.print(JSON.stringify({ version: 1, project: world.project.project, locks: shown }, null, 2));
    else output.print(renderLockTable(world.project.project, shown, output));
    for (const failure of failures) output.warn(failure);
    return failures.length > 0 ? 1 : 0;
  },
});

/** Each place once, though many components are deployed there. One that does not answer hides no other. */
async function findPlaces({
  ids,
  drivers,
  project,
}: UnlockWorld): Promise<{ places: LockPlace[]; failures: string[] }> {
  const places = new Map<string, LockPlace>();
  const failures = new Set<string>();
  for (const id of ids) {
    try {
      const place = await findPlace(drivers.get(id.slice(0, id.indexOf(':')) as Driver['kind']), id, project);
      if (place && !places.has(place.name)) places.set(place.name, place);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.add(error.message);
    }
  }
  return { places: [...places.values()], failures: [...failures] };
}

async function findPlace(
  driver: Driver | undefined,
  id: ComponentId,
  project: UnlockWorld['project'],
): Promise<LockPlace | undefined> {
  return driver?.findLockPlace?.(id, { project });
}

async function findLocks(places: readonly LockPlace[], here: Here): Promise<FoundLock[]> {
  const found = await Promise.all(
    places.map(async (at) =>
      (await at.list()).map((lock): FoundLock => ({
        id: lock.run.slice(0, 8),
        place: at.name,
        generation: lock.generation,
        owner: lock.owner,
        expires: new Date(lock.expires).toISOString(),
        state: judge(lock, here),
        removed: false,
        lock,
        at,
      })),
    ),
  );
  return found.flat();
}

function judge(lock: DeployLock, here: Here): ShownLock['state'] {
  if (isDead(lock, here)) return here.now > lock.expires ? 'expired' : 'dead';
  return lock.boot === here.boot && here.isAlive(lock.pid) === true ? 'alive' : 'unknown';
}

/** The dead hold nobody up but by accident: their locks go whatever was asked for. */
function choose(locks: readonly FoundLock[], ids: readonly string[], all: boolean): FoundLock[] {
  const unknown = ids.find((id) => !locks.some((lock) => lock.id === id));
  if (unknown !== undefined) {
    const known = [...new Set(locks.map(({ id }) => id))].join(', ');
    throw new UserError(
      'NO_LOCK',
      `there is no lock ${JSON.stringify(shorten(unknown, 40))}; ${known === '' ? 'nothing is locked' : `there are ${known}`}`,
    );
  }
  return locks.filter(({ id, state }) => all || ids.includes(id) || state === 'dead' || state === 'expired');
}

async function confirm(living: readonly FoundLock[], ask: Ask): Promise<void> {
  const who = living.map(({ owner, place }) => `${owner} at ${place}`).join('; ');
  if (!ask)
    throw new UserError(
      'NOT_CONFIRMED',
      `expected a word that this is meant, for the holder may be alive (${who}); nothing was changed; if it is: --yes`,
    );
  const typed = await ask(`${who}: may be alive, and would end its deploy. Type yes to take the lock away: `);
  if (typed.trim() === 'yes') return;
  throw new UserError('NOT_CONFIRMED', 'nothing was changed');
}

export const command = makeUnlockCommand(async (invocation, note) => {
  const { openUnlockWorld } = await import('./open-unlock-world.ts');
  return openUnlockWorld(invocation, note);
});
