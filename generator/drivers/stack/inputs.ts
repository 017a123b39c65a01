import { pathEntries, pathInputs, plainPath } from '../../hash/path-inputs.ts';
import type { CommitFiles, TreeEntry } from '../../model/commit-files.ts';
import type { Component } from '../../model/component.ts';
import type { HashInput } from '../../model/component-hash.ts';
import type { Stack } from '../../model/project/components.ts';
import type { ProjectSource } from '../driver.ts';
import { stackPaths } from './stack-paths.ts';

/**
 * What decides a stack: its file, the values for its variables, and the files that become environments, configs and
 * secrets. Its images are parents and externals.
 *
 * @throws UserError SUBMODULE, NO_PATH where a file that it names is not committed
 */
export function stackInputs({ name }: Component, { project, files }: ProjectSource): HashInput[] {
  const stack = project.stacks[name]!;
  return [
    { type: 'stack', name: 'file', value: plainPath(stack.file) },
    ...Object.entries(variablesOf(stack)).map(([variable, value]) => ({
      type: 'variable',
      name: variable,
      value,
    })),
    ...pathInputs(files, reachStack(files, stack)),
  ];
}

/** The files that those inputs cover, from the repository's root. */
export function stackEntries({ name }: Component, { project, files }: ProjectSource): TreeEntry[] {
  return pathEntries(files, reachStack(files, project.stacks[name]!));
}

/** Values for `${…}`, as Docker gets them. */
export function variablesOf(stack: Stack): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stack.variables ?? {}).map(([name, value]) => [name, String(value)]),
  );
}

function reachStack(files: CommitFiles, stack: Stack): string[] {
  const file = plainPath(stack.file);
  return [file, ...stackPaths(files.read(file) ?? new Uint8Array(), file, variablesOf(stack))];
}
