import type { Invocation } from './command.ts';

/** Whose answers a run's pins are: everybody's, those of this machine's mirrors, or those of its lab. */
export type LockKind = 'committed' | 'mirrored' | 'lab';

/**
 * MILLRACE_LAB (set by `--lab`) and MILLRACE_MIRRORS decide; `mirrors:` of project.yaml does not: it is committed, and
 * means the same to everybody, and so do the pins that come of it.
 */
export function lockKindOf(env: Invocation['env']): LockKind {
  const isSet = (name: string): boolean => (env[name] ?? '') !== '';
  return isSet('MILLRACE_LAB') ? 'lab' : isSet('MILLRACE_MIRRORS') ? 'mirrored' : 'committed';
}
