import { partsOf } from '../../model/managed-secrets.ts';
import { SECRET, versionOf } from '../../model/secret-version.ts';
import type { Engine } from '../../ports/engine.ts';
import { formerSpecs } from '../home/swap-state.ts';
import { removeUnused } from './remove-unused.ts';
import { namesIn } from './service-files.ts';
import { PROJECT } from './stack-names.ts';
import { labelQuery } from './swarm-objects.ts';
import type { SwarmFile, SwarmService } from './swarm-objects.ts';

interface Version {
  /** What changes together with it, as one text. */
  set: string;
  version: number;
  path: string;
  isUsed: boolean;
}

/**
 * Removes the former versions of a project's secrets, with what belongs to them, that no service has any more. Unlike
 * the versions of files they do not wait for a way back: what was rotated away is to be gone. Only a controller whose swap
 * has not ended may go back to one; the run that was to end it may be dead, while other stacks are deployed.
 * @param services all of the Swarm
 */
export async function sweepSecrets(
  engine: Pick<Engine, 'get' | 'remove'>,
  project: string,
  services: readonly SwarmService[],
): Promise<number> {
  const specs = [...services.map(({ Spec }) => Spec), ...(await formerSpecs(engine, project))];
  const used = new Set(specs.flatMap(namesIn));
  const found = (
    await Promise.all(
      (['configs', 'secrets'] as const).map((section) => listOf(engine, section, project, used)),
    )
  ).flat();
  let removed = 0;
  for (const set of new Set(found.map((one) => one.set))) {
    const versions = found.filter((one) => one.set === set);
    const floor = Math.min(
      Math.max(...versions.map(({ version }) => version)),
      ...versions.filter(({ isUsed }) => isUsed).map(({ version }) => version),
    );
    for (const { version, path } of versions)
      if (version < floor && (await removeUnused(engine, path))) removed++;
  }
  return removed;
}

async function listOf(
  engine: Pick<Engine, 'get'>,
  section: 'configs' | 'secrets',
  project: string,
  used: ReadonlySet<string>,
): Promise<Version[]> {
  const query = labelQuery(`${PROJECT}=${project}`);
  const files = (await engine.get(`/${section}?${query}`)) as SwarmFile[];
  return files.flatMap((file): Version[] => {
    const { ID, Spec } = file;
    // The first versions of a registry's password may be older than the label.
    const name = Spec.Labels?.[SECRET] ?? (partsOf(Spec.Name).length > 1 ? Spec.Name : undefined);
    const version = name === undefined ? undefined : versionOf(name, file);
    if (name === undefined || version === undefined) return [];
    const set = partsOf(name).join(' ');
    return [{ set, version, path: `/${section}/${ID}`, isUsed: used.has(Spec.Name) }];
  });
}
