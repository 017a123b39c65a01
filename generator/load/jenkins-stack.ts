import { composeReader } from './compose-reader.ts';
import type { ComposeReader } from './compose-reader.ts';
import { isMapping } from './merge-keys.ts';
import type { Entry } from './merge-keys.ts';
import { parseYamlDocument } from './yaml-document.ts';
import type { PathStep, Position } from './yaml-document.ts';

/** A secret or config as a service mounts it. */
export interface MountedFile {
  source: string;
  /** Where the container reads it. */
  path: string;
  /** As they are written; Docker's own are root and 0444. */
  uid: string | undefined;
  mode: string | undefined;
  place: Position;
}

export interface HostingService {
  name: string;
  place: Position;
  secrets: MountedFile[];
  configs: MountedFile[];
  /** `deploy.resources.limits.memory` as it is written. */
  memory: { text: string; place: Position } | undefined;
  /** `deploy.replicas`, where it is said. */
  replicas: { text: string; place: Position } | undefined;
  /** `deploy.update_config.order`, where it is said. */
  order: { text: string; place: Position } | undefined;
}

/** A secret or config at the top of the file. */
export interface FileDefinition {
  external: boolean;
  file: string | undefined;
  place: Position;
}

export interface HostingStack {
  /** Of `services:`. */
  place: Position;
  services: Map<string, HostingService>;
  secrets: Map<string, FileDefinition>;
  configs: Map<string, FileDefinition>;
}

/**
 * Reads of a stack file what Jenkins' configuration has to agree with.
 * @returns undefined where there are no services to be read: that is said by readStackFile
 */
export function readHostingStack(
  content: Uint8Array,
  variables: Readonly<Record<string, string>>,
): HostingStack | undefined {
  const document = parseYamlDocument(content);
  const reader = composeReader(document, variables);
  const services = reader.at(reader.root, 'services');
  if (!services || !isMapping(services.value)) return undefined;
  const locate = (path: readonly PathStep[], part?: 'key'): Position => document.locate(path, part);
  const definitions = (section: string): Map<string, FileDefinition> =>
    new Map(
      [...reader.entries(reader.at(reader.root, section))].map(([name, entry]) => [
        name,
        {
          external: isExternal(reader, entry),
          file: reader.text(reader.at(entry, 'file')),
          place: locate(entry.path, 'key'),
        },
      ]),
    );
  return {
    place: locate(services.path, 'key'),
    services: new Map(
      [...reader.entries(services)].map(([name, entry]) => [name, readService(name, entry, reader, locate)]),
    ),
    secrets: definitions('secrets'),
    configs: definitions('configs'),
  };
}

function isExternal(reader: ComposeReader, entry: Entry): boolean {
  const external = reader.at(entry, 'external');
  return external !== undefined && external.value !== false && reader.text(external) !== 'false';
}

type Locate = (path: readonly PathStep[], part?: 'key') => Position;

function readService(name: string, entry: Entry, reader: ComposeReader, locate: Locate): HostingService {
  const mounts = (section: 'secrets' | 'configs'): MountedFile[] =>
    reader.items(reader.at(entry, section)).flatMap((item) => readMount(section, item, reader, locate) ?? []);
  const written = (...keys: string[]): { text: string; place: Position } | undefined => {
    const found = reader.at(entry, 'deploy', ...keys);
    const text = reader.text(found);
    return found && text !== undefined ? { text, place: locate(found.path) } : undefined;
  };
  return {
    name,
    place: locate(entry.path, 'key'),
    secrets: mounts('secrets'),
    configs: mounts('configs'),
    memory: written('resources', 'limits', 'memory'),
    replicas: written('replicas'),
    order: written('update_config', 'order'),
  };
}

/** The short form mounts a secret below /run/secrets and a config at the root; so does a target without a slash. */
function readMount(
  section: 'secrets' | 'configs',
  item: Entry,
  reader: ComposeReader,
  locate: Locate,
): MountedFile | undefined {
  const source = reader.text(isMapping(item.value) ? reader.at(item, 'source') : item);
  if (source === undefined) return undefined;
  const target = reader.text(reader.at(item, 'target')) ?? source;
  const folder = section === 'secrets' ? '/run/secrets/' : '/';
  return {
    source,
    path: target.startsWith('/') ? target : `${folder}${target}`,
    uid: reader.text(reader.at(item, 'uid')),
    mode: reader.text(reader.at(item, 'mode')),
    place: locate(item.path),
  };
}
