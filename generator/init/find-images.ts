import type { FieldValue, FoundComponent } from './found.ts';
import { guessContext } from './guess-context.ts';
import type { Places } from './guess-context.ts';
import { nameAll, tellingFolders } from './name-components.ts';
import type { NameWish } from './name-components.ts';
import type { ComposeBuild, ComposeFile } from './read-compose.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { baseOf, dockerfileVariant, folderOf, sortOfFile } from './repository-look.ts';
import type { RepositoryLook } from './repository-look.ts';

interface Candidate {
  wish: NameWish;
  build: Pick<ComposeBuild, 'context' | 'dockerfile' | 'target' | 'args'>;
  doubt?: string;
}

/** A folder of Dockerfiles, each of which is called by its own word. */
const COLLECTION = /^(?:docker|dockerfiles?|containers?|images|build)$/i;

/** What a variant of a Dockerfile is called that is not for delivery. */
const DEVELOPMENT =
  /^(?:dev|devel|develop|development|debug|local|test|tests|testing|ci|lint|bench|e2e|cypress|devcontainer)$/i;

/**
 * Images: first what the compose files build, which know context, target and arguments; then every other
 * Dockerfile, with the context guessed from what it copies.
 * @param composeFiles the most telling first
 */
export function findImages(
  look: RepositoryLook,
  project: string,
  composeFiles: readonly ComposeFile[],
  places: Places,
) {
  const notes: string[] = [];
  const built = composeFiles.flatMap((file) => readBuilds(file, places, notes));
  const kept = dropRepeated(built);
  const covered = new Set(built.map((one) => one.build.dockerfile));
  const others = [...look.texts.keys()]
    .filter((path) => sortOfFile(path) === 'dockerfile' && !covered.has(path))
    .map((path) => fromDockerfile(path, look.texts.get(path)!, project, places));
  const candidates = [...kept, ...others];
  const names = nameAll(candidates.map((one) => one.wish));
  const components = candidates.map((one, index) => toComponent(one, names[index]!));
  return { components, notes: [...new Set(notes)] };
}

interface Built extends Candidate {
  file: string;
}

function readBuilds(file: ComposeFile, places: Places, notes: string[]): Built[] {
  const absent = file.services.filter(({ build }) => build && !places.has(build.dockerfile));
  // An override is read beside another file, and its paths start there.
  if (absent.length > 0 && !/override/i.test(file.path)) {
    const where = absent.map(({ name, build }) => `${name} (${build!.dockerfile})`).join(', ');
    notes.push(`${file.path}: no Dockerfile is there for ${where}`);
  }
  return file.services.flatMap((service) => {
    const about = `${service.name} of ${file.path}`;
    if (service.refused !== undefined) notes.push(`${about}: ${service.refused}`);
    if (!service.build || absent.includes(service)) return [];
    const build = isDevelopment(service.build.target) ? withoutTarget(service.build) : service.build;
    for (const secret of build.secretArgs)
      notes.push(`${about}: the argument ${secret} looks like a secret; give it to the build another way`);
    const wish = { name: service.name, folders: tellingFolders(folderOf(file.path)) };
    const doubt = isForDevelopment(build.dockerfile)
      ? { doubt: 'looks like one for tests or development' }
      : {};
    return [{ wish, build, file: file.path, ...doubt }];
  });
}

/** One image per Dockerfile, as its most telling compose file builds it; more where that one builds several. */
function dropRepeated(built: readonly Built[]): Candidate[] {
  const owner = new Map<string, string>();
  const seen = new Map<string, Built>();
  for (const one of built) {
    const { context, dockerfile, target, args } = one.build;
    if (!owner.has(dockerfile)) owner.set(dockerfile, one.file);
    if (owner.get(dockerfile) !== one.file) continue;
    const key = JSON.stringify([context, dockerfile, target, args]);
    const earlier = seen.get(key);
    // Several services of one image: the one that is called like its folder names it best.
    if (!earlier) seen.set(key, one);
    else if (one.wish.name === baseOf(folderOf(dockerfile)) && earlier.wish.name !== one.wish.name)
      seen.set(key, one);
  }
  return [...seen.values()];
}

function fromDockerfile(path: string, text: string, project: string, places: Places): Candidate {
  const context = guessContext(path, readDockerfile(text).sources, places);
  const variant = dockerfileVariant(path);
  const folder = folderOf(path);
  const telling = tellingFolders(folder);
  const own = telling[0] ?? '';
  const wish: NameWish =
    variant === ''
      ? { name: own || project, folders: telling.slice(1) }
      : {
          name: own === '' || COLLECTION.test(baseOf(folder)) ? variant : `${own}-${variant}`,
          folders: telling,
        };
  const build = { context, dockerfile: path, args: {} };
  return isForDevelopment(path)
    ? { wish, build, doubt: 'looks like one for tests or development' }
    : { wish, build };
}

function isDevelopment(word: string | undefined): boolean {
  return word !== undefined && DEVELOPMENT.test(word);
}

/** What a developer starts is another stage, with other arguments, than what is delivered. */
function withoutTarget({ context, dockerfile, secretArgs }: ComposeBuild): ComposeBuild {
  return { context, dockerfile, args: {}, secretArgs };
}

function isForDevelopment(dockerfile: string): boolean {
  return [dockerfileVariant(dockerfile), ...folderOf(dockerfile).split('/')].some(isDevelopment);
}

function toComponent({ build, doubt }: Candidate, name: string): FoundComponent {
  const { context, dockerfile, target, args } = build;
  const inside =
    context === ''
      ? dockerfile
      : dockerfile.startsWith(`${context}/`)
        ? dockerfile.slice(context.length + 1)
        : undefined;
  const reason = inside === undefined ? `its Dockerfile ${dockerfile} lies outside of its context` : doubt;
  const fields: Record<string, FieldValue> = { context: context === '' ? '.' : context };
  if (inside !== undefined && inside !== 'Dockerfile') fields['dockerfile'] = inside;
  if (target !== undefined) fields['target'] = target;
  if (Object.keys(args).length > 0) fields['args'] = args;
  return {
    section: 'images',
    name,
    fields,
    source: dockerfile,
    ...(reason === undefined ? {} : { doubt: reason }),
  };
}
