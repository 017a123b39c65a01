import type { Project } from '../model/project/project.ts';
import { dockerfileOf, plainFolder } from './dockerfile-path.ts';

/**
 * The paths that a project names, and those that loading and hashing look for beside them. Some may not exist.
 * What `inputs:` names may be large, and its content is not read: of it only the folder that it lies in.
 */
export function namedPaths(project: Project): string[] {
  const inputs = [project.images, project.amis, project.infrastructure].flatMap((section) =>
    Object.values(section).flatMap((component: { inputs?: string[] | undefined }) => component.inputs ?? []),
  );
  return [
    ...Object.values(project.images).flatMap((image) => {
      const [folder, dockerfile] = [plainFolder(image.context), plainFolder(dockerfileOf(image))];
      const ignore = folder === '' ? '.dockerignore' : `${folder}/.dockerignore`;
      return [folder, dockerfile, ignore, `${dockerfile}.dockerignore`];
    }),
    ...Object.values(project.amis).flatMap(({ template, playbook = template }) => [template, playbook]),
    ...Object.values(project.infrastructure).flatMap(({ deploy, destroy }) => [deploy, destroy]),
    ...Object.values(project.stacks).map(({ file }) => file),
    ...(project.ssh_keys ?? []),
    ...inputs.map((path) => plainFolder(path).replace(/\/?[^/]*$/, '')),
  ];
}
