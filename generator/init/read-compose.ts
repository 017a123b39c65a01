import { CORE_SCHEMA, defineScalarTag, load, mapTag, mergeTag, seqTag } from 'js-yaml';
import { interpolate } from './interpolate.ts';
import type { Variables } from './interpolate.ts';
import { folderOf, resolveWithin } from './repository-look.ts';

export interface ComposeBuild {
  /** Folder of the repository, '' for its root. */
  context: string;
  /** Path from the root of the repository. */
  dockerfile: string;
  target?: string;
  args: Readonly<Record<string, string>>;
  /** Arguments that look like secrets and were not taken. */
  secretArgs: readonly string[];
}

export interface ComposeService {
  name: string;
  image?: string;
  build?: ComposeBuild;
  /** Why its `build:` cannot be taken over. */
  refused?: string;
}

export interface ComposeFile {
  path: string;
  services: readonly ComposeService[];
  /** True where a service's `deploy:` says more than limits, which is meant for a Swarm. */
  forSwarm: boolean;
}

/**
 * Reads services and what they are built from; merge keys and Compose's own tags are understood.
 * @returns a line saying why where the file is not readable; undefined where it is none of services
 */
export function readCompose(
  path: string,
  text: string,
  variables: Variables,
): ComposeFile | string | undefined {
  if (!/^["']?services["']?\s*:/m.test(text)) return undefined;
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    return `is not YAML that can be read: ${firstLine((error as { reason?: string }).reason ?? String(error))}`;
  }
  const services = fieldsOf(fieldsOf(document)?.['services']);
  if (!services) return undefined;
  const found = Object.entries(services).map(([name, service]) =>
    readService(path, name, fieldsOf(service) ?? {}, variables),
  );
  const deploys = Object.values(services).map((service) =>
    Object.keys(fieldsOf(fieldsOf(service)?.['deploy']) ?? {}),
  );
  return {
    path,
    services: found,
    forSwarm: deploys.some((fields) => fields.some((field) => field !== 'resources')),
  };
}

/** Docker takes a closing bracket under its own key, which the YAML specification (and our parser) does not. */
function parse(text: string): unknown {
  try {
    return load(text, { schema: SCHEMA });
  } catch {
    return load(text.replace(/^([ ]*)([\]}]+,?\s*)$/gm, '$1  $2'), { schema: SCHEMA });
  }
}

/** `!reset` and `!override` are Compose's own; what they change is of no matter here. */
const OWN_TAG = { tagName: '!', matchByTagPrefix: true, identify: () => false } as const;
const SCHEMA = CORE_SCHEMA.withTags(
  mergeTag,
  defineScalarTag('!', { ...OWN_TAG, resolve: (source) => source }),
  { ...seqTag, ...OWN_TAG },
  { ...mapTag, ...OWN_TAG },
);

function readService(path: string, name: string, service: Fields, variables: Variables): ComposeService {
  const image = typeof service['image'] === 'string' ? interpolate(service['image'], variables) : undefined;
  const found: ComposeService = { name, ...(image === undefined ? {} : { image }) };
  if (!isGiven(service['build'])) return found;
  const build = readBuild(path, service['build'], variables);
  return typeof build === 'string' ? { ...found, refused: build } : { ...found, build };
}

function readBuild(path: string, build: unknown, variables: Variables): ComposeBuild | string {
  const fields = typeof build === 'string' ? { context: build } : fieldsOf(build);
  if (!fields) return 'its build: is not readable';
  if (isGiven(fields['dockerfile_inline'])) return 'its Dockerfile stands in the compose file';
  const words = {
    context: textOf(fields['context'], '.'),
    dockerfile: textOf(fields['dockerfile'], 'Dockerfile'),
  };
  const written = interpolate(words.context, variables);
  const name = interpolate(words.dockerfile, variables);
  if (written === undefined || name === undefined) return 'its build: uses a variable that no .env sets';
  if (/^[a-z+]+:\/\/|^git@|\.git(?:#|$)/i.test(written)) return 'it is built from another repository';
  const context = resolveWithin(folderOf(path), written);
  const dockerfile = context === undefined ? undefined : resolveWithin(context, name);
  if (context === undefined || dockerfile === undefined)
    return 'its build context lies outside of the repository';
  const target = typeof fields['target'] === 'string' ? interpolate(fields['target'], variables) : undefined;
  return { context, dockerfile, ...(target ? { target } : {}), ...readArgs(fields['args'], variables) };
}

/** An argument without a value comes from the environment of who builds: that is nothing to write down. */
function readArgs(args: unknown, variables: Variables): Pick<ComposeBuild, 'args' | 'secretArgs'> {
  const pairs = Array.isArray(args)
    ? args.map((line) => splitPair(scalarOf(line) ?? ''))
    : Object.entries(fieldsOf(args) ?? {}).map(([name, value]) => [name, scalarOf(value)] as const);
  const found: Record<string, string> = {};
  const secretArgs: string[] = [];
  for (const [name, written] of pairs) {
    const value = written === undefined ? undefined : interpolate(written, variables);
    if (value === undefined || !/^[A-Za-z_]\w*$/.test(name)) continue;
    if (/token|secret|passw|credential|private|apikey|api_key|_auth/i.test(name)) secretArgs.push(name);
    else found[name] = value;
  }
  return { args: found, secretArgs };
}

function splitPair(line: string): readonly [string, string | undefined] {
  const equals = line.indexOf('=');
  return equals < 0 ? [line, undefined] : [line.slice(0, equals), line.slice(equals + 1)];
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function scalarOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}
