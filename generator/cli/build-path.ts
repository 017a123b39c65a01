import type { Invocation } from './command.ts';

/**
 * Path of this build, such as `/job/shop/job/deliver/job/deliver/7`: Jenkins says it with its own address in front, which may
 * have a path of its own.
 * @returns '' outside of Jenkins
 */
export function buildPathOf(env: Invocation['env']): string {
  return /^https?:\/\/[^/]+(?:\/.*?)??(\/job\/.*?)\/?$/.exec(env['BUILD_URL'] ?? '')?.[1] ?? '';
}
