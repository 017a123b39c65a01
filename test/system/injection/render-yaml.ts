import { loadProject } from '../../../generator/load/load-project.ts';
import { formatProblem } from '../../../generator/model/problem.ts';
import type { RepositoryFiles } from '../../../generator/model/repository-files.ts';
import { readPackageSources } from '../../../generator/adapters/package-sources.ts';
import { renderJenkins } from '../../../generator/render/render-project.ts';
import { createTemplates } from '../../../generator/render/templates.ts';

const FILES: Readonly<Record<string, string>> = {
  'api/Dockerfile': 'FROM scratch\n',
  'deploy.yml': '[]\n',
  'destroy.yml': '[]\n',
  'shop.yml': 'services: { api: { image: shop/api } }\n',
  'jenkins.yml': 'services: { jenkins: { image: shop/api } }\n',
};

const fill = createTemplates(readPackageSources().templates);

/**
 * Loads a project.yaml as `millrace generate` does, and renders its Groovy and its tables of values: path -> text. Left out is what is the
 * same for every project. @throws Error with every problem
 */
export function renderYaml(yaml: object): Map<string, string> {
  const result = loadProject(filesWith(yaml));
  if (!result.loaded) throw new Error(result.problems.map(formatProblem).join('\n'));
  return renderJenkins(result.loaded.project, result.loaded.jobs, fill);
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
