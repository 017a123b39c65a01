import { sourceTag } from '../../model/component-hash.ts';
import { UserError } from '../../model/user-error.ts';
import type { Artifact } from '../../plan/plan.ts';
import type { HashedComponent, TaskContext } from '../driver.ts';
import type { ImageTools } from './image-tools.ts';
import { findArtifact } from './observe-images.ts';
import { formatRecordTag } from './record-tag.ts';
import { formatRepository, repositoryOf } from './registry-place.ts';

/**
 * First the whole image under its record, then, in one request, its manifest under the hash: nobody sees the hash
 * before all of it is there. Of two that publish at the same time the one that finds the other's takes it.
 */
export async function publishImage(
  component: HashedComponent,
  { source, log, signal }: TaskContext,
  tools: ImageTools,
  localTag: string,
): Promise<Artifact> {
  const { builder, clock, place, registry } = tools;
  const { project } = source.project;
  const [read, write] = [place.read, place.write].map((one) => repositoryOf(one, project, component.name));
  const record = formatRecordTag(component.hash, source.files.revision, clock.now());
  const pushed = await builder.publish(localTag, `${formatRepository(write!)}:${record}`, {
    onLine: log,
    signal,
  });
  const manifest = await registry.findManifest(write!, record);
  if (manifest?.digest !== pushed) {
    throw new UserError(
      'PUSH_FAILED',
      `${formatRepository(write!)}:${record} was pushed as ${pushed}, the registry has ${manifest?.digest ?? 'none'}; does something else write there?`,
    );
  }
  signal.throwIfAborted();
  const theirs = await findArtifact(component, read!, tools);
  if (theirs) return theirs;
  const { mediaType, body } = manifest;
  await registry.putManifest(write!, sourceTag(component.hash), { mediaType, body, blobs: [] });
  // What is there now is the artifact, whoever was last.
  const artifact = await findArtifact(component, read!, tools);
  if (artifact) return artifact;
  throw new UserError(
    'PUSH_FAILED',
    `${formatRepository(write!)} took ${sourceTag(component.hash)}, but ${place.read} does not have it; do both addresses lead to the same registry?`,
  );
}
