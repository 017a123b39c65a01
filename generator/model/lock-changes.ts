import type { ComponentId } from './component.ts';
import type { Lock } from './lock.ts';
import type { Ami } from './project/components.ts';

/** Everything that a project needs a pin for. */
export interface WantedPins {
  /** Reference as it is written -> platforms that the images on it are built for; none where any will do. */
  images: ReadonlyMap<string, readonly string[]>;
  /** AMI component -> which AMI it starts from. */
  amis: ReadonlyMap<string, Ami['source']>;
  /** Where the AMIs are looked for; undefined where there are none. */
  region?: string;
}

/** Those of the pins that are to be looked up now: names as in WantedPins. */
export interface StalePins {
  images: string[];
  amis: string[];
}

export interface PinChange {
  /** The reference, or `ami:NAME`. */
  name: string;
  before: string;
  after: string;
}

export interface LockUpdate {
  lock: Lock;
  moved: PinChange[];
  /** Names that had no pin before. */
  added: string[];
  /** Names whose pin nothing needs any more. */
  removed: string[];
}

/**
 * @param refresh names that are looked up although they have a pin: references and `ami:NAME`; or all
 */
export function chooseStale(lock: Lock, wanted: WantedPins, refresh: ReadonlySet<string> | 'all'): StalePins {
  const isStale = (name: string, pin: string | undefined): boolean =>
    pin === undefined || refresh === 'all' || refresh.has(name);
  return {
    images: [...wanted.images.keys()].filter((text) => isStale(text, ownValue(lock.images, text))).sort(),
    amis: [...wanted.amis.keys()]
      .filter((name) => isStale(`ami:${name}`, ownValue(lock.amis, name)?.[wanted.region ?? '']))
      .sort(),
  };
}

/**
 * The lock with what was looked up; pins that nothing needs go, epochs stay: of a component that comes back, the
 * artifact that somebody rebuilt by force must not be found again.
 * @param resolved of every stale name: digests by reference, AMI ids by component
 */
export function updateLock(
  lock: Lock,
  wanted: WantedPins,
  resolved: { images: ReadonlyMap<string, string>; amis: ReadonlyMap<string, string> },
): LockUpdate {
  const { region = '' } = wanted;
  const images = [...wanted.images.keys()].flatMap((text) => {
    const digest = resolved.images.get(text) ?? ownValue(lock.images, text);
    return digest === undefined ? [] : [[text, digest] as const];
  });
  const amis = [...wanted.amis.keys()].flatMap((name) => {
    const id = resolved.amis.get(name) ?? ownValue(lock.amis, name)?.[region];
    return id === undefined ? [] : [[name, { [region]: id }] as const];
  });
  const updated: Lock = {
    version: 1,
    images: Object.fromEntries(images),
    amis: Object.fromEntries(amis),
    epochs: lock.epochs,
  };
  const [before, after] = [listPins(lock, region), listPins(updated, region)];
  const names = [...after.keys()].sort();
  const moved = names.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)!];
    return was === undefined || was === is ? [] : [{ name, before: was, after: is }];
  });
  return {
    lock: updated,
    moved,
    added: names.filter((name) => !before.has(name)),
    removed: listNames(lock).filter((name) => !after.has(name)),
  };
}

/** Raises the epoch of each component by one. */
export function bumpEpochs(lock: Lock, ids: readonly ComponentId[]): Lock {
  const raised = ids.map((id) => [id, (ownValue(lock.epochs, id) ?? 0) + 1] as const);
  return { ...lock, epochs: { ...lock.epochs, ...Object.fromEntries(raised) } };
}

/** Digests and, of one region, ids, by the names that a person reads. */
function listPins(lock: Lock, region: string): Map<string, string> {
  const amis = Object.entries(lock.amis).flatMap(([name, ids]) => {
    const id = ids[region];
    return id === undefined ? [] : [[`ami:${name}`, id] as const];
  });
  return new Map([...Object.entries(lock.images), ...amis]);
}

function listNames(lock: Lock): string[] {
  return [...Object.keys(lock.images), ...Object.keys(lock.amis).map((name) => `ami:${name}`)].sort();
}

/** A reference may have the name of something that every object has. */
function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
