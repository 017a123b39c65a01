import { resolveStack } from '../../../generator/drivers/stack/resolve-stack.ts';
import type { ResolvedStack, StackSources } from '../../../generator/drivers/stack/resolve-stack.ts';
import type { Stack } from '../../../generator/model/project/components.ts';
import type { Project } from '../../../generator/model/project/project.ts';
import { NO_MIRRORS } from '../../../generator/model/mirrors.ts';

export const DIGEST = `sha256:${'a'.repeat(64)}`;
export const PIN = `sha256:${'b'.repeat(64)}`;

/** A stack file as the driver reads it, beside files; `shop/api` is built, `redis:7` is pinned. */
export function resolve(
  text: string,
  files: Record<string, string> = {},
  changes: Partial<StackSources> & { variables?: Stack['variables'] } = {},
): ResolvedStack {
  const { variables, ...sources } = changes;
  const all: Record<string, string> = { 'stacks/web.yml': text, ...files };
  const stack: Stack = { file: 'stacks/web.yml', ...(variables ? { variables } : {}) };
  return resolveStack('web', stack, {
    project: { project: 'shop' } as Project,
    lock: { version: 1, images: { 'redis:7': PIN }, amis: {}, epochs: {} },
    artifacts: new Map([['image:api', { id: DIGEST, reference: `127.0.0.1:9999/shop/api@${DIGEST}` }]]),
    mirrors: NO_MIRRORS,
    registry: '127.0.0.1:5000',
    findExternal: () => undefined,
    withoutIpvs: false,
    readFile: (path) => (all[path] === undefined ? undefined : new TextEncoder().encode(all[path])),
    ...sources,
  });
}
