import { componentId } from '../../model/component.ts';
import type { ComponentId } from '../../model/component.ts';
import type { Project } from '../../model/project/project.ts';
import type { CloudResources, CloudThing } from '../../ports/cloud-resources.ts';
import { TAG } from './tags.ts';

type Cloud = Pick<CloudResources, 'findTagged'>;

/**
 * Infrastructures that the project no longer has and of which anything at all is left: a network need not be among it,
 * where its data was to be kept or somebody took it away by hand. Roles are not asked for: IAM knows no regions, so one may
 * be of an infrastructure elsewhere.
 */
export async function findFormer(
  { project, infrastructure }: Pick<Project, 'project' | 'infrastructure'>,
  keep: ReadonlySet<'data' | 'amis'>,
  cloud: Cloud,
): Promise<ComponentId[]> {
  const found = await cloud.findTagged(project);
  const names = found
    .filter((thing) => !(keep.has('data') && isData(thing)))
    .flatMap((thing) => infrastructureOf(thing) ?? [])
    .filter((name) => !Object.hasOwn(infrastructure, name));
  return [...new Set(names)].sort().map((name) => componentId('infrastructure', name));
}

/** @returns what of an infrastructure holds the project's data: its volumes and their snapshots */
export async function findData(project: string, name: string, cloud: Cloud): Promise<CloudThing[]> {
  const found = await cloud.findTagged(project);
  return found.filter((thing) => infrastructureOf(thing) === name && isData(thing));
}

/** @returns the commit that something of an infrastructure names, where the network that would is gone */
export async function findRevision(project: string, name: string, cloud: Cloud): Promise<string | undefined> {
  const found = await cloud.findTagged(project);
  return found
    .filter((thing) => infrastructureOf(thing) === name)
    .map(({ tags }) => tags[TAG.revision])
    .find((revision) => revision !== undefined && revision !== '');
}

/** Images bear the name of a component too, and so do their snapshots and what a bake makes for a while. */
function infrastructureOf(thing: CloudThing): string | undefined {
  const { type, tags } = thing;
  const isOfAnImage =
    type === 'image' || (type === 'snapshot' && !isData(thing)) || tags[TAG.run] !== undefined;
  return isOfAnImage ? undefined : tags[TAG.component] || undefined;
}

function isData({ tags }: CloudThing): boolean {
  return tags[TAG.role] === 'data';
}
