import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatPath, parseYamlDocument } from '../load/yaml-document.ts';
import type { Problem } from '../model/problem.ts';
import { invalidMirrors } from './invalid-mirrors.ts';

/** The file that MILLRACE_MIRRORS names. @throws UserError INVALID_MIRRORS with every problem */
export function readMirrorFile(path: string): Record<string, string> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(resolve(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw invalidMirrors(
      `the file of MILLRACE_MIRRORS, ${path}, cannot be read (${code}); name one that can`,
    );
  }
  const document = parseYamlDocument(bytes, { plainData: true });
  const problems: Problem[] = document.problems.map(({ line, column, path: steps, message, hint }) => {
    return { file: path, line, column, path: formatPath(steps), message, hint };
  });
  const { value } = document;
  if (problems.length > 0) throw invalidMirrors(`${path} is not a mapping of mirrors`, problems);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidMirrors(`${path}: expected a mapping of images or registries to where they are fetched`);
  }
  for (const [key, target] of Object.entries(value)) {
    if (typeof target === 'string') continue;
    const place = { file: path, ...document.locate([key]), path: formatPath([key]) };
    problems.push({ ...place, message: 'expected text', hint: 'write where it is fetched' });
  }
  if (problems.length > 0) throw invalidMirrors(`${path} is not a mapping of mirrors`, problems);
  return value as Record<string, string>;
}
