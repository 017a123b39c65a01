import { componentId } from '../../model/component.ts';
import type { ComponentId } from '../../model/component.ts';
import type { MachineImage, MachineImages } from '../../ports/machine-images.ts';
import type { LastArtifact, Observation, Observations } from '../../plan/plan.ts';
import type { HashedComponent, ProjectSource } from '../driver.ts';
import { TAG, isComplete, isMarkedComplete, wantImage } from './tags.ts';

/** One call for all of them (pages aside). Images of components that the project no longer has are among them. */
export async function observeAmis(
  components: readonly HashedComponent[],
  { project }: Pick<ProjectSource, 'project'>,
  images: Pick<MachineImages, 'findOwn'>,
): Promise<Observations> {
  const wanted = components.map(({ name, hash }) => wantImage(project.project, name, hash));
  const found = await images.findOwn(
    project.project,
    wanted.map(({ name }) => name),
  );
  return new Map<ComponentId, Observation>([
    ...found.filter(isMarkedComplete).flatMap((image) => observeFormer(image, project)),
    ...components.map(({ id }, index): [ComponentId, Observation] => [id, observeOne(wanted[index]!, found)]),
  ]);
}

function observeFormer(
  { id, tags }: MachineImage,
  { project, amis }: ProjectSource['project'],
): [ComponentId, Observation][] {
  const { [TAG.project]: its, [TAG.component]: name } = tags;
  if (its !== project || !name || Object.hasOwn(amis, name)) return [];
  return [[componentId('ami', name), { state: 'built', artifact: { id, reference: id } }]];
}

function observeOne(wanted: ReturnType<typeof wantImage>, found: readonly MachineImage[]): Observation {
  const image = found.find((each) => isComplete(each, wanted));
  if (image) return { state: 'built', artifact: { id: image.id, reference: image.id } };
  const last = findLast(wanted, found);
  const isBegun = found.some(({ name }) => name === wanted.name);
  return {
    state: 'absent',
    ...(isBegun ? { why: 'incomplete' } : {}),
    ...(last === undefined ? {} : { last }),
  };
}

function findLast(
  { project, component }: ReturnType<typeof wantImage>,
  found: readonly MachineImage[],
): LastArtifact | undefined {
  const newest = found
    .filter((image) => {
      const { [TAG.project]: itsProject, [TAG.component]: itsComponent, [TAG.hash]: hash } = image.tags;
      return isMarkedComplete(image) && itsProject === project && itsComponent === component && !!hash;
    })
    .sort((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : a.id < b.id ? -1 : 1))[0];
  if (!newest) return undefined;
  const revision = newest.tags[TAG.revision];
  return {
    id: newest.id,
    reference: newest.id,
    hash: newest.tags[TAG.hash]!,
    ...(revision ? { revision } : {}),
  };
}
