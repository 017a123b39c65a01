import { makeSecret } from '../adapters/secrets/make-secret.ts';
import type { Driver } from '../drivers/driver.ts';
import { REGISTRY_STACK } from '../drivers/image/own-registry.ts';
import { MANAGED_SECRETS } from '../model/managed-secrets.ts';
import type { ManagedSecret } from '../model/managed-secrets.ts';
import type { Project } from '../model/project/project.ts';
import type { Swarms } from '../ports/engine.ts';
import { isOwnStack } from './own-registry.ts';

/** Those that a project's stacks have made for them. */
export function managedSecrets(project: Project): ManagedSecret[] {
  return MANAGED_SECRETS.filter(({ stack }) =>
    stack === REGISTRY_STACK ? isOwnStack(project) : project.stacks[stack] !== undefined,
  );
}

/** A stack driver that makes a stack's secrets, where they are not there, before it deploys the stack. */
export function withManagedSecrets(driver: Driver, swarms: Pick<Swarms, 'find'>): Driver {
  const { deploy } = driver;
  return {
    ...driver,
    deploy: async (component, task) => {
      const { project } = task.source;
      const wanted = managedSecrets(project).filter(({ stack }) => stack === component.name);
      const engine = wanted.length > 0 ? await swarms.find(project.stacks[component.name]?.on) : undefined;
      if (engine) for (const managed of wanted) await makeSecret(engine, managed, project.project);
      await deploy!(component, task);
    },
  };
}
