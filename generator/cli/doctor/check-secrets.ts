import type { CommitFiles } from '../../model/commit-files.ts';
import { knownSecrets } from '../known-secrets.ts';
import { listSecrets } from '../list-secrets.ts';
import { messageOf, missing, ok, warning } from './context.ts';
import type { Check } from './context.ts';

/** Secrets that only people can set. */
export const checkSecrets: Check = async ({ project, files, swarms, now, givenSecrets }) => {
  try {
    // Only their texts are read.
    const all = knownSecrets({ project, files: files as CommitFiles });
    const known = all.filter(
      ({ managed, stacks, name, external }) =>
        !managed && stacks.length > 0 && !givenSecrets?.has(name) && !givenSecrets?.has(external),
    );
    if (known.length === 0) return [];
    const found = await listSecrets(known, project, await swarms(), now());
    const lacking = found.filter(({ state }) => state === 'missing');
    const early = found.filter(({ state }) => state === 'no Swarm');
    return [
      ...lacking.map(({ name, purpose }) =>
        missing('secrets', `${name} is not set (${purpose})`, `millrace secret set ${name} < FILE`),
      ),
      ...(early.length > 0
        ? [
            warning(
              'secrets',
              `${early.map(({ name }) => name).join(', ')} cannot be set before their Swarm is there`,
              'give them to the run that makes it: millrace bootstrap --secrets FOLDER, a file for each',
            ),
          ]
        : []),
      ...(lacking.length + early.length === 0 ? [ok('secrets', 'those that people set are there')] : []),
    ];
  } catch (error) {
    return [warning('secrets', `not looked at: ${messageOf(error)}`)];
  }
};
