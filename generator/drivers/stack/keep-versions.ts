import type { Engine } from '../../ports/engine.ts';
import { mentions } from './compose-references.ts';
import { removeUnused } from './remove-unused.ts';
import type { ResolvedStack } from './resolve-stack.ts';
import { namesIn } from './service-files.ts';
import { NAMESPACE, VERSION_OF, ownLabels } from './stack-names.ts';
import { labelQuery } from './swarm-objects.ts';
import type { SwarmFile, SwarmService } from './swarm-objects.ts';

const CLASH = 409;
const SECTIONS = ['configs', 'secrets'] as const;

/**
 * Makes the versions of configs and secrets that services refer to, where they are not there. Their content goes through
 * the engine's socket only: it is in no file and no program's arguments.
 * @param services names in the stack file
 */
export async function makeVersions(
  engine: Pick<Engine, 'post'>,
  project: string,
  stack: ResolvedStack,
  services: ReadonlySet<string>,
): Promise<void> {
  const definitions = [...stack.services]
    .filter(([name]) => services.has(name))
    .map(([, one]) => one.definition);
  for (const { section, name, fullName, content } of stack.files) {
    if (!content || !definitions.some((one) => mentions(one[section], name))) continue;
    const labels = {
      ...ownLabels(project, stack.name),
      [NAMESPACE]: stack.namespace,
      [VERSION_OF]: name,
    };
    const data = Buffer.from(content).toString('base64');
    await engine.post(`/${section}/create`, { Name: fullName, Labels: labels, Data: data }, [CLASH]);
  }
}

/** Removes versions that no service refers to, neither now nor in the specification that it would go back to. */
export async function sweepVersions(
  engine: Pick<Engine, 'get' | 'remove'>,
  stack: Pick<ResolvedStack, 'namespace'>,
  services: readonly SwarmService[],
): Promise<number> {
  const specs = services.flatMap(({ Spec, PreviousSpec }) => (PreviousSpec ? [Spec, PreviousSpec] : [Spec]));
  const used = new Set(specs.flatMap(namesIn));
  let removed = 0;
  for (const section of SECTIONS) {
    const query = labelQuery(`${NAMESPACE}=${stack.namespace}`, VERSION_OF);
    const found = (await engine.get(`/${section}?${query}`)) as SwarmFile[];
    for (const { ID, Spec } of found) {
      if (used.has(Spec.Name)) continue;
      if (await removeUnused(engine, `/${section}/${ID}`)) removed++;
    }
  }
  return removed;
}
