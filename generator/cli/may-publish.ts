import type { Project } from '../model/project/project.ts';

/**
 * Whether a job of this role publishes what it builds (docs/decisions/011). A branch's does where the project says so, but for a
 * fork's, which has no credential (Jenkins sets CHANGE_FORK), and not into a registry of the project's own: that is written to by way
 * of a manager, where no branch's build runs.
 */
export function mayPublish(
  { reuse, registry }: Pick<Project, 'reuse' | 'registry'>,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env['MILLRACE_ROLE'] !== 'verify') return true;
  return reuse === 'branches' && registry !== 'own' && (env['CHANGE_FORK'] ?? '') === '';
}
