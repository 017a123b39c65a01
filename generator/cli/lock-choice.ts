import type { ComponentGraph, ComponentId } from '../model/component.ts';
import type { WantedPins } from '../model/lock-changes.ts';
import { hintNearest } from '../model/nearest-name.ts';
import { UserError } from '../model/user-error.ts';

/**
 * What `--update` names: references as they are written, AMIs (`ami:NAME`), and images or stacks, which stand for all
 * of their externals.
 * @param update as commander gives it: true without names
 * @param exceptAmis taking in a machine image replaces nodes, which is somebody's decision at another time
 * @throws UserError UNKNOWN_REFERENCE, USAGE
 */
export function chooseRefreshed(
  { update, exceptAmis }: Readonly<Record<string, unknown>>,
  wanted: WantedPins,
  graph: ComponentGraph,
): ReadonlySet<string> | 'all' {
  if (exceptAmis === true) {
    if (update === true) return new Set(wanted.images.keys());
    const found = update === undefined ? 'none' : 'names';
    throw new UserError(
      'USAGE',
      `--except-amis: expected --update without names, found ${found}; what is named is all that moves`,
    );
  }
  if (update === true) return 'all';
  const known = [...wanted.images.keys(), ...graph.keys()];
  return new Set(
    listOf(update).flatMap((name) => {
      if (wanted.images.has(name)) return [name];
      const component = graph.get(name as ComponentId);
      if (component?.kind === 'ami') return [name];
      const externals = component?.externals.filter((text) => wanted.images.has(text)) ?? [];
      if (externals.length > 0) return externals;
      const found = component
        ? `${name} has no externals to pin`
        : `nothing here is called ${JSON.stringify(name)}`;
      const hint = name.includes('@') ? 'a reference with a digest needs no pin' : hintNearest(name, known);
      throw new UserError(
        'UNKNOWN_REFERENCE',
        `--update: ${found}; ${hint || 'see millrace validate --json'}`,
      );
    }),
  );
}

/** @throws UserError UNKNOWN_COMPONENT */
export function chooseBumped(option: unknown, graph: ComponentGraph): ComponentId[] {
  return [...new Set(listOf(option))].map((id) => {
    const component = graph.get(id as ComponentId);
    if (component) return component.id;
    const hint = hintNearest(id, [...graph.keys()]) || 'see millrace validate --json';
    throw new UserError('UNKNOWN_COMPONENT', `--bump: there is no component ${JSON.stringify(id)}; ${hint}`);
  });
}

function listOf(option: unknown): string[] {
  return Array.isArray(option) ? option.map(String) : [];
}
