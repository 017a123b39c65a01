import { contextOf, findIgnoreFile } from '../hash/context-inputs.ts';
import type { CommitFiles } from '../model/commit-files.ts';
import type { Project } from '../model/project/project.ts';

/**
 * Lists at once the contexts that an ignore file picks from, so that it costs one process for each level of folders
 * and not for each image. Changes no answer.
 */
export function prepareInputs(files: CommitFiles, { images }: Pick<Project, 'images'>): void {
  const picked = Object.values(images)
    .filter((image) => findIgnoreFile(files, image) !== undefined)
    .map((image) => contextOf(image).folder);
  if (picked.length > 0) files.prepareLists?.(picked);
}
