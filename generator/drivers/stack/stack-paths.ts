import { interpolate } from '../../load/compose-variables.ts';
import { isMapping, mergeEntries } from '../../load/merge-keys.ts';
import type { Entry } from '../../load/merge-keys.ts';
import { parseYamlDocument } from '../../load/yaml-document.ts';
import { folderOf, normalisePath } from '../ansible/repository-path.ts';

/**
 * The files that a stack file names: `env_file` of services, `file:` of configs and secrets.
 * @param file its own path: what it names is relative to its folder
 * @returns paths from the repository's root; what lies outside of it is left out
 */
export function stackPaths(
  content: Uint8Array,
  file: string,
  variables: Readonly<Record<string, string>>,
): string[] {
  const { value } = parseYamlDocument(content);
  if (!isMapping(value)) return [];
  const root = mergeEntries(value, []);
  const written = [
    ...fieldsOf(root.get('services'), 'env_file'),
    ...fieldsOf(root.get('configs'), 'file'),
    ...fieldsOf(root.get('secrets'), 'file'),
  ];
  const paths = written.flatMap((text) => {
    const filled = interpolate(text, variables);
    if ('error' in filled || filled.text.startsWith('/')) return [];
    return normalisePath(`${folderOf(file)}/${filled.text}`.replace(/^\//, '')) ?? [];
  });
  return [...new Set(paths)].sort();
}

/** The texts under `name` in each entry of a section; `env_file` may be a list, and its entries mappings. */
function fieldsOf(section: Entry | undefined, name: string): string[] {
  if (!section || !isMapping(section.value)) return [];
  return [...mergeEntries(section.value, section.path).values()].flatMap(({ value, path }) => {
    if (!isMapping(value)) return [];
    const field = mergeEntries(value, path).get(name)?.value;
    return (Array.isArray(field) ? field : [field]).flatMap((item: unknown) => {
      const text = isMapping(item) ? item['path'] : item;
      return typeof text === 'string' ? [text] : [];
    });
  });
}
