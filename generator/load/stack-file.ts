import { hintNearest } from '../model/nearest-name.ts';
import { shorten } from '../model/shorten.ts';
import { isMapping, mergeEntries } from './merge-keys.ts';
import type { Entry } from './merge-keys.ts';
import { interpolate } from './compose-variables.ts';
import { readStackNetworks } from './stack-networks.ts';
import type { StackNetworks } from './stack-networks.ts';
import { parseYamlDocument } from './yaml-document.ts';
import type { PathStep, Position, YamlDocument, YamlProblem } from './yaml-document.ts';

export interface StackService {
  name: string;
  /** The reference with its variables replaced, and where it is written. */
  image?: { text: string } & Position;
  /** The file has a `build:` for it, which a Swarm does not do. */
  build: boolean;
}

export interface StackFileReading {
  /** In the order of the file. */
  services: StackService[];
  networks: StackNetworks;
  problems: YamlProblem[];
}

export interface StackFileOptions {
  /** What the project gives to the file; the environment is not asked. */
  variables?: Readonly<Record<string, string>>;
}

/** More than any Swarm runs; each place in the file is looked up by itself. */
const MAX_SERVICES = 1_000;
const MAX_WRONG_VALUES = 100;

const NO_NETWORKS: StackNetworks = { makes: [], needs: [] };

/** The sections whose values Docker replaces variables in (docker/cli, cli/compose/loader/interpolate.go). */
const INTERPOLATED = ['services', 'volumes', 'networks', 'secrets', 'configs'];

/**
 * Reads the services of a stack file as `docker stack deploy` does: variables replaced in values, aliases and
 * `<<` followed. Never throws.
 * @param content UTF-8
 */
export function readStackFile(
  content: string | Uint8Array,
  { variables = {} }: StackFileOptions = {},
): StackFileReading {
  const document = parseYamlDocument(content);
  const problems = [...document.problems];
  if (document.value === undefined && problems.length > 0)
    return { services: [], networks: NO_NETWORKS, problems };
  const report = (path: readonly PathStep[], message: string, hint: string, part?: 'key'): void => {
    problems.push({ ...document.locate(path, part), path: [...path], message, hint });
  };
  if (!isMapping(document.value)) {
    report([], `expected a mapping, found ${describe(document.value)}`, 'a stack file begins with services:');
    return { services: [], networks: NO_NETWORKS, problems };
  }
  const root = mergeEntries(document.value, []);
  for (const section of INTERPOLATED) {
    const entry = root.get(section);
    if (entry) checkVariables(entry, variables, report);
  }
  const entry = root.get('services');
  if (!entry || !isMapping(entry.value)) {
    const found = entry ? `found ${describe(entry.value)}` : 'it is missing';
    const hint = entry ? 'write name: { image: … } under it' : hintNearest('services', [...root.keys()]);
    report(entry?.path ?? [], `services: expected a mapping, ${found}`, hint);
    return { services: [], networks: NO_NETWORKS, problems };
  }
  const found = [...mergeEntries(entry.value, entry.path)];
  if (found.length > MAX_SERVICES) {
    report(
      entry.path,
      `services: ${found.length} services`,
      `at most ${MAX_SERVICES} are read; part the stack`,
    );
    return { services: [], networks: NO_NETWORKS, problems };
  }
  const services = found.map(([name, service]) =>
    readService(name, service, { document, variables, report }),
  );
  if (services.length === 0)
    report(entry.path, 'services: has no service', 'write name: { image: … } under it');
  const networks = readStackNetworks(root.get('networks')?.value, variables);
  return { services, networks, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

interface Context {
  document: YamlDocument;
  variables: Readonly<Record<string, string>>;
  report: (path: readonly PathStep[], message: string, hint: string, part?: 'key') => void;
}

function readService(name: string, entry: Entry, { document, variables, report }: Context): StackService {
  if (!isMapping(entry.value)) {
    report(
      entry.path,
      `the service ${name}: expected a mapping, found ${describe(entry.value)}`,
      'write image: … under it',
      'key',
    );
    return { name, build: false };
  }
  const fields = mergeEntries(entry.value, entry.path);
  const build = fields.get('build');
  const image = fields.get('image');
  if (build) {
    const hint = `declare it under images: in project.yaml and write image: <project>/${name}`;
    report(build.path, `the service ${name}: a stack builds nothing, build: is not read`, hint, 'key');
  }
  if (!image) {
    if (!build)
      report(
        entry.path,
        `the service ${name}: a stack's service needs image:`,
        'name an image, e.g. <project>/<image>',
        'key',
      );
    return { name, build: build !== undefined };
  }
  if (typeof image.value !== 'string') {
    report(
      image.path,
      `image: expected text, found ${describe(image.value)}`,
      image.value === null ? 'name an image' : 'quote it',
      ...(image.value === null ? (['key'] as const) : []),
    );
    return { name, build: build !== undefined };
  }
  const read = interpolate(image.value, variables);
  // A template that is wrong is reported with those of the other values.
  if ('error' in read) return { name, build: build !== undefined };
  if (read.unset.length > 0) {
    const unset = shorten(read.unset[0]!, 60);
    const hint = `give it a value under the stack's variables, or write \${${unset}:-default}`;
    report(image.path, `image: the variable ${unset} has no value`, hint);
    return { name, build: build !== undefined };
  }
  if (read.text === '') report(image.path, 'image: is empty', 'name an image');
  return { name, image: { text: read.text, ...document.locate(image.path) }, build: build !== undefined };
}

/** Reports each value whose variables cannot be replaced: `docker stack deploy` would refuse the file. */
function checkVariables(
  root: Entry,
  variables: Readonly<Record<string, string>>,
  report: Context['report'],
): void {
  const seen = new Set<unknown>();
  const open: Entry[] = [root];
  let wrong = 0;
  for (let entry = open.pop(); entry && wrong < MAX_WRONG_VALUES; entry = open.pop()) {
    const { value, path } = entry;
    if (typeof value === 'string') {
      const read = value.includes('$') ? interpolate(value, variables) : undefined;
      if (!read || !('error' in read)) continue;
      report(path, read.error, '');
      wrong++;
    } else if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      const steps = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
      for (const [step, child] of steps) {
        if (typeof child === 'object' || typeof child === 'string')
          open.push({ value: child, path: [...path, step] });
      }
    }
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'a mapping'
    : typeof value === 'string'
      ? 'text'
      : `the ${typeof value} ${JSON.stringify(value)}`;
}
