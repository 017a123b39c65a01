import { contextOf, findIgnoreFile } from '../hash/context-inputs.ts';
import type { CommitFiles } from '../model/commit-files.ts';
import type { Project } from '../model/project/project.ts';
import { folderOf, normalisePath } from './ansible/repository-path.ts';

/**
 * Reads at once what the hashes will ask for: the contexts that an ignore file picks from, and the documents beside
 * playbooks. So it costs one process for each level of folders, and not for each image, play and role. Changes no answer.
 */
export function prepareInputs(
  files: CommitFiles,
  { images, amis, infrastructure }: Pick<Project, 'images' | 'amis' | 'infrastructure'>,
): void {
  const picked = Object.values(images)
    .filter((image) => findIgnoreFile(files, image) !== undefined)
    .map((image) => contextOf(image).folder);
  const playbooks = [
    ...Object.values(amis).map(({ playbook }) => playbook),
    ...Object.values(infrastructure).flatMap(({ deploy, destroy }) => [deploy, destroy]),
  ];
  // In the root itself the whole repository lies beside them.
  const beside = [...new Set(playbooks.map((path) => folderOf(normalisePath(path ?? '') ?? '')))].filter(
    Boolean,
  );
  if (picked.length + beside.length > 0) files.prepareLists?.([...picked, ...beside]);
  for (const folder of beside) prepareDocuments(files, folder);
}

/** Where there are more, most of them are something else. */
const MOST_DOCUMENTS = 500;

function prepareDocuments(files: CommitFiles, folder: string): void {
  if (!files.prepare) return;
  const documents = files.list(folder).filter(({ path }) => /\.ya?ml$/.test(path));
  if (documents.length <= MOST_DOCUMENTS) files.prepare(documents.map(({ path }) => `${folder}/${path}`));
}
