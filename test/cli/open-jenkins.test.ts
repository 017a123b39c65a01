import { beforeEach, describe, expect, test } from '@jest/globals';
import { openJenkins } from '../../generator/cli/open-jenkins.ts';
import { Project } from '../../generator/model/project/project.ts';
import type { ClusterNode } from '../../generator/ports/cluster-nodes.ts';
import type { Engine } from '../../generator/ports/engine.ts';
import { createHurriedClock } from '../fakes/hurried-clock.ts';

interface Task {
  CreatedAt: string;
  NodeID: string;
  DesiredState: string;
  Status: { State: string; Err?: string; ContainerStatus?: { ContainerID?: string } };
}

const NODES: Record<string, object> = {
  one: { Spec: {}, Description: { Hostname: 'ip-172-31-0-1' }, Status: { Addr: '172.31.0.1' } },
  two: {
    Spec: { Labels: { 'millrace.instance': 'i-2' } },
    Description: { Hostname: 'ip-172-31-0-2' },
    Status: { Addr: '172.31.0.2' },
  },
};
const MACHINES: ClusterNode[] = [
  { id: 'i-1', address: '198.51.100.1', port: 22, user: 'admin' },
  { id: 'i-2', address: '198.51.100.2', port: 22, user: 'admin' },
];

let services: string[];
let tasks: Task[];
let machines: ClusterNode[];
let opened: string[];
beforeEach(() => {
  services = ['shop-jenkins_controller'];
  tasks = [task({ NodeID: 'one' })];
  [machines, opened] = [MACHINES, []];
});

function task(more: Partial<Task> = {}): Task {
  const Status = { State: 'running', ContainerStatus: { ContainerID: 'c1' } };
  return { CreatedAt: '2030-01-01', NodeID: 'one', DesiredState: 'running', Status, ...more };
}

/** A stand-in for a manager's engine: what it would list; filters are not looked at. */
const engine = {
  host: 'unix:///manager',
  get: (path: string) => {
    if (path.startsWith('/services')) return services.map((Name) => ({ ID: Name, Spec: { Name } }));
    if (path.startsWith('/tasks')) return tasks;
    if (path.startsWith('/nodes/')) return NODES[path.slice('/nodes/'.length)];
    return { Swarm: { NodeID: 'one' } };
  },
} as unknown as Engine;

function open(stack: object | undefined, env: Record<string, string> = {}) {
  return openJenkins({
    project: Project.parse({
      project: 'shop',
      infrastructure: { cluster: { deploy: 'd.yml', destroy: 'x.yml' } },
      ...(stack ? { stacks: { jenkins: { file: 'j.yml', ...stack } } } : {}),
    }),
    env,
    clock: createHurriedClock(),
    swarms: { find: () => Promise.resolve(engine) },
    nodes: { find: () => Promise.resolve(machines) },
    openTunnel: ({ id }) => {
      opened.push(id);
      return Promise.resolve({
        socket: `/nowhere/${id}`,
        engine: 'there',
        isOpen: () => true,
        close: () => Promise.resolve(),
      });
    },
  });
}

/** Which engine was asked, by the message that there is none behind the socket. */
async function engineAsked({ find }: ReturnType<typeof open>): Promise<string> {
  const server = await find();
  const error: unknown = await server!.get('/').catch((thrown: unknown) => thrown);
  return /at (\S+)/.exec((error as Error).message.replace(/^the controller .*: no/, 'no'))?.[1] ?? '';
}

describe('the Jenkins of a project', () => {
  test('is not there without a stack, or before it is deployed', async () => {
    expect(await open(undefined).find()).toBeUndefined();
    services = ['shop-jenkins_controller-2'];
    expect(await open({}).find()).toBeUndefined();
  });

  test('is asked through the manager where it runs on that node', async () => {
    expect(await engineAsked(open({ on: 'cluster' }))).toBe('unix:///manager');
    expect(opened).toEqual([]);
  });

  test('is asked through the node that it runs on, over one tunnel', async () => {
    tasks = [task({ NodeID: 'two' })];
    const jenkins = open({ on: 'cluster' });
    expect(await engineAsked(jenkins)).toBe('unix:///nowhere/i-2');
    expect(await engineAsked(jenkins)).toBe('unix:///nowhere/i-2');
    expect(opened).toEqual(['i-2']);
  });

  test('is known by the task that runs, not by those before it', async () => {
    const failed = { State: 'failed', ContainerStatus: { ContainerID: 'c0' } };
    tasks = [task({ CreatedAt: '2031', DesiredState: 'shutdown', Status: failed }), task()];
    expect(await engineAsked(open({ on: 'cluster' }))).toBe('unix:///manager');
  });

  test('without a task that runs is an error which says what the last one came to', async () => {
    tasks = [task({ Status: { State: 'rejected', Err: 'No such image' } })];
    await expect(open({ on: 'cluster' }).find()).rejects.toMatchObject({
      code: 'JENKINS_UNREACHABLE',
      message:
        'Jenkins is there, but no task of shop-jenkins_controller runs: the last is rejected (No such image); see: docker service ps --no-trunc shop-jenkins_controller',
    });
  });

  test('on a node that nobody knows is an error', async () => {
    tasks = [task({ NodeID: 'two' })];
    machines = MACHINES.slice(0, 1);
    const words = "Jenkins' controller runs on i-2, ip-172-31-0-2, 172.31.0.2, ";
    await expect(open({ on: 'cluster' }).find()).rejects.toMatchObject({
      code: 'JENKINS_UNREACHABLE',
      message: `${words}which is no machine of infrastructure:cluster that runs`,
    });
    await expect(open({}).find()).rejects.toMatchObject({
      message: `${words}which is not the engine at hand; set DOCKER_HOST to that of the node`,
    });
  });

  test('is asked by its address inside one of its builds', async () => {
    const jenkins = open({ on: 'cluster' }, { MILLRACE_JENKINS: 'http://127.0.0.1:1/' });
    const server = await jenkins.find();
    await expect(server!.get('/')).rejects.toMatchObject({
      code: 'JENKINS_DENIED',
      message:
        'the password for Jenkins cannot be read: /run/secrets/jenkins_service_password (ENOENT), which MILLRACE_JENKINS_PASSWORD_FILE names',
    });
  });
});
