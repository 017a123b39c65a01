import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contextEntries, contextOf } from '../../hash/context-inputs.ts';
import type { ImageBuildRequest } from '../../ports/image-builder.ts';
import type { RunOptions } from '../../ports/processes.ts';
import type { Artifact } from '../../plan/plan.ts';
import type { HashedComponent, TaskContext } from '../driver.ts';
import type { ImageTools } from './image-tools.ts';
import { argsOf, platformsOf } from './inputs.ts';
import { findArtifact } from './observe-images.ts';
import { publishImage } from './publish-image.ts';
import { repositoryOf } from './registry-place.ts';
import { resolveReference } from './resolve-reference.ts';
import { rewriteDockerfile } from './rewrite-dockerfile.ts';

/** What takes precedence over an ignore file in the context, which has done its work before: nothing more is left out. */
const NOTHING_IGNORED = '# What is here is what was hashed.\n';

/**
 * Builds from exactly the hashed files, tests, and publishes under the hash; or adopts what somebody else has published
 * meanwhile.
 * @param localTag the engine's name of it while it is made
 */
export async function buildImage(
  component: HashedComponent,
  task: TaskContext,
  tools: ImageTools,
  localTag: string,
): Promise<Artifact> {
  const { project } = task.source;
  const image = project.images[component.name]!;
  const options: RunOptions = { onLine: task.log, signal: task.signal };
  if (tools.publishes) {
    const address = repositoryOf(tools.place.read, project.project, component.name);
    const adopted = await findArtifact(component, address, tools);
    if (adopted) {
      task.phase('adopting what another run has published');
      return adopted;
    }
  }
  task.phase('exporting');
  const request = await prepareBuild(component, task, tools, localTag);
  task.phase('building');
  await tools.builder.build(request, options);
  if (image.test) {
    task.phase('testing');
    await tools.builder.test(localTag, image.test, options);
  }
  if (!tools.publishes) return { id: localTag, reference: localTag };
  task.phase('pushing');
  return publishImage(component, task, tools, localTag);
}

async function prepareBuild(
  { id, name }: HashedComponent,
  { source, artifacts, observation, folder, exportFiles }: TaskContext,
  { mirrors }: ImageTools,
  localTag: string,
): Promise<ImageBuildRequest> {
  const { files, project } = source;
  const image = project.images[name]!;
  const args = argsOf(image);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(files.read(contextOf(image).dockerfile));
  const rewritten = rewriteDockerfile(
    text,
    (reference) => resolveReference(reference, source, artifacts, mirrors),
    { args, ...(image.target === undefined ? {} : { target: image.target }) },
  );
  const context = await exportFiles('context', contextEntries(files, image));
  const dockerfile = join(folder, 'Dockerfile');
  await writeFile(dockerfile, rewritten);
  await writeFile(`${dockerfile}.dockerignore`, NOTHING_IGNORED);
  const last = observation.state === 'absent' ? observation.last : undefined;
  return {
    context,
    dockerfile,
    ...(image.target === undefined ? {} : { target: image.target }),
    args,
    platforms: platformsOf(image),
    localTag,
    epoch: source.lock.epochs[id] ?? 0,
    ...(last ? { cacheFrom: last.reference } : {}),
  };
}
