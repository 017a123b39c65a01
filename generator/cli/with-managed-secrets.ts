import { makeSecret } from '../adapters/secrets/make-secret.ts';
import type { Driver, ProjectSource } from '../drivers/driver.ts';
import type { Swarms } from '../ports/engine.ts';
import type { GivenSecrets } from './given-secrets.ts';
import { managedSecrets } from './managed-secrets.ts';

/**
 * A stack driver that makes a stack's secrets, where they are not there, before it deploys the stack, and refuses a run
 * for what only people can set and have not.
 * @param given values that people give to this run
 */
export function withManagedSecrets(
  driver: Driver,
  swarms: Pick<Swarms, 'find'>,
  given?: GivenSecrets,
): Driver {
  const { deploy, prepare } = driver;
  return {
    ...driver,
    prepare: async (components, source, touched) => {
      await prepare?.(components, source, touched);
      if (touched.length === 0) return;
      // With all that reads stack files: a plan needs none of it.
      const { refuseMissing } = await import('./refuse-missing.ts');
      const stacks = touched.map(({ name }) => name);
      await refuseMissing(stacks, source, swarms, given && (await matchAll(given, source)));
    },
    deploy: async (component, task) => {
      const { project } = task.source;
      const wanted = managedSecrets(project).filter(({ stack }) => stack === component.name);
      const engine =
        wanted.length > 0 || given ? await swarms.find(project.stacks[component.name]?.on) : undefined;
      if (engine) for (const managed of wanted) await makeSecret(engine, managed, project.project);
      if (engine && given) {
        const [{ knownSecrets }, { makeGiven, matchGiven }] = await loadGiven();
        const known = knownSecrets(task.source);
        const secrets = known.filter(({ stacks }) => stacks.includes(component.name));
        await makeGiven(engine, secrets, matchGiven(given, known), project.project);
      }
      await deploy!(component, task);
    },
  };
}

const loadGiven = () => Promise.all([import('./known-secrets.ts'), import('./given-secrets.ts')]);

async function matchAll(
  given: GivenSecrets,
  source: Pick<ProjectSource, 'project' | 'files'>,
): Promise<ReadonlyMap<string, Buffer>> {
  const [{ knownSecrets }, { matchGiven }] = await loadGiven();
  return matchGiven(given, knownSecrets(source));
}
