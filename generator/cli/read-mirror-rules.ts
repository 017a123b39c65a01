import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatPath, parseYamlDocument } from '../load/yaml-document.ts';
import { readMirrors } from '../model/mirrors.ts';
import type { MirrorRules } from '../model/mirrors.ts';
import type { Problem } from '../model/problem.ts';
import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';

/**
 * Where externals are fetched: `mirrors:` of project.yaml, and over it the file that MILLRACE_MIRRORS names (YAML or
 * JSON, the same mapping).
 * @throws UserError INVALID_MIRRORS with every problem
 */
export function readMirrorRules(
  project: Pick<Project, 'mirrors'>,
  env: Readonly<Record<string, string | undefined>>,
): MirrorRules {
  const path = env['MILLRACE_MIRRORS'] ?? '';
  const own = project.mirrors ?? {};
  const { rules, problems } = readMirrors({ ...own, ...(path === '' ? {} : readMirrorFile(path)) });
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
  throw invalid(`${places.length === 1 ? 'a mirror is' : `${places.length} mirrors are`} wrong`, places);
}

function readMirrorFile(path: string): Record<string, string> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(resolve(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw invalid(`the file of MILLRACE_MIRRORS, ${path}, cannot be read (${code}); name one that can`);
  }
  const document = parseYamlDocument(bytes, { plainData: true });
  const problems: Problem[] = document.problems.map(({ line, column, path: steps, message, hint }) => {
    return { file: path, line, column, path: formatPath(steps), message, hint };
  });
  const { value } = document;
  if (problems.length > 0) throw invalid(`${path} is not a mapping of mirrors`, problems);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`${path}: expected a mapping of images or registries to where they are fetched`);
  }
  for (const [key, target] of Object.entries(value)) {
    if (typeof target === 'string') continue;
    const place = { file: path, ...document.locate([key]), path: formatPath([key]) };
    problems.push({ ...place, message: 'expected text', hint: 'write where it is fetched' });
  }
  if (problems.length > 0) throw invalid(`${path} is not a mapping of mirrors`, problems);
  return value as Record<string, string>;
}

function invalid(message: string, problems: readonly Problem[] = []): UserError {
  return new UserError('INVALID_MIRRORS', message, problems);
}
