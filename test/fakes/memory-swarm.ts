import type { Engine } from '../../generator/ports/engine.ts';

/** A stand-in for a manager's engine, in memory: its services are set, its configs and secrets are made. */
export interface MemorySwarm extends Pick<Engine, 'host' | 'get' | 'post' | 'remove' | 'readLog'> {
  services: unknown[];
  /** Each with the id of its service. */
  tasks: { ServiceID: string }[];
  /** By the ids of tasks. */
  logs: Map<string, string[]>;
  configs: StoredFile[];
  secrets: StoredFile[];
}

export interface StoredFile {
  ID: string;
  CreatedAt?: string;
  Spec: { Name: string; Labels?: Record<string, string>; Data?: string };
}

export function createMemorySwarm(host = 'unix:///tunnel/a/engine.sock'): MemorySwarm {
  let made = 0;
  const swarm: MemorySwarm = {
    host,
    services: [],
    tasks: [],
    logs: new Map(),
    configs: [],
    secrets: [],
    get: async (path) => {
      const [, kind = '', query = ''] = /^\/(\w+)(?:\?(.*))?$/.exec(path) ?? [];
      if (kind === 'services') return swarm.services;
      const filters = JSON.parse(new URLSearchParams(query).get('filters') ?? '{}') as Filters;
      if (kind === 'tasks')
        return swarm.tasks.filter(({ ServiceID }) => filters.service?.includes(ServiceID) ?? true);
      const found = swarm[kind as 'configs' | 'secrets'].filter((one) => passes(one, filters));
      // A secret never comes back.
      if (kind === 'configs') return found;
      return found.map(({ Spec: { Data: _data, ...Spec }, ...file }) => ({ ...file, Spec }));
    },
    post: async (path, body, expected = []) => {
      const kind = /^\/(configs|secrets)\/create$/.exec(path)![1] as 'configs' | 'secrets';
      const Spec = body as StoredFile['Spec'];
      if (swarm[kind].some((one) => one.Spec.Name === Spec.Name)) {
        if (expected.includes(409)) return { status: 409, body: undefined };
        throw new Error(`${Spec.Name} exists`);
      }
      swarm[kind].push({ ID: `${kind}-${made++}`, Spec });
      return { status: 201, body: {} };
    },
    remove: async (path) => {
      const [, kind = '', id = ''] = /^\/(configs|secrets|services)\/(.+)$/.exec(path) ?? [];
      if (kind === '') return false;
      if (kind === 'services') {
        const others = swarm.services.filter((one) => (one as { ID: string }).ID !== id);
        const isGone = others.length < swarm.services.length;
        swarm.services = others;
        return isGone;
      }
      const files = swarm[kind as 'configs' | 'secrets'];
      const left = files.filter((one) => one.ID !== id && one.Spec.Name !== decodeURIComponent(id));
      swarm[kind as 'configs' | 'secrets'] = left;
      return left.length < files.length;
    },
    readLog: async (path) => swarm.logs.get(/^\/tasks\/([^/]+)\/logs$/.exec(path)?.[1] ?? '') ?? [],
  };
  return swarm;
}

interface Filters {
  name?: string[];
  service?: string[];
  label?: string[];
}

/** Names by their beginning, as Swarm filters them. */
function passes({ Spec }: StoredFile, { name, label = [] }: Filters): boolean {
  const labels = Object.entries(Spec.Labels ?? {}).flatMap(([key, value]) => [key, `${key}=${value}`]);
  return (
    (name === undefined || name.some((one) => Spec.Name.startsWith(one))) &&
    label.every((one) => labels.includes(one))
  );
}
