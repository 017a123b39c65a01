import { load } from 'js-yaml';
import { loadProject } from '../../../generator/load/load-project.ts';
import { formatProblem } from '../../../generator/model/problem.ts';
import type { RepositoryFiles } from '../../../generator/model/repository-files.ts';
import { readPackageSources } from '../../../generator/adapters/package-sources.ts';
import { CASC_FILE } from '../../../generator/model/jenkins/hosting-stack.ts';
import { renderJenkins } from '../../../generator/render/render-project.ts';
import { createTemplates } from '../../../generator/render/templates.ts';
import { resolveCasc } from '../../render/casc-shapes.ts';
import { hostingStack } from '../../load/hosting-stack.ts';

const FILES: Readonly<Record<string, string>> = {
  'api/Dockerfile': 'FROM scratch\n',
  'deploy.yml': '[]\n',
  'destroy.yml': '[]\n',
  'shop.yml': 'services: { api: { image: shop/api } }\n',
  'jenkins.yml': hostingStack({
    image: 'shop/api',
    credentials: ['git', 'registry', 'slack', 'secret', 'key', 'b', 'smtp'],
  }),
};

const fill = createTemplates(readPackageSources().templates);

/**
 * Loads a project.yaml as `millrace generate` does, and renders its Groovy and its tables of values: path -> text. Left out is what is the
 * same for every project. @throws Error with every problem
 */
export function renderYaml(yaml: object): Map<string, string> {
  const result = loadProject(filesWith(yaml));
  if (!result.loaded) throw new Error(result.problems.map(formatProblem).join('\n'));
  const files = renderJenkins(result.loaded.project, result.loaded.jobs, fill);
  const casc = files.get(CASC_FILE);
  if (casc === undefined) return files;
  files.delete(CASC_FILE);
  return new Map([...files, ...partCasc(casc)]);
}

/**
 * The controller's configuration as Jenkins takes it: its script, with a stand-in for the files that it reads, and all
 * other values as a table.
 */
function partCasc(text: string): [string, string][] {
  const { jobs, ...rest } = JSON.parse(
    JSON.stringify(load(text), (_, value: unknown) =>
      typeof value === 'string' ? resolveCasc(value, (path) => `content of ${path}`) : value,
    ),
  ) as { jobs: { script: string }[] };
  const script = jobs[0]!.script.replace("new File(path).getText('UTF-8')", "('user:' + path)");
  return [
    ['casc-jobs.groovy', script.replaceAll('hudson.util.Secret.fromString', 'secretOf')],
    ['casc-values.json', JSON.stringify({ values: valuesIn(rest) })],
  ];
}

function valuesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).flatMap(([key, one]) => [key, ...valuesIn(one)]);
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
