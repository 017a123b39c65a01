import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RenderSources } from '../render/rendered-files.ts';

/** Templates and library steps of this package: beside the sources in a checkout, in dist/ once built. */
export function readPackageSources(): RenderSources {
  const render = [join(packageRoot(), 'dist/render'), join(packageRoot(), 'generator/render')].find(
    (folder) => existsSync(join(folder, 'templates')),
  )!;
  return {
    templates: readFolder(join(render, 'templates'), '.hbs', ''),
    library: readFolder(join(render, 'library/vars'), '', 'vars/'),
  };
}

/** The folder of package.json: the nearest upwards from this file. */
export function packageRoot(): string {
  let folder = fileURLToPath(new URL('.', import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = join(folder, '..');
  return folder;
}

function readFolder(folder: string, suffix: string, prefix: string): Record<string, string> {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .sort();
  return Object.fromEntries(
    names.map((name) => [
      prefix + name.slice(0, name.length - suffix.length),
      readFileSync(join(folder, name), 'utf8'),
    ]),
  );
}
