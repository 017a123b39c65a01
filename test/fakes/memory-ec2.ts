import type { MachineImage, MachineImages, TaggedResource } from '../../generator/ports/machine-images.ts';

/** A stand-in of EC2 in memory: what it holds can be looked at and set, and what changed it is noted. */
export interface MemoryEc2 extends MachineImages {
  held: { images: MachineImage[]; resources: TaggedResource[] };
  /** `tag ami-1 millrace:complete`, `remove i-1`, …; in order. */
  changes: string[];
}

export function createMemoryEc2(account = '123456789012'): MemoryEc2 {
  const held: MemoryEc2['held'] = { images: [], resources: [] };
  const changes: string[] = [];
  const retag = <Thing extends { id: string; tags: Readonly<Record<string, string>> }>(
    things: readonly Thing[],
    ids: readonly string[],
    tags: Readonly<Record<string, string>>,
  ): Thing[] =>
    things.map((thing) => (ids.includes(thing.id) ? { ...thing, tags: { ...thing.tags, ...tags } } : thing));
  const add = (resource: TaggedResource): void => {
    changes.push(`make ${resource.id}`);
    held.resources.push(resource);
  };
  return {
    held,
    changes,
    account: () => Promise.resolve(account),
    findSource: () => Promise.resolve(undefined),
    findOwn: () => Promise.resolve([...held.images]),
    findRunResources: () => Promise.resolve([...held.resources]),
    findExisting: (resources) =>
      Promise.resolve(resources.filter(({ id }) => held.resources.some((each) => each.id === id))),
    change: {
      tag: (ids, tags) => {
        changes.push(`tag ${ids.join(' ')} ${Object.keys(tags).join(' ')}`);
        held.images = retag(held.images, ids, tags);
        held.resources = retag(held.resources, ids, tags);
        return Promise.resolve();
      },
      removeImage: ({ id }) => {
        changes.push(`remove ${id}`);
        held.images = held.images.filter((image) => image.id !== id);
        return Promise.resolve();
      },
      removeResources: (resources) => {
        for (const { id } of resources) changes.push(`remove ${id}`);
        held.resources = held.resources.filter(({ id }) => !resources.some((each) => each.id === id));
        return Promise.resolve();
      },
      makeKey: (name, tags) => {
        add({ id: `key ${name}`, type: 'key-pair', tags });
        return Promise.resolve({ name, privateKey: 'PRIVATE KEY' });
      },
      makeGroup: ({ name, tags }) => {
        add({ id: `group ${name}`, type: 'security-group', tags });
        return Promise.resolve('sg-1');
      },
    },
  };
}
