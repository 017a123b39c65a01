import { createHash } from 'node:crypto';
import { contextInputs, contextOf } from '../../hash/context-inputs.ts';
import { pathInputs } from '../../hash/path-inputs.ts';
import type { Component } from '../../model/component.ts';
import type { HashInput } from '../../model/component-hash.ts';
import type { Image } from '../../model/project/components.ts';
import type { ProjectSource } from '../driver.ts';

/** Where nothing else is asked for: never the host's, or two machines would build two things from one hash. */
export const DEFAULT_PLATFORMS: readonly string[] = ['linux/amd64'];

/**
 * What decides an image: its Dockerfile, even if it is ignored, what of it is built, for whom, with which arguments;
 * the context's files; the test that it must pass; and `inputs:`. Its bases are externals and parents.
 *
 * @throws UserError SUBMODULE, BAD_IGNORE_FILE, NO_PATH
 */
export function imageInputs({ name }: Component, { project, files }: ProjectSource): HashInput[] {
  const image = project.images[name]!;
  const { dockerfile } = contextOf(image);
  const context = contextInputs(files, image);
  const further = pathInputs(files, image.inputs ?? []);
  return [
    { type: 'dockerfile', name: dockerfile, value: digestOf(files.read(dockerfile)) },
    ...(image.target === undefined ? [] : [{ type: 'target', name: 'stage', value: image.target }]),
    ...Object.entries(argsOf(image)).map(([arg, value]) => ({ type: 'arg', name: arg, value })),
    { type: 'platform', name: 'platforms', value: platformsOf(image).join(',') },
    ...(image.test ? [{ type: 'test', name: 'argv', value: JSON.stringify(image.test) }] : []),
    // A path of `inputs:` may lie in the context: the same thing said twice counts once.
    ...(further.length === 0 ? context : joinInputs([...context, ...further])),
  ];
}

/** Build arguments as they reach the builder. */
export function argsOf(image: Image): Record<string, string> {
  return Object.fromEntries(Object.entries(image.args ?? {}).map(([name, value]) => [name, String(value)]));
}

/** Sorted, none twice. */
export function platformsOf(image: Image): string[] {
  return [...new Set(image.platforms ?? DEFAULT_PLATFORMS)].sort();
}

/** By its content, since it may be reached over a link. */
function digestOf(bytes: Uint8Array | undefined): string {
  return `sha256:${createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')}`;
}

function joinInputs(inputs: readonly HashInput[]): HashInput[] {
  return [...new Map(inputs.map((input) => [`${input.type} ${input.name}`, input])).values()];
}
