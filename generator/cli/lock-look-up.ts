import { readCreated, resolveExternal } from '../drivers/image/resolve-external.ts';
import type { MentionedPins } from '../load/wanted-pins.ts';
import { parseImageReference } from '../model/image-reference.ts';
import type { ImageReference } from '../model/image-reference.ts';
import type { LockUpdate, StalePins } from '../model/lock-changes.ts';
import { formatReference, mirrorReference } from '../model/mirrors.ts';
import type { MirrorRules } from '../model/mirrors.ts';
import { sortProblems } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { UserError } from '../model/user-error.ts';
import type { MachineImages } from '../ports/machine-images.ts';
import type { Registry } from '../ports/registry.ts';

/** Where references are looked up. */
export interface LookUpPlaces {
  registry: Registry;
  /** Asked for only where an AMI is wanted. */
  machineImages: () => Promise<MachineImages>;
  mirrors: MirrorRules;
}

export interface LookedUp {
  images: Map<string, string>;
  amis: Map<string, string>;
  /** ISO 8601, by name (`ami:NAME`), where known. */
  created: Map<string, string>;
}

/**
 * Looks up all stale pins at once.
 * @throws UserError LOCK_FAILED that lists every one that failed, where it is mentioned
 */
export async function lookUpPins(
  stale: StalePins,
  wanted: MentionedPins,
  places: LookUpPlaces,
): Promise<LookedUp> {
  const found: LookedUp = { images: new Map(), amis: new Map(), created: new Map() };
  const problems: Problem[] = [];
  const collect = async (name: string, work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      const place = wanted.mentions.get(name) ?? { file: 'project.yaml', line: 1, column: 1 };
      problems.push({ ...place, path: name, message: error.message, hint: '' });
    });
  };
  await Promise.all([
    ...groupByTarget(stale.images, places.mirrors).map(({ target, texts }) =>
      collect(texts[0]!, async () => {
        const platforms = [...new Set(texts.flatMap((text) => wanted.images.get(text) ?? []))].sort();
        const digest = await resolveExternal(places.registry, target, platforms);
        for (const text of texts) found.images.set(text, digest);
      }),
    ),
    ...stale.amis.map((name) =>
      collect(`ami:${name}`, async () => {
        const source = wanted.amis.get(name)!;
        const image = await (await places.machineImages()).findSource(source);
        if (!image) throw noSource(source, wanted.region ?? '');
        found.amis.set(name, image.id);
        found.created.set(`ami:${name}`, image.created);
      }),
    ),
  ]);
  if (problems.length === 0) return found;
  const all = stale.images.length + stale.amis.length;
  throw new UserError(
    'LOCK_FAILED',
    `${problems.length} of ${all} could not be looked up; nothing was written`,
    sortProblems(problems),
  );
}

/** When the old and the new of each move were made, where that is to be had. */
export async function dateMoves(
  moved: LockUpdate['moved'],
  { registry, mirrors }: LookUpPlaces,
  { created }: Pick<LookedUp, 'created'>,
): Promise<Map<string, { before?: string; after?: string }>> {
  const dated = await Promise.all(
    moved.map(async ({ name, before, after }) => {
      const known = created.get(name);
      if (name.startsWith('ami:')) return [name, known === undefined ? {} : { after: known }] as const;
      const target = targetOf(name, mirrors);
      const [was, is] = await Promise.all(
        [before, after].map((digest) => readCreated(registry, target, digest)),
      );
      return [name, { ...(was ? { before: was } : {}), ...(is ? { after: is } : {}) }] as const;
    }),
  );
  return new Map(dated);
}

/** Two spellings of one image mean the same, and move together. */
function groupByTarget(
  texts: readonly string[],
  mirrors: MirrorRules,
): { target: ImageReference; texts: string[] }[] {
  const groups = new Map<string, { target: ImageReference; texts: string[] }>();
  for (const text of texts) {
    const target = targetOf(text, mirrors);
    const key = formatReference(target);
    const group = groups.get(key) ?? { target, texts: [] };
    groups.set(key, group);
    group.texts.push(text);
  }
  return [...groups.values()];
}

/** @param text a reference of a checked project: it parses */
function targetOf(text: string, mirrors: MirrorRules): ImageReference {
  const reference = parseImageReference(text);
  if ('message' in reference)
    throw new UserError('INVALID_REFERENCE', `${reference.message}; ${reference.hint}`);
  const target = mirrorReference(reference, mirrors);
  return target.tag === undefined && target.digest === undefined ? { ...target, tag: 'latest' } : target;
}

function noSource(source: Parameters<MachineImages['findSource']>[0], region: string): UserError {
  const { owner, name, architecture, virtualization, rootDevice } = source;
  const filter = `${architecture}, ${virtualization}, ${rootDevice}`;
  const message = `no AMI of ${owner} is named ${name} in ${region} (${filter}); correct source:`;
  return new UserError('NO_SOURCE', message);
}
