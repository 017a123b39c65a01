import { beforeEach, describe, expect, test } from '@jest/globals';
import { createOwnRegistry } from '../../../generator/drivers/image/own-registry.ts';
import type { OwnRegistry, OwnRegistryTools } from '../../../generator/drivers/image/own-registry.ts';
import { loadProject } from '../../../generator/load/load-project.ts';
import { UserError } from '../../../generator/model/user-error.ts';
import type { Engine } from '../../../generator/ports/engine.ts';
import { commitFilesOf } from '../../fakes/commit-files.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';
import type { MemorySwarm } from '../../fakes/memory-swarm.ts';

const { project } = loadProject(
  commitFilesOf({
    'project.yaml': `project: shop
images: { api: { context: api } }
aws: { region: eu-central-1, accounts: ["123456789012"] }
infrastructure: { cluster: { deploy: a.yml, destroy: a.yml } }
stacks: { registry: { file: r.yml, on: cluster } }
`,
    'api/Dockerfile': 'FROM scratch\n',
    'a.yml': '[]\n',
    'r.yml': 'services: { reader: { image: "registry:2" }, writer: { image: "registry:2" } }\n',
  }),
).loaded!;

let swarm: MemorySwarm;
let found: Engine | undefined | UserError;
let now: number;
/** From when on something answers, by its socket, or by its door where there is none. */
let upFrom: Record<string, number>;
let asked: string[];
let isOpen: boolean;
beforeEach(() => {
  swarm = createMemorySwarm('unix:///tunnel/a/engine.sock');
  [found, now, upFrom, asked, isOpen] = [swarm, 0, {}, [], true];
});

function own(more: Partial<OwnRegistryTools> = {}): OwnRegistry {
  return createOwnRegistry({
    project,
    swarms: {
      find: async (name) => {
        expect(name).toBe('cluster');
        if (found instanceof UserError) throw found;
        return found;
      },
    },
    findDoors: (host) => ({
      sockets: { '127.0.0.1:5000': `${host} read`, '127.0.0.1:5001': `${host} write` },
      isOpen: () => isOpen,
    }),
    answers: async (door, socket = door) => {
      asked.push(socket);
      return now >= (upFrom[socket] ?? Number.POSITIVE_INFINITY);
    },
    clock: { now: () => now, sleep: async (milliseconds) => void (now += milliseconds) },
    ...more,
  });
}

const READ = 'unix:///tunnel/a/engine.sock read';
const WRITE = 'unix:///tunnel/a/engine.sock write';

function deployed(services: readonly string[]): void {
  const labels = { 'millrace.project': 'shop', 'millrace.component': 'stack:registry' };
  const record = { version: 1, hash: 'a', services: { reader: {}, writer: {} } };
  swarm.configs = [
    {
      ID: '1',
      Spec: {
        Name: 'x',
        Labels: { ...labels, 'millrace.record': 'deployed' },
        Data: Buffer.from(JSON.stringify(record)).toString('base64'),
      },
    },
  ];
  swarm.services = services.map((name) => ({ Spec: { Name: `shop-registry_${name}`, Labels: labels } }));
}

describe('what is seen of images', () => {
  test('without its host there is no registry, and a host that does not answer is an error', async () => {
    found = undefined;
    expect(await own().findAbsence()).toBe('host absent');
    found = new UserError('SWARM_UNREACHABLE', 'no manager answers');
    await expect(own().findAbsence()).rejects.toMatchObject({ code: 'SWARM_UNREACHABLE' });
  });

  test('where it answers, nothing else is asked', async () => {
    upFrom[READ] = 0;
    expect(await own().findAbsence()).toBeUndefined();
    expect(asked).toEqual([READ]);
  });

  test('what was not deployed, or taken away since, is not there', async () => {
    expect(await own().findAbsence()).toBe('stack:registry is not deployed yet');
    deployed(['reader']);
    expect(await own().findAbsence()).toBe('stack:registry is not whole: service writer is gone');
    expect(now).toBe(0);
  });

  test('what is deployed and does not answer is waited for, then an error', async () => {
    deployed(['reader', 'writer']);
    upFrom[READ] = 3_000;
    expect(await own().findAbsence()).toBeUndefined();
    upFrom = {};
    await expect(own().findAbsence()).rejects.toMatchObject({
      code: 'NO_REGISTRY',
      message: expect.stringMatching(
        /deployed, but does not answer at 127\.0\.0\.1:5000 .*--only stack:registry/,
      ),
    });
  });

  test('on a node that has it on its loopback no Swarm is asked', async () => {
    found = new UserError('SWARM_UNREACHABLE', 'no key');
    upFrom['127.0.0.1:5000'] = 0;
    const doors = { sockets: {}, isOpen: () => true };
    const here = own({ here: { doors, findEngine: async () => undefined, isAll: false } });
    expect(await here.findAbsence()).toBeUndefined();
    expect(await here.findSocket('127.0.0.1:5000')).toBeUndefined();
    await expect(own().findAbsence()).rejects.toMatchObject({ code: 'SWARM_UNREACHABLE' });
  });
});

describe('inside an agent of the platform', () => {
  const doors = { sockets: { '127.0.0.1:5000': '/host-run/read' }, isOpen: () => true };

  test("the node's sockets lead to the registry, and its engine, if it manages, knows the password", async () => {
    upFrom['/host-run/read'] = 0;
    found = new UserError('SWARM_UNREACHABLE', 'no key');
    const here = own({ here: { doors, findEngine: async () => swarm, isAll: false } });
    expect(await here.findSocket('127.0.0.1:5000')).toBe('/host-run/read');
    expect((await here.enter('127.0.0.1:5000')).engine).toBe(swarm);
    const worker = own({ here: { doors, findEngine: async () => undefined, isAll: false } });
    expect((await worker.enter('127.0.0.1:5000')).engine).toBeUndefined();
  });

  test('a registry that is not deployed yet is told as such', async () => {
    const here = own({
      findDoors: () => undefined,
      here: { doors, findEngine: async () => swarm, isAll: false },
    });
    expect(await here.findAbsence()).toBe('stack:registry is not deployed yet');
    expect(asked).toContain('/host-run/read');
  });
});

describe("inside an agent that runs branches' builds", () => {
  const doors = { sockets: { '127.0.0.1:5000': '/host-run/read' }, isOpen: () => true };
  const here = (engine: Engine | undefined): OwnRegistry =>
    own({ here: { doors, findEngine: async () => engine, isAll: true } });
  beforeEach(() => void (found = new UserError('NO_CREDENTIALS', 'no AWS credentials were found')));

  test('a registry that restarts is waited for, and one that stays silent is told of as such', async () => {
    upFrom['/host-run/read'] = 3_000;
    expect(await here(undefined).findAbsence()).toBeUndefined();
    upFrom = {};
    await expect(here(undefined).findAbsence()).rejects.toMatchObject({ code: 'NO_REGISTRY' });
    await expect(here(undefined).enter('127.0.0.1:5000')).rejects.toMatchObject({ code: 'NO_REGISTRY' });
  });

  test('where the node manages, it says whether there is a registry at all', async () => {
    expect(await here(swarm).findAbsence()).toBe('stack:registry is not deployed yet');
  });
});

describe('entering', () => {
  test('a registry that comes to be while this runs is found when it is needed', async () => {
    const registry = own();
    found = undefined;
    expect(await registry.findAbsence()).toBe('host absent');
    await expect(registry.enter('127.0.0.1:5000')).rejects.toMatchObject({
      code: 'NO_REGISTRY',
      message: expect.stringContaining('infrastructure:cluster'),
    });
    found = swarm;
    deployed(['reader', 'writer']);
    upFrom = { [READ]: 2_000, [WRITE]: 5_000 };
    expect((await registry.enter('127.0.0.1:5000')).engine?.host).toBe(swarm.host);
    expect(await registry.findSocket('127.0.0.1:5001')).toBe(WRITE);
    expect(now).toBe(5_000);
  });

  test('many requests at once wait for one answer, and later ones for none', async () => {
    upFrom[READ] = 0;
    const registry = own();
    const sockets = await Promise.all(
      Array.from({ length: 20 }, () => registry.findSocket('127.0.0.1:5000')),
    );
    expect(new Set(sockets)).toEqual(new Set([READ]));
    await registry.findSocket('127.0.0.1:5000');
    expect(asked).toEqual([READ]);
    expect(await registry.findSocket('registry.example.com')).toBeUndefined();
  });

  test('a way that broke is looked for anew', async () => {
    upFrom = { [READ]: 0, 'unix:///tunnel/b/engine.sock read': 0 };
    const registry = own();
    await registry.enter('127.0.0.1:5000');
    [found, isOpen] = [createMemorySwarm('unix:///tunnel/b/engine.sock'), false];
    const second = registry.findSocket('127.0.0.1:5000');
    isOpen = true;
    expect(await second).toBe('unix:///tunnel/b/engine.sock read');
  });

  test('one that was never deployed is told of as that', async () => {
    await expect(own().enter('127.0.0.1:5000')).rejects.toMatchObject({
      code: 'NO_REGISTRY',
      message:
        'stack:registry is not deployed yet; run `millrace apply --only stack:registry` first, or without --only',
    });
  });
});
