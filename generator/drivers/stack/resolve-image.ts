import { pinOf } from '../../hash/pins.ts';
import { componentId } from '../../model/component.ts';
import type { ComponentId } from '../../model/component.ts';
import { classifyReference } from '../../model/image-reference.ts';
import { formatReference, mirrorReference } from '../../model/mirrors.ts';
import type { MirrorRules } from '../../model/mirrors.ts';
import { UserError } from '../../model/user-error.ts';
import type { Artifact } from '../../plan/plan.ts';
import type { ProjectSource } from '../driver.ts';
import { missingArtifact } from '../image/resolve-reference.ts';
import { formatRepository, repositoryOf } from '../image/registry-place.ts';

export interface ImageSources extends Pick<ProjectSource, 'project' | 'lock'> {
  artifacts: ReadonlyMap<ComponentId, Artifact>;
  mirrors: MirrorRules;
  /** Where the Swarm's nodes read the project's images; this run may read them elsewhere, through a tunnel. */
  registry: string;
}

/**
 * What `image:` of a service stands for, by digest: an image of this project by its artifact, any other by its pin.
 * @throws UserError UNPINNED, MISSING_ARTIFACT, BAD_STACK
 */
export function resolveImage(text: string, service: string, sources: ImageSources): string {
  const { project, lock, artifacts, mirrors, registry } = sources;
  const found = classifyReference(text, project.project);
  if (found.kind === 'problem') {
    throw new UserError('BAD_STACK', `the service ${service}: ${found.message}; ${found.hint}`);
  }
  if (found.kind === 'component') {
    const artifact = artifacts.get(componentId('image', found.name));
    if (!artifact) throw missingArtifact(componentId('image', found.name));
    return `${formatRepository(repositoryOf(registry, project.project, found.name))}@${artifact.id}`;
  }
  const digest = pinOf(text, lock);
  if (digest === undefined) {
    throw new UserError('UNPINNED', `${text} has no pin in project.lock.yaml; run \`millrace lock\``);
  }
  const { domain, path } = mirrorReference(found.reference, mirrors);
  return formatReference({ domain, path, digest });
}
