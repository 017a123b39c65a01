import type { CloudResources, CloudSweep, CloudThing, Tags } from '../../generator/ports/cloud-resources.ts';
import { createMemoryPlace } from './memory-place.ts';

type Held = { -readonly [Part in keyof CloudSweep]: CloudSweep[Part][number][] };

/** A stand-in of EC2 in memory: what it holds can be looked at and set, and what changed it is noted. */
export interface MemoryCloud extends CloudResources {
  held: Held;
  things: CloudThing[];
  /** `vpc-1 +millrace:hash -millrace:pending`; in order. */
  changes: string[];
  /** How often it was asked for everything. */
  sweeps: () => number;
}

export function createMemoryCloud(account = '123456789012'): MemoryCloud {
  const held: Held = { networks: [], machines: [], groups: [], volumes: [], routeTables: [] };
  const things: CloudThing[] = [];
  const changes: string[] = [];
  let sweeps = 0;
  return {
    held,
    things,
    changes,
    sweeps: () => sweeps,
    account: () => Promise.resolve(account),
    sweep: (project) => {
      sweeps++;
      const own = Object.entries(held).map(([part, all]) => [
        part,
        all.filter(({ tags }) => tags['millrace:project'] === project),
      ]);
      return Promise.resolve(Object.fromEntries(own) as CloudSweep);
    },
    findTagged: (project) =>
      Promise.resolve(things.filter(({ tags }) => tags['millrace:project'] === project)),
    retag: (id, set, remove) => {
      const said = [...Object.keys(set).map((key) => `+${key}`), ...remove.map((key) => `-${key}`)];
      changes.push([id, ...said].join(' '));
      held.networks = held.networks.map((network) =>
        network.id === id ? { ...network, tags: retag(network.tags, set, remove) } : network,
      );
      for (const thing of things)
        if (thing.id === id) Object.assign(thing, { tags: retag(thing.tags, set, remove) });
      return Promise.resolve();
    },
    lockPlace: () => createMemoryPlace(),
  };
}

function retag(tags: Tags, set: Tags, remove: readonly string[]): Tags {
  return Object.fromEntries(Object.entries({ ...tags, ...set }).filter(([key]) => !remove.includes(key)));
}
