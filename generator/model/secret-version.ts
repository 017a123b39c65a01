import { fitName, isFileName } from './fit-name.ts';

/** On configs and secrets of a Swarm that are made here: the name by which a stack file has them as `external`. */
export const SECRET = 'millrace.secret';

/** A config or a secret of a Swarm, as far as it says what it is a version of. */
export interface VersionedFile {
  Spec: { Name: string; Labels?: Readonly<Record<string, string>> | null };
}

/**
 * A Swarm changes neither a config's nor a secret's content: another value is another object, `name`, `name-2`, `name-3`.
 * @returns the number; 1 also of one that was made by hand; undefined of something else
 */
export function versionOf(name: string, { Spec }: VersionedFile): number | undefined {
  if (Spec.Name === name) return 1;
  if (Spec.Labels?.[SECRET] !== name) return undefined;
  const number = /-([1-9][0-9]{0,8})$/.exec(Spec.Name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Only a name that is too long for a Swarm, or that it refuses, is another one from the first version on. */
export function nameOfVersion(name: string, version: number): string {
  return version === 1 && isFileName(name) ? name : fitName(name, String(version));
}

/** @returns the version with the highest number */
export function newestVersion<File extends VersionedFile>(
  name: string,
  files: readonly File[],
): { file: File; version: number } | undefined {
  let newest: { file: File; version: number } | undefined;
  for (const file of files) {
    const version = versionOf(name, file);
    if (version !== undefined && version > (newest?.version ?? 0)) newest = { file, version };
  }
  return newest;
}
