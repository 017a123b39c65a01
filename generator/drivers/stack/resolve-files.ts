import type { Mapping } from '../../load/merge-keys.ts';
import { UserError } from '../../model/user-error.ts';
import type { ComposeFile } from './read-compose.ts';
import { repositoryFile } from './repository-file.ts';
import { isExternal, nameOf } from './compose-references.ts';
import type { ExternalNames } from './find-externals.ts';
import { versionName } from './stack-names.ts';

/** A config or secret of a stack: a version of its own for each content, or one that is made elsewhere. */
export interface FileVersion {
  section: 'configs' | 'secrets';
  /** In the stack file. */
  name: string;
  /** In the Swarm. */
  fullName: string;
  /** Absent where it is made elsewhere (`external`). */
  content?: Uint8Array;
}

interface FileSources {
  namespace: string;
  stackFile: string;
  readFile: (path: string) => Uint8Array | undefined;
  findExternal: ExternalNames;
}

/** @throws UserError BAD_STACK */
export function resolveFiles(compose: ComposeFile, sources: FileSources): FileVersion[] {
  return (['configs', 'secrets'] as const).flatMap((section) =>
    Object.entries(compose[section]).map(([name, definition]) =>
      resolveFile(section, name, definition, sources),
    ),
  );
}

function resolveFile(
  section: FileVersion['section'],
  name: string,
  definition: Mapping,
  sources: FileSources,
): FileVersion {
  if (isExternal(definition)) {
    const known = nameOf(definition) ?? name;
    return { section, name, fullName: sources.findExternal(section, known) ?? known };
  }
  const { file } = definition;
  if (typeof file !== 'string') {
    throw new UserError(
      'BAD_STACK',
      `${sources.stackFile}: ${section}: ${name} has neither file: nor external:; write one of them`,
    );
  }
  const content = repositoryFile(file, `${section}: ${name}`, sources);
  const base = nameOf(definition) ?? `${sources.namespace}_${name}`;
  return { section, name, fullName: versionName(base, content), content };
}
