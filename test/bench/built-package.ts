import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './measure.ts';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/**
 * What an installation of the package would start, built from the sources as they are; a dist/ of the checkout is
 * neither used nor touched.
 * @returns the path of bin/millrace
 */
export async function buildPackage(folder: string): Promise<string> {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  for (const path of ['package.json', 'bin/millrace', 'bin/package.json'])
    cpSync(join(REPOSITORY, path), join(folder, path));
  const { code, output } = await run('node', ['script/build.mjs', join(folder, 'dist')], REPOSITORY);
  if (code !== 0) throw new Error(`the build failed: ${output}`);
  return join(folder, 'bin/millrace');
}
