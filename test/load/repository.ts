import { loadProject } from '../../generator/load/load-project.ts';
import { formatProblem } from '../../generator/model/problem.ts';
import type { RepositoryFiles } from '../../generator/model/repository-files.ts';

/** A repository of these files, as values. */
export function repositoryOf(texts: Readonly<Record<string, string | Uint8Array>>): RepositoryFiles {
  const plain = (path: string): string =>
    path
      .split('/')
      .filter((step) => step !== '' && step !== '.')
      .join('/');
  const folders = new Set(['']);
  for (const path of Object.keys(texts)) {
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1))
      folders.add(path.slice(0, slash));
  }
  return {
    read(path) {
      const found = Object.hasOwn(texts, plain(path)) ? texts[plain(path)] : undefined;
      return typeof found === 'string' ? new TextEncoder().encode(found) : found;
    },
    kind(path) {
      if (Object.hasOwn(texts, plain(path))) return 'file';
      return folders.has(plain(path)) ? 'directory' : 'none';
    },
  };
}

/** What `validate` says of a project.yaml in a repository that holds a Dockerfile and a playbook beside it. */
export function problemsOf(
  projectYaml: string | Uint8Array,
  more: Readonly<Record<string, string | Uint8Array>> = {},
): string[] {
  const texts = { Dockerfile: 'FROM scratch\n', 'play.yml': '[]\n', ...more, 'project.yaml': projectYaml };
  return loadProject(repositoryOf(texts)).problems.map(formatProblem);
}

export function warningsOf(
  projectYaml: string,
  more: Readonly<Record<string, string | Uint8Array>> = {},
): string[] {
  const texts = { Dockerfile: 'FROM scratch\n', 'play.yml': '[]\n', ...more, 'project.yaml': projectYaml };
  return loadProject(repositoryOf(texts)).warnings.map(formatProblem);
}
