import type { Component, ComponentGraph } from '../model/component.ts';
import type { WantedPins } from '../model/lock-changes.ts';
import type { Image } from '../model/project/components.ts';
import type { Project } from '../model/project/project.ts';
import type { RepositoryFiles } from '../model/repository-files.ts';
import { dockerfileOf } from './dockerfile-path.ts';
import { readDockerfile } from './dockerfile.ts';
import { readStackFile } from './stack-file.ts';

/** What is to be pinned, and where a person finds the first mention of each reference. */
export interface MentionedPins extends WantedPins {
  mentions: ReadonlyMap<string, { file: string; line: number; column: number }>;
}

/** What an image is built for where it does not say; never the host's. */
const DEFAULT_PLATFORMS = ['linux/amd64'];

/**
 * All externals of a checked project. A reference with a digest is its own pin. Platforms are those of the images that
 * have it; not of a frontend (`# syntax`), nor of a stage that says its own (`FROM --platform=`), nor of a stack, which
 * runs on whatever its nodes are.
 */
export function collectWantedPins(
  project: Project,
  graph: ComponentGraph,
  files: RepositoryFiles,
): MentionedPins {
  const images = new Map<string, Set<string>>();
  const mentions = new Map<string, { file: string; line: number; column: number }>();
  for (const component of graph.values()) {
    const externals = new Set(component.externals.filter((text) => !text.includes('@')));
    for (const text of externals) {
      if (!images.has(text)) images.set(text, new Set());
    }
    for (const { text, platforms, ...place } of mentionsOf(component, project, files)) {
      if (!externals.has(text)) continue;
      for (const platform of platforms) images.get(text)!.add(platform);
      if (!mentions.has(text)) mentions.set(text, place);
    }
  }
  const amis = new Map(Object.entries(project.amis).map(([name, { source }]) => [name, source] as const));
  return {
    images: new Map([...images].map(([text, platforms]) => [text, [...platforms].sort()] as const)),
    amis,
    mentions,
    ...(project.aws === undefined ? {} : { region: project.aws.region }),
  };
}

interface Mention {
  text: string;
  platforms: readonly string[];
  file: string;
  line: number;
  column: number;
}

function mentionsOf({ kind, name }: Component, project: Project, files: RepositoryFiles): Mention[] {
  const image = kind === 'image' ? project.images[name] : undefined;
  if (image) return mentionsOfImage(image, files);
  const stack = kind === 'stack' ? project.stacks[name] : undefined;
  const content = stack && files.read(stack.file);
  if (!stack || !content) return [];
  const variables = asText(stack.variables);
  return readStackFile(content, { variables }).services.flatMap((service) =>
    service.image ? [{ ...service.image, platforms: [], file: stack.file }] : [],
  );
}

function mentionsOfImage(image: Image, files: RepositoryFiles): Mention[] {
  const file = dockerfileOf(image);
  const content = files.read(file);
  if (!content) return [];
  const lines = new TextDecoder().decode(content).split('\n');
  const target = image.target === undefined ? {} : { target: image.target };
  const { references } = readDockerfile(content, { args: asText(image.args), ...target });
  return references.map(({ text, source, line, column }) => {
    const before = lines[line - 1]?.slice(0, column - 1) ?? '';
    const isForeign = source === '# syntax' || (source === 'FROM' && before.includes('--platform'));
    return { text, line, column, file, platforms: isForeign ? [] : (image.platforms ?? DEFAULT_PLATFORMS) };
  });
}

function asText(values: Readonly<Record<string, string | number | boolean>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}
