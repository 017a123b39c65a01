import { parentsFirst } from '../model/component.ts';
import type { Component, ComponentGraph, ComponentId } from '../model/component.ts';
import type { ComponentHash, ComponentHashes, HashInput } from '../model/component-hash.ts';
import type { Lock } from '../model/lock.ts';
import type { Problem } from '../model/problem.ts';
import { UserError } from '../model/user-error.ts';
import { hashRecords, sortInputs } from './hash-records.ts';
import { missingPin, pinOf } from './pins.ts';

/**
 * Of how hashes are computed; is in every hash. Raise it where the same source would give other inputs, or where the
 * same inputs are built otherwise: everything is built anew, and the plan says that this is why.
 */
export const SCHEMA_VERSION = 1;

/** What is hashed here of one commit; the rest of it is for `inputsOf`. */
export interface HashSource {
  graph: ComponentGraph;
  lock: Lock;
}

/** Where an external is written; for messages only. */
export type LocateExternal = (
  component: Component,
  external: string,
) => Pick<Problem, 'file' | 'line' | 'column'> | undefined;

/**
 * The source hash of every component: its kind's inputs, and what every kind has: schema number, externals' pins,
 * parents' hashes, epoch.
 *
 * @param inputsOf what decides the content besides; throws UserError for what cannot be hashed
 * @throws UserError UNPINNED with every external that has no pin, wherever it is met; or what `inputsOf` threw first,
 * with the problems of all components
 */
export function hashProject<Source extends HashSource>(
  source: Source,
  inputsOf: (component: Component, source: Source) => readonly HashInput[],
  locate: LocateExternal = () => undefined,
): ComponentHashes {
  const hashes = new Map<ComponentId, ComponentHash>();
  const errors: UserError[] = [];
  for (const component of parentsFirst(source.graph)) {
    const common = commonInputs(component, source, hashes, (external) => {
      errors.push(missingPin(component, JSON.stringify(external), locate(component, external)));
    });
    const own = collectError(errors, () => inputsOf(component, source)) ?? [];
    // After a first error nothing is handed out; what is hashed on the way is never seen.
    const inputs = sortInputs([...common, ...own]);
    hashes.set(component.id, { hash: hashRecords(inputs), inputs });
  }
  if (errors.length > 0) throw joinErrors(errors);
  return new Map([...hashes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function commonInputs(
  component: Component,
  { lock }: HashSource,
  hashes: ReadonlyMap<ComponentId, ComponentHash>,
  reportUnpinned: (external: string) => void,
): HashInput[] {
  const inputs: HashInput[] = [
    { type: 'schema', name: 'hash', value: String(SCHEMA_VERSION) },
    { type: 'epoch', name: component.id, value: String(lock.epochs[component.id] ?? 0) },
  ];
  for (const external of component.externals) {
    const pin = pinOf(external, lock);
    if (pin === undefined) reportUnpinned(external);
    else inputs.push({ type: 'external', name: external, value: pin });
  }
  for (const parent of component.content)
    inputs.push({ type: 'parent', name: parent, value: hashes.get(parent)!.hash });
  return inputs;
}

function collectError<Value>(errors: UserError[], compute: () => Value): Value | undefined {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    errors.push(error);
    return undefined;
  }
}

/** All of it at once; what `millrace lock` mends is said last, since it may not even load before the rest is mended. */
function joinErrors(errors: readonly UserError[]): UserError {
  const main = errors.find(({ code }) => code !== 'UNPINNED') ?? errors[0]!;
  const problems = errors.flatMap((error) => [...error.problems]);
  if (main.code !== 'UNPINNED') return new UserError(main.code, main.message, problems);
  const count = new Set(problems.map(({ message }) => message)).size;
  const what = count === 1 ? '1 external has no pin' : `${count} externals have no pin`;
  return new UserError(
    'UNPINNED',
    `${what} in project.lock.yaml; run \`millrace lock\` and commit it`,
    problems,
  );
}
