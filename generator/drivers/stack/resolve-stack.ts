import type { Mapping } from '../../load/merge-keys.ts';
import type { Stack } from '../../model/project/components.ts';
import { UserError } from '../../model/user-error.ts';
import { digestOf } from './canonical-json.ts';
import { isExternal, mentions, nameOf, networksOf } from './compose-references.ts';
import type { ExternalNames } from './find-externals.ts';
import { variablesOf } from './inputs.ts';
import { readCompose } from './read-compose.ts';
import type { ComposeFile } from './read-compose.ts';
import { readLabels } from './read-environment.ts';
import { resolveFiles } from './resolve-files.ts';
import type { FileVersion } from './resolve-files.ts';
import type { ImageSources } from './resolve-image.ts';
import { resolveService } from './resolve-service.ts';
import { HASH, namespaceOf, ownLabels, serviceName } from './stack-names.ts';

/** A stack as the Swarm is to have it. */
export interface ResolvedStack {
  name: string;
  namespace: string;
  /** By their names in the stack file. */
  services: ReadonlyMap<string, ResolvedService>;
  networks: ReadonlyMap<string, ResolvedNetwork>;
  volumes: Readonly<Record<string, Mapping>>;
  files: readonly FileVersion[];
  /** Variables of the file that nobody gives a value. */
  unset: readonly string[];
}

export interface ResolvedService {
  /** In the Swarm. */
  fullName: string;
  definition: Mapping;
  image: string;
  /** SHA-256 of all that this service is made of; of nothing else of the stack. */
  hash: string;
  networks: readonly string[];
}

export interface ResolvedNetwork {
  fullName: string;
  definition: Mapping;
  external: boolean;
  hash: string;
}

export interface StackSources extends ImageSources {
  /** @param path from the repository's root; undefined where it is not among the hashed files */
  readFile: (path: string) => Uint8Array | undefined;
  /** What externals are named in the Swarm now. */
  findExternal: ExternalNames;
  /** The kernel of the nodes has no IPVS (a lab's): see withoutIpvs. */
  withoutIpvs: boolean;
}

/** Raised where the same file gives other services. */
const SCHEMA = 1;

/** @throws UserError BAD_STACK, LONG_NAME, UNPINNED, MISSING_ARTIFACT */
export function resolveStack(name: string, stack: Stack, sources: StackSources): ResolvedStack {
  const project = sources.project.project;
  const namespace = namespaceOf(project, name);
  const labels = ownLabels(project, name);
  const variables = variablesOf(stack);
  const compose = readCompose(sources.readFile(stack.file) ?? new Uint8Array(), stack.file, variables);
  const files = resolveFiles(compose, { ...sources, namespace, stackFile: stack.file });
  const volumes = mapValues(compose.volumes, (volume) => labelled(volume, labels));
  const networks = resolveNetworks(compose, namespace, labels);
  const services = Object.entries(compose.services).map(([service, written]): [string, ResolvedService] => {
    const resolved = resolveService(service, written, { ...sources, stackFile: stack.file, variables });
    const used = usedBy(resolved.definition, { volumes, networks, files });
    const hash = digestOf({ schema: SCHEMA, service: resolved.definition, ...used });
    const definition = withLabels(resolved.definition, { ...labels, [HASH]: hash });
    const names = networksOf(resolved.definition);
    const fullName = serviceName(namespace, service);
    return [service, { fullName, definition, image: resolved.image, hash, networks: names }];
  });
  if (services.length === 0) throw new UserError('BAD_STACK', `${stack.file} has no service; write one`);
  return { name, namespace, services: new Map(services), networks, volumes, files, unset: compose.unset };
}

function resolveNetworks(
  compose: ComposeFile,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Map<string, ResolvedNetwork> {
  const isUsed = Object.values(compose.services).some((service) => networksOf(service).includes('default'));
  const written = { ...(isUsed ? { default: {} } : {}), ...compose.networks };
  const resolved = Object.entries(written).map(([name, definition]): [string, ResolvedNetwork] => {
    const external = isExternal(definition);
    const hash = digestOf(definition);
    const fullName = nameOf(definition) ?? (external ? name : `${namespace}_${name}`);
    const known = external ? definition : labelled(definition, { ...labels, [HASH]: hash });
    return [name, { fullName, definition: known, external, hash }];
  });
  return new Map(resolved);
}

/** What a service refers to, as far as it decides what the service is. */
function usedBy(
  definition: Mapping,
  stack: Pick<ResolvedStack, 'volumes' | 'networks' | 'files'>,
): Record<string, unknown> {
  const networks = networksOf(definition).map((name) => [name, stack.networks.get(name)?.hash ?? null]);
  const volumes = Object.entries(stack.volumes).filter(([name]) => mentions(definition['volumes'], name));
  const files = stack.files.filter(({ section, name }) => mentions(definition[section], name));
  return { networks, volumes, files: files.map(({ section, name, fullName }) => [section, name, fullName]) };
}

function withLabels(definition: Mapping, labels: Readonly<Record<string, string>>): Mapping {
  const deploy = definition['deploy'] as Mapping;
  return { ...definition, deploy: { ...deploy, labels: { ...(deploy['labels'] as Mapping), ...labels } } };
}

function labelled(definition: Mapping, labels: Readonly<Record<string, string>>): Mapping {
  if (isExternal(definition)) return definition;
  return { ...definition, labels: { ...readLabels(definition['labels']), ...labels } };
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
