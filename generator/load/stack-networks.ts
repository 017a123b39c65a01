import { interpolate } from './compose-variables.ts';
import { isMapping, mergeEntries } from './merge-keys.ts';

/** Networks by which stacks meet, each by its name in the Swarm. */
export interface StackNetworks {
  /** Those that the stack makes under a name of their own. */
  makes: string[];
  /** Those that are to be there before it. */
  needs: string[];
}

/** @param section the value of `networks:` in a stack file; what is wrong in it is passed over */
export function readStackNetworks(
  section: unknown,
  variables: Readonly<Record<string, string>>,
): StackNetworks {
  const found: StackNetworks = { makes: [], needs: [] };
  if (!isMapping(section)) return found;
  for (const [key, { value, path }] of mergeEntries(section, [])) {
    if (!isMapping(value)) continue;
    const fields = mergeEntries(value, path);
    const external = fields.get('external')?.value;
    // Written either beside `external: true` or, as it was before, below it.
    const named = fields.get('name')?.value ?? (isMapping(external) ? external['name'] : undefined);
    const name = typeof named === 'string' ? replace(named, variables) : undefined;
    const isExternal = isMapping(external) || external === true;
    if (isExternal) found.needs.push(name ?? key);
    else if (name !== undefined) found.makes.push(name);
  }
  return found;
}

function replace(text: string, variables: Readonly<Record<string, string>>): string | undefined {
  const read = interpolate(text, variables);
  return 'error' in read ? undefined : read.text;
}
