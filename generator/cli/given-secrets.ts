import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listVersions, makeVersion } from '../adapters/secrets/secret-files.ts';
import { UserError } from '../model/user-error.ts';
import type { Engine } from '../ports/engine.ts';
import { findKnown } from './known-secrets.ts';
import type { KnownSecret } from './known-secrets.ts';
import { readValue } from './secret-value.ts';

/** Values of secrets that people have put into a folder, a file for each, so that a run need not stop and ask for them. */
export interface GivenSecrets {
  folder: string;
  /** By the names of the files. */
  values: ReadonlyMap<string, Buffer>;
}

/** @throws UserError NO_INPUT where there is no such folder, or nothing in it */
export function readGivenSecrets(folder: string): GivenSecrets {
  let values: Map<string, Buffer>;
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    // What editors and desktops leave begins with a dot.
    const names = entries.filter((one) => !one.isDirectory() && !one.name.startsWith('.'));
    values = new Map(names.map(({ name }) => [name, readFileSync(join(folder, name))]));
  } catch (error) {
    const { code, path = folder } = error as NodeJS.ErrnoException;
    throw noInput(folder, code === 'ENOTDIR' ? 'a file' : `none (${code} of ${path})`);
  }
  if (values.size === 0) throw noInput(folder, 'an empty one');
  return { folder, values };
}

function noInput(folder: string, found: string): UserError {
  return new UserError(
    'NO_INPUT',
    `--secrets ${folder}: expected a folder with a file for each secret, found ${found}; \`millrace secret list\` tells their names`,
  );
}

/**
 * Their values by the names that stack files have for them.
 * @param known those of the commit
 * @throws UserError UNKNOWN_SECRET, BAD_VALUE, NO_INPUT, and NOT_SETTABLE for one that the program makes
 */
export function matchGiven(
  { folder, values }: GivenSecrets,
  known: readonly KnownSecret[],
): ReadonlyMap<string, Buffer> {
  return new Map(
    [...values].map(([name, value]) => {
      const one = findKnown(known, name);
      const file = join(folder, name);
      if (one.managed)
        throw new UserError(
          'NOT_SETTABLE',
          `${file}: ${one.name} is made by Millrace, so that nobody has to think of it; remove the file`,
        );
      return [one.external, readValue(one, value, `in ${file}`)];
    }),
  );
}

/** Makes what is not there; what is has its value already. `millrace secret set` changes one. */
export async function makeGiven(
  engine: Pick<Engine, 'get' | 'post'>,
  secrets: readonly Pick<KnownSecret, 'external' | 'stacks'>[],
  given: ReadonlyMap<string, Buffer>,
  project: string,
): Promise<void> {
  for (const { external: name, stacks } of secrets) {
    const content = given.get(name);
    if (!content || (await listVersions(engine, 'secrets', name, project)).length > 0) continue;
    const stack = stacks.length === 1 ? stacks[0] : undefined;
    await makeVersion(engine, { section: 'secrets', name, version: 1, project, stack, content });
  }
}
