import { pinOf } from '../../hash/pins.ts';
import { componentId } from '../../model/component.ts';
import type { ComponentId } from '../../model/component.ts';
import { classifyReference } from '../../model/image-reference.ts';
import { formatReference, mirrorReference } from '../../model/mirrors.ts';
import { UserError } from '../../model/user-error.ts';
import type { Artifact } from '../../plan/plan.ts';
import type { ProjectSource } from '../driver.ts';
import type { ImageTools } from './image-tools.ts';

/**
 * What a reference of a Dockerfile stands for: an image of this project by its artifact, any other by its pin, fetched
 * from its mirror where it has one.
 * @throws UserError UNPINNED, MISSING_ARTIFACT
 */
export function resolveReference(
  text: string,
  { project, lock }: Pick<ProjectSource, 'project' | 'lock'>,
  artifacts: ReadonlyMap<ComponentId, Artifact>,
  mirrors: ImageTools['mirrors'],
): string {
  const found = classifyReference(text, project.project);
  if (found.kind === 'problem') throw new UserError('BAD_DOCKERFILE', `${found.message}; ${found.hint}`);
  if (found.kind === 'component') {
    const id = componentId('image', found.name);
    const artifact = artifacts.get(id);
    if (!artifact) throw missingArtifact(id);
    return artifact.reference;
  }
  const digest = pinOf(text, lock);
  if (digest === undefined) {
    throw new UserError('UNPINNED', `${text} has no pin in project.lock.yaml; run \`millrace lock\``);
  }
  const { domain, path } = mirrorReference(found.reference, mirrors);
  return formatReference({ domain, path, digest });
}

export function missingArtifact(id: ComponentId): UserError {
  return new UserError(
    'MISSING_ARTIFACT',
    `${id} is needed and was not built yet; run \`millrace apply --only ${id}\` first, or without --only`,
  );
}
