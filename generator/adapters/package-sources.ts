import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RenderSources } from '../model/rendered-files.ts';

/**
 * Templates and library steps of this package, read beside the sources. The build replaces this module by one that
 * needs no files: script/build.mjs.
 */
export function readPackageSources(): RenderSources {
  const render = fileURLToPath(new URL('../render/', import.meta.url));
  return {
    templates: readFolder(join(render, 'templates'), '.hbs', ''),
    library: readFolder(join(render, 'library/vars'), '', 'vars/'),
  };
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
