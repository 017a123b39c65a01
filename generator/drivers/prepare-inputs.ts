import { findIgnoreFile } from '../hash/context-inputs.ts';
import type { CommitFiles } from '../model/commit-files.ts';
import type { Project } from '../model/project/project.ts';
import { contextOf } from './image/inputs.ts';

/**
 * Lists at once the contexts that an ignore file picks from, so that it costs one process for each level of folders
 * and not for each image. Changes no answer.
 */
export function prepareInputs(files: CommitFiles, { images }: Pick<Project, 'images'>): void {
  const picked = Object.values(images)
    .map(contextOf)
    .filter((context) => findIgnoreFile(files, context) !== undefined);
  if (picked.length > 0) files.prepareLists?.(picked.map(({ folder }) => folder));
}
