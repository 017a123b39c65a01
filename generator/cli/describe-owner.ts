import { hostname, userInfo } from 'node:os';
import type { Invocation } from './command.ts';

/**
 * Who deploys, for others who find the place locked: a build by its address, else a person and a process.
 * @param now milliseconds since 1970
 */
export function describeOwner(env: Invocation['env'], now: number): string {
  const since = `since ${new Date(now).toISOString().slice(11, 16)} UTC`;
  const build = env['BUILD_URL'] ?? '';
  return build === '' ? `${readUser(env)}@${hostname()} (${process.pid}), ${since}` : `${build}, ${since}`;
}

/** A container's user need not have a name. */
function readUser(env: Invocation['env']): string {
  try {
    return userInfo().username;
  } catch {
    return env['USER'] ?? 'somebody';
  }
}
