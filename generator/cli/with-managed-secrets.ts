import { makeSecret } from '../adapters/secrets/make-secret.ts';
import type { Driver } from '../drivers/driver.ts';
import type { Swarms } from '../ports/engine.ts';
import { managedSecrets } from './managed-secrets.ts';

/**
 * A stack driver that makes a stack's secrets, where they are not there, before it deploys the stack, and refuses a run
 * for what only people can set.
 */
export function withManagedSecrets(driver: Driver, swarms: Pick<Swarms, 'find'>): Driver {
  const { deploy, prepare } = driver;
  return {
    ...driver,
    prepare: async (components, source, touched) => {
      await prepare?.(components, source, touched);
      if (touched.length === 0) return;
      // With all that reads stack files: a plan needs none of it.
      const { refuseMissing } = await import('./refuse-missing.ts');
      await refuseMissing(
        touched.map(({ name }) => name),
        source,
        swarms,
      );
    },
    deploy: async (component, task) => {
      const { project } = task.source;
      const wanted = managedSecrets(project).filter(({ stack }) => stack === component.name);
      const engine = wanted.length > 0 ? await swarms.find(project.stacks[component.name]?.on) : undefined;
      if (engine) for (const managed of wanted) await makeSecret(engine, managed, project.project);
      await deploy!(component, task);
    },
  };
}
