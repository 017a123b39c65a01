import type { BuildOf, PruneWorld, StoredArtifact, Verdict } from './prune-world.ts';

/** A run that has just made it may be about to deploy it. */
export const YOUNG_MILLISECONDS = 24 * 3_600_000;
const DAY_MILLISECONDS = 24 * 3_600_000;

/**
 * What is kept and what goes. Kept is what is needed: what runs or ran before, what the last commits need for a rollback,
 * what is young. The rest goes at once where it is known for certain what it was for: a commit of the trusted branch that
 * is older than those. Doubt keeps, for the days of `retention`, or for ever where no age is known.
 */
export function judgeArtifacts<Artifact extends StoredArtifact>(
  world: PruneWorld<Artifact>,
): Verdict<Artifact>[] {
  return world.stored
    .map((artifact): Verdict<Artifact> => {
      const reason = whyKeep(artifact, world);
      return reason === undefined
        ? { artifact, action: 'remove', reason: describeEnd(artifact) }
        : { artifact, action: 'keep', reason };
    })
    .sort((a, b) => compare(a.artifact, b.artifact));
}

function whyKeep(artifact: StoredArtifact, world: PruneWorld): string | undefined {
  const { strange, isNewest } = artifact;
  if (strange !== undefined) return strange;
  return (
    whyUsed(artifact, world) ??
    whyWanted(artifact, world) ??
    (isNewest ? 'is the newest build, whose layers the next one takes' : undefined) ??
    whyYoung(artifact, world) ??
    whyDoubtful(artifact, world)
  );
}

function whyUsed({ id, names, parts = [] }: StoredArtifact, { used }: PruneWorld): string | undefined {
  for (const name of [id, ...names, ...parts]) {
    const who = used.get(name);
    if (who !== undefined) return who;
  }
  return undefined;
}

function whyWanted({ hashes, builds }: StoredArtifact, { wanted }: PruneWorld): string | undefined {
  for (const hash of [...hashes, ...builds.map((build) => build.hash)]) {
    const commit = wanted.get(hash);
    if (commit !== undefined) return `commit ${commit.slice(0, 12)} needs it`;
  }
  return undefined;
}

function whyYoung({ builds }: StoredArtifact, { now }: PruneWorld): string | undefined {
  // A clock that is ahead made it in the future: young as well.
  return builds.some(({ made }) => now - made < YOUNG_MILLISECONDS) ? 'is younger than a day' : undefined;
}

function whyDoubtful({ hashes, builds, isForOneJob }: StoredArtifact, world: PruneWorld): string | undefined {
  const isTold = (hash: string): boolean => builds.some((build) => build.hash === hash);
  const isAgeless = builds.length === 0 || builds.some(({ made }) => Number.isNaN(made));
  if (isAgeless || !hashes.every(isTold)) return 'nobody says when it was made';
  if (isForOneJob === true) return undefined;
  for (const build of builds) {
    const doubt = doubtOf(build, world);
    if (doubt !== undefined && world.now - build.made < world.days * DAY_MILLISECONDS)
      return `${doubt}; kept for ${world.days} days`;
  }
  return undefined;
}

function doubtOf({ hash, revision }: BuildOf, { lineage, unreadable }: PruneWorld): string | undefined {
  const own = revision === undefined ? undefined : lineage.get(revision);
  if (revision === undefined) return 'it was built from a tree that was not committed';
  if (!own) return `commit ${revision.slice(0, 12)} is not of the branch`;
  if (!own.has(hash)) return `commit ${revision.slice(0, 12)} has another hash by now`;
  const [one] = unreadable;
  return one === undefined ? undefined : `commit ${one.slice(0, 12)}, which may need it, has no hashes`;
}

function describeEnd({ builds, isForOneJob }: StoredArtifact): string {
  if (isForOneJob === true) return 'the job that it was made for is over';
  const revisions = [...new Set(builds.flatMap(({ revision }) => revision?.slice(0, 12) ?? []))];
  return revisions.length === 0
    ? 'nothing needs it'
    : `nothing needs it, it was built from ${revisions.slice(0, 2).join(' and ')}`;
}

/** By component, then name: the same world gives the same list. */
function compare(a: StoredArtifact, b: StoredArtifact): number {
  const [one, other] = [a, b].map(({ component, names, id }) => [component, names[0] ?? '', id].join(' '));
  return one! < other! ? -1 : one! > other! ? 1 : 0;
}
