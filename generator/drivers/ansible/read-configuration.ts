import type { RepositoryFiles } from '../../model/repository-files.ts';
import { folderOf, normalisePath } from './repository-path.ts';

/** What an ansible.cfg says of where things lie; paths from the repository's root, whether they exist or not. */
export interface AnsibleConfiguration {
  rolePaths: string[];
  /** Folders of plugins, modules and collections, inventories. */
  paths: string[];
}

const PATHS = /^(?:collections_paths?|library|module_utils|inventory|\w+_plugins)$/;

/** @param path of an ansible.cfg; one that is not there says nothing */
export function readConfiguration(files: RepositoryFiles, path: string): AnsibleConfiguration {
  const found: AnsibleConfiguration = { rolePaths: [], paths: [] };
  const text = new TextDecoder().decode(files.read(path) ?? new Uint8Array());
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^([a-z_]+)\s*[=:]\s*(.*?)(?:\s+[;#].*)?$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    const list = value
      .split(/[:,]/)
      .map((part) => part.trim().replace(/^\{\{\s*CWD\s*\}\}\/?/, ''))
      .filter((part) => part !== '' && !part.startsWith('~'))
      .flatMap((part) => normalisePath(`${folderOf(path)}/${part}`.replace(/^\//, '')) ?? []);
    if (key === 'roles_path') found.rolePaths.push(...list);
    else if (PATHS.test(key)) found.paths.push(...list);
  }
  return found;
}
