import { isMapping } from '../../load/merge-keys.ts';
import type { Mapping } from '../../load/merge-keys.ts';

/** The networks of a service by their names in the file; Docker has `default` where it names none. */
export function networksOf({ networks }: Mapping): string[] {
  if (Array.isArray(networks)) return networks.map(String);
  const names = isMapping(networks) ? Object.keys(networks) : [];
  return names.length > 0 ? names : ['default'];
}

/** Whether a list of short (`name:…`) or long (`source: name`) entries refers to a name. */
export function mentions(list: unknown, name: string): boolean {
  if (!Array.isArray(list)) return false;
  return list.some((item: unknown) =>
    isMapping(item) ? item['source'] === name : String(item).split(':', 1)[0] === name,
  );
}

export function isExternal({ external }: Mapping): boolean {
  return external === true || isMapping(external);
}

/** `name:`, or that of `external: { name: … }`, which is older. */
export function nameOf({ name, external }: Mapping): string | undefined {
  const given = name ?? (isMapping(external) ? external['name'] : undefined);
  return typeof given === 'string' && given !== '' ? given : undefined;
}
