import type { CommitFiles } from '../model/commit-files.ts';
import type { HashInput } from '../model/component-hash.ts';
import type { InputChange } from '../model/input-change.ts';
import { sortInputs } from './hash-records.ts';
import { entryInput, joinPath } from './path-inputs.ts';

/** What differs between two lists of inputs, sorted by type and name. */
export function diffInputs(before: readonly HashInput[], after: readonly HashInput[]): InputChange[] {
  const changes = new Map<string, InputChange & HashInput>();
  const at = ({ type, name }: HashInput): InputChange & HashInput => {
    const key = JSON.stringify([type, name]);
    const found = changes.get(key) ?? { type, name, value: '' };
    changes.set(key, found);
    return found;
  };
  for (const input of before) at(input).before = input.value;
  for (const input of after) at(input).after = input.value;
  const different = [...changes.values()].filter((change) => change.before !== change.after);
  return sortInputs(different).map(({ value: _, ...change }) => change);
}

/**
 * The same with every folder that differs taken apart into the files that do. A folder on one side stands against
 * files on the other where an ignore file came or went.
 *
 * @param files of the commits that the inputs are of
 */
export function diffFiles(
  before: { inputs: readonly HashInput[]; files: CommitFiles },
  after: { inputs: readonly HashInput[]; files: CommitFiles },
): InputChange[] {
  const plain = diffInputs(before.inputs, after.inputs);
  const folders = plain.filter(({ type }) => type === 'tree');
  if (folders.length === 0) return plain;
  const isTouched = ({ type, name }: HashInput): boolean =>
    type === 'tree' && folders.some((folder) => folder.name === name);
  const expand = ({ inputs, files }: typeof before): HashInput[] =>
    inputs.flatMap((input) => (isTouched(input) ? listInputs(files, input.name) : [input]));
  return diffInputs(expand(before), expand(after));
}

function listInputs(files: CommitFiles, folder: string): HashInput[] {
  return files.list(folder).map((entry) => entryInput(entry, joinPath(folder, entry.path)));
}
