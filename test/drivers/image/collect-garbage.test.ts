import { beforeEach, expect, test } from '@jest/globals';
import {
  collectGarbage,
  endCollection,
  isGarbageMarked,
  markGarbage,
} from '../../../generator/drivers/image/collect-garbage.ts';
import { resumeWriter } from '../../../generator/drivers/image/pause-writer.ts';
import type { SwarmWork } from '../../../generator/drivers/image/pause-writer.ts';
import type { Engine } from '../../../generator/ports/engine.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const LABELS = { 'millrace.project': 'shop', 'millrace.component': 'stack:registry' };

interface Service {
  ID: string;
  Version: { Index: number };
  Spec: {
    Name: string;
    Labels: Record<string, string>;
    Mode: object;
    TaskTemplate: { ContainerSpec: Record<string, unknown> };
  };
}

/** A stand-in for a Swarm that does at once what it is told: services, configs, and what was done in which order. */
let services: Service[];
let configs: Set<string>;
let done: string[];
let outcome: string;
const replicas = ({ Spec }: Service): number =>
  (Spec.Mode as { Replicated?: { Replicas: number } }).Replicated?.Replicas ?? 0;
const isJob = ({ Spec }: Service): boolean => 'ReplicatedJob' in Spec.Mode;
const find = (name: string): Service | undefined =>
  services.find(({ ID, Spec }) => ID === name || Spec.Name === name);
const tasksOf = (service: Service): object[] => {
  const state = isJob(service) ? outcome : 'running';
  const task = {
    ID: 't',
    ServiceID: service.ID,
    DesiredState: 'running',
    Spec: {},
    Status: { State: state, Err: 'no room' },
  };
  return isJob(service) || replicas(service) > 0 ? [task] : [];
};
const engine: Engine = {
  host: 'unix:///swarm.sock',
  get: async (path) => {
    const [plain, query = ''] = path.split('?', 2) as [string, string?];
    if (plain === '/services') return structuredClone(services);
    if (plain === '/configs') return [];
    if (plain === '/tasks') {
      const { service = [], name = [] } = JSON.parse(new URLSearchParams(query).get('filters')!) as Record<
        string,
        string[]
      >;
      return [...service, ...name].flatMap((one) => find(one) ?? []).flatMap(tasksOf);
    }
    const [, kind, id] = /^\/(services|configs)\/(.+)$/.exec(plain)!;
    if (kind === 'configs') return configs.has(id!) ? {} : undefined;
    return structuredClone(find(id!));
  },
  post: async (path, body) => {
    const spec = body as Service['Spec'];
    if (path === '/configs/create') {
      done.push('mark');
      configs.add(spec.Name);
      return { status: 201, body: {} };
    }
    if (path === '/services/create') {
      if (replicas(find('writer-id')!) > 0) throw new Error('two at one storage');
      done.push('collect');
      services.push({ ID: 'job-id', Version: { Index: 1 }, Spec: spec });
      return { status: 201, body: { ID: 'job-id' } };
    }
    const service = find(/^\/services\/(.+)\/update/.exec(path)![1]!)!;
    if (services.some(isJob)) throw new Error('two at one storage');
    service.Spec = structuredClone(spec);
    done.push(replicas(service) > 0 ? 'start writer' : 'stop writer');
    return { status: 200, body: {} };
  },
  remove: async (path) => {
    const id = path.split('/')[2]!;
    services = services.filter(({ ID }) => ID !== id);
    configs.delete(id);
    done.push(`remove ${id}`);
    return true;
  },
  readLog: async () => [`blob eligible for deletion: ${DIGEST}`, 'shop/api: marking manifest'],
};
const work: SwarmWork = {
  engine,
  project: { project: 'shop' },
  clock: { now: () => 0, sleep: () => Promise.resolve() },
};

beforeEach(() => {
  [configs, done, outcome] = [new Set(), [], 'complete'];
  services = [
    {
      ID: 'writer-id',
      Version: { Index: 7 },
      Spec: {
        Name: 'shop-registry_writer',
        Labels: LABELS,
        Mode: { Replicated: { Replicas: 1 } },
        TaskTemplate: {
          ContainerSpec: {
            Image: 'registry@sha256:1',
            Mounts: [{ Source: '/data' }],
            Secrets: [{ SecretName: 'p' }],
          },
        },
      },
    },
  ];
});

test('the writer stops, the registry’s own program collects, and the writer is as it was', async () => {
  const before = structuredClone(services);
  await markGarbage(work);
  expect(await isGarbageMarked(work)).toBe(true);
  expect(await collectGarbage(work)).toEqual(new Set([DIGEST]));
  expect(services).toEqual(before);
  expect(await isGarbageMarked(work)).toBe(false);
  expect(done).toEqual([
    'mark',
    'stop writer',
    'collect',
    'remove shop-registry-garbage',
    'remove job-id',
    'start writer',
  ]);
});

test('the job has the writer’s image and storage, no secret, and never takes untagged manifests', async () => {
  let job: Service['Spec'] | undefined;
  const { post } = engine;
  await collectGarbage({
    ...work,
    engine: {
      ...engine,
      post: async (path, body, expected) => {
        if (path === '/services/create') job = body as Service['Spec'];
        return post(path, body, expected);
      },
    },
  });
  expect(job!.TaskTemplate.ContainerSpec).toEqual({
    Image: 'registry@sha256:1',
    Mounts: [{ Source: '/data' }],
    Command: ['registry', 'garbage-collect', '/etc/docker/registry/config.yml'],
  });
});

test('where it fails the writer runs again all the same, and the next prune tries anew', async () => {
  const before = structuredClone(services);
  outcome = 'failed';
  await markGarbage(work);
  await expect(collectGarbage(work)).rejects.toMatchObject({
    code: 'GARBAGE_FAILED',
    message: expect.stringContaining('no room'),
  });
  expect(services).toEqual(before);
  expect(await isGarbageMarked(work)).toBe(true);
});

test('what a killed run left is ended first: the job, then the stopped writer', async () => {
  const before = structuredClone(services);
  services[0]!.Spec.Mode = { Replicated: { Replicas: 0 } };
  services[0]!.Spec.Labels = { ...LABELS, 'millrace.paused': '1' };
  services.push({
    ...structuredClone(before[0]!),
    ID: 'left-id',
    Spec: { ...structuredClone(before[0]!.Spec), Name: 'shop-registry_garbage', Mode: { ReplicatedJob: {} } },
  });
  await collectGarbage(work);
  expect(done[0]).toBe('remove left-id');
  expect(services).toEqual(before);
});

test('a writer that somebody scaled to nothing stays so, and a stack without one is left alone', async () => {
  services[0]!.Spec.Mode = { Replicated: { Replicas: 0 } };
  await collectGarbage(work);
  expect(replicas(services[0]!)).toBe(0);
  await resumeWriter(work);
  expect(replicas(services[0]!)).toBe(0);
  services = [];
  expect(await collectGarbage(work)).toBeUndefined();
  await endCollection(work);
});
