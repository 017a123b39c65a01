import type { ComponentId } from '../model/component.ts';
import { hintNearest } from '../model/nearest-name.ts';
import { shorten } from '../model/shorten.ts';
import { UserError } from '../model/user-error.ts';

/** Those of the ids, in the order of the project; all where none is given. @throws UserError NO_COMPONENT */
export function chooseComponents<Value>(
  all: ReadonlyMap<ComponentId, Value>,
  ids: readonly string[],
): ReadonlyMap<ComponentId, Value> {
  if (ids.length === 0) return all;
  const known = [...all.keys()];
  const unknown = ids.find((id) => !known.some((name) => name === id));
  if (unknown !== undefined)
    throw new UserError(
      'NO_COMPONENT',
      `there is no component ${JSON.stringify(shorten(unknown, 80))}; ${hintNearest(unknown, known)}`,
    );
  return new Map([...all].filter(([id]) => ids.includes(id)));
}
