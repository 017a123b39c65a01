import { loadProject } from '../../../generator/load/load-project.ts';
import { formatProblem } from '../../../generator/model/problem.ts';
import type { RepositoryFiles } from '../../../generator/model/repository-files.ts';
import { readPackageSources } from '../../../generator/adapters/package-sources.ts';
import { renderProject } from '../../../generator/render/render-project.ts';
import type { RenderedFiles } from '../../../generator/render/rendered-files.ts';

const FILES: Readonly<Record<string, string>> = {
  'api/Dockerfile': 'FROM scratch\n',
  'deploy.yml': '[]\n',
  'destroy.yml': '[]\n',
  'shop.yml': 'services: { api: { image: shop/api } }\n',
  'jenkins.yml': 'services: { jenkins: { image: shop/api } }\n',
};

const sources = readPackageSources();

/** Loads a project.yaml as `millrace generate` does, and renders it. @throws Error with every problem */
export function renderYaml(project: object): RenderedFiles {
  const result = loadProject(filesWith(project));
  if (!result.loaded) throw new Error(result.problems.map(formatProblem).join('\n'));
  return renderProject(result.loaded.project, result.loaded.jobs, sources);
}

/** A repository of a few files and this project.yaml. */
export function filesWith(project: object): RepositoryFiles {
  // JSON is YAML; what is not ASCII is escaped, so that the YAML reader's own limits do not play a part.
  const yaml = JSON.stringify(project).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const all: Record<string, string> = { ...FILES, 'project.yaml': yaml };
  return {
    read: (path) => (path in all ? new TextEncoder().encode(all[path]) : undefined),
    kind: (path) => (path in all ? 'file' : path === 'api' || path === '.' ? 'directory' : 'none'),
  };
}
