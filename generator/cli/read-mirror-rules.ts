import { readMirrors } from '../model/mirrors.ts';
import type { MirrorRules } from '../model/mirrors.ts';
import type { Project } from '../model/project/project.ts';
import { invalidMirrors } from './invalid-mirrors.ts';

/**
 * Where externals are fetched: `mirrors:` of project.yaml, and over it the file that MILLRACE_MIRRORS names (YAML or
 * JSON, the same mapping).
 * @throws UserError INVALID_MIRRORS with every problem
 */
export async function readMirrorRules(
  project: Pick<Project, 'mirrors'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<MirrorRules> {
  const path = env['MILLRACE_MIRRORS'] ?? '';
  const own = project.mirrors ?? {};
  const other = path === '' ? {} : (await import('./read-mirror-file.ts')).readMirrorFile(path);
  const { rules, problems } = readMirrors({ ...own, ...other });
  const first = problems[0];
  if (!first) return rules;
  const places = problems.map(({ key, message, hint }) => ({
    file: path !== '' && !Object.hasOwn(own, key) ? path : 'project.yaml',
    line: 1,
    column: 1,
    path: `mirrors.${key}`,
    message,
    hint,
  }));
  throw invalidMirrors(
    `${places.length === 1 ? 'a mirror is' : `${places.length} mirrors are`} wrong`,
    places,
  );
}
