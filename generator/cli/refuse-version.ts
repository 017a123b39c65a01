import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import { readVersion } from './read-version.ts';

/**
 * Another version may generate, hash and deploy in another way: who moves a project to one does so in a commit.
 * @throws UserError OTHER_VERSION
 */
export function refuseVersion({ millrace }: Pick<Project, 'millrace'>): void {
  const version = readVersion();
  if (millrace === undefined || millrace === version) return;
  throw new UserError(
    'OTHER_VERSION',
    `project.yaml: millrace: expected ${version}, the version of this program, found ${millrace}; ` +
      `install millrace@${millrace}, or write millrace: ${version} and run \`millrace generate\``,
  );
}
