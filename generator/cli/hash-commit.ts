import type { ProjectSource } from '../drivers/driver.ts';
import { inputsOf } from '../drivers/inputs-of.ts';
import { hashProject } from '../hash/hash-project.ts';
import type { LocateExternal } from '../hash/hash-project.ts';
import { dockerfileOf, plainFolder } from '../load/dockerfile-path.ts';
import type { ComponentHashes } from '../model/component-hash.ts';
import { hintNearest } from '../model/nearest-name.ts';
import { shorten } from '../model/shorten.ts';
import { UserError } from '../model/user-error.ts';

export type HashedProject = ComponentHashes;

/** @throws UserError UNPINNED and whatever makes a component one that cannot be hashed */
export function hashCommit(source: ProjectSource): ComponentHashes {
  return hashProject(source, inputsOf, locateIn(source));
}

/** Those of the ids, in the order of the project; all where none is given. @throws UserError NO_COMPONENT */
export function chooseComponents(hashes: ComponentHashes, ids: readonly string[]): ComponentHashes {
  if (ids.length === 0) return hashes;
  const known = [...hashes.keys()];
  const unknown = ids.find((id) => !known.some((name) => name === id));
  if (unknown !== undefined)
    throw new UserError(
      'NO_COMPONENT',
      `there is no component ${JSON.stringify(shorten(unknown, 80))}; ${hintNearest(unknown, known)}`,
    );
  return new Map([...hashes].filter(([id]) => ids.includes(id)));
}

/** Where an external stands in a Dockerfile or a stack file. */
function locateIn({ project, files }: ProjectSource): LocateExternal {
  return (component, external) => {
    const file = fileOf(component.kind, component.name);
    const text = file === undefined ? undefined : files.read(file);
    if (file === undefined || text === undefined) return undefined;
    const lines = new TextDecoder().decode(text).split('\n');
    const line = lines.findIndex(
      (content) => !/^\s*#(?!\s*syntax)/.test(content) && holdsWord(content, external),
    );
    // A reference made of variables stands nowhere as it is.
    return line < 0
      ? { file, line: 1, column: 1 }
      : { file, line: line + 1, column: lines[line]!.indexOf(external) + 1 };
  };

  function fileOf(kind: string, name: string): string | undefined {
    if (kind === 'image') return plainFolder(dockerfileOf(project.images[name]!));
    return kind === 'stack' ? plainFolder(project.stacks[name]!.file) : undefined;
  }
}

function holdsWord(line: string, word: string): boolean {
  return line.split(/[\s"'=,]+/).includes(word);
}
