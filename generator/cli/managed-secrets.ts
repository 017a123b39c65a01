import { REGISTRY_STACK } from '../drivers/image/own-registry.ts';
import { MANAGED_SECRETS } from '../model/managed-secrets.ts';
import type { ManagedSecret } from '../model/managed-secrets.ts';
import type { Project } from '../model/project/project.ts';
import { isOwnStack } from './own-registry.ts';

/** Those that a project's stacks have made for them. */
export function managedSecrets(project: Project): ManagedSecret[] {
  return MANAGED_SECRETS.filter(({ stack }) =>
    stack === REGISTRY_STACK ? isOwnStack(project) : project.stacks[stack] !== undefined,
  );
}
