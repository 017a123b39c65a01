import type { ProjectSource } from '../drivers/driver.ts';
import { inputsOf } from '../drivers/inputs-of.ts';
import { hashProject } from '../hash/hash-project.ts';
import type { LocateExternal } from '../hash/hash-project.ts';
import { dockerfileOf, plainFolder } from '../load/dockerfile-path.ts';
import type { ComponentHashes } from '../model/component-hash.ts';

/** @throws UserError UNPINNED and whatever makes a component one that cannot be hashed */
export function hashCommit(source: ProjectSource): ComponentHashes {
  return hashProject(source, inputsOf, locateIn(source));
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
