import { parseYamlDocument } from '../../load/yaml-document.ts';

/**
 * A file of Ansible's as values. Its own tags (`!vault`, `!unsafe`) are left out: what they mark is never a path.
 * @returns undefined where it cannot be read; null where it is empty
 */
export function parseAnsible(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes).replace(/(?<=[:\-[,]\s+)!(?:vault|unsafe)\b/g, '');
  const { value, problems } = parseYamlDocument(text);
  return value === undefined && problems.length === 0 ? null : value;
}
