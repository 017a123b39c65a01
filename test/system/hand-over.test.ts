/**
 * Real parts: the command line, git, Docker's engine with its Swarm and BuildKit, docker-registry with a password. Jenkins'
 * controller is a stand-in, and so is the tools image: it has this machine's own programs, mounted.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { REGISTRY_USER } from './services/registry.ts';
import { startStackCliWorld } from './services/stack-cli-world.ts';
import type { StackCliWorld } from './services/stack-cli-world.ts';
import { eventually } from './services/eventually.ts';

const SECRET = 'a-key-that-nobody-may-see';
const projectOf = (registry: string): string => `project: shop
registry: { url: "${registry}" }
mirrors: { local/busybox: ${registry}/local/busybox }
images:
  controller: { context: images/controller }
  tools: { context: images/tools }
stacks:
  jenkins: { file: stacks/jenkins.yml }
`;
let world: StackCliWorld;
let data: string;

const stackFile = (socket: string, checkout: string): string => `
services:
  controller:
    image: shop/controller
    command: [sh, -c, 'cat /srv/version >>/var/jenkins_home/started; grep good /srv/state && exec sleep 100000']
    init: true
    volumes: ["${data}/jenkins:/var/jenkins_home"]
    deploy: { labels: { millrace.swap.steady: 3s, millrace.swap.within: 30s }, restart_policy: { delay: 1s } }
  build-1: { image: shop/tools, command: [sleep, "100000"], init: true }
  deploy-1:
    image: shop/tools
    command: [sleep, "100000"]
    init: true
    environment: { MILLRACE_LAB_NO_IPVS: "1" }
    volumes:
      - { type: bind, source: /usr, target: /usr, read_only: true }
      - { type: bind, source: /usr/lib, target: /lib, read_only: true }
      - { type: bind, source: /usr/lib64, target: /lib64, read_only: true }
      - { type: bind, source: ${checkout}, target: ${checkout}, read_only: true }
      - { type: bind, source: ${socket}, target: /var/run/docker.sock }
    networks: [host]
networks: { host: { external: true, name: host } }
`;
const controller = (version: string, state = 'good'): Record<string, string> => ({
  'images/controller/Dockerfile': 'FROM local/busybox:1\nCOPY . /srv\n',
  'images/controller/version': `${version}\n`,
  'images/controller/state': `${state}\n`,
});
/** As a build of the trusted branch. */
const deliver = (...args: string[]) =>
  world.runAs(
    {
      MILLRACE_ROLE: 'deliver',
      MILLRACE_REGISTRY_USERNAME: REGISTRY_USER.username,
      MILLRACE_REGISTRY_PASSWORD: REGISTRY_USER.password,
      AWS_SECRET_ACCESS_KEY: SECRET,
    },
    ...args,
  );
const outcomes = (json: { components?: { id: string; outcome: string; cause?: string }[] }) =>
  Object.fromEntries((json.components ?? []).map(({ id, outcome, cause }) => [id, cause ?? outcome]));
const started = (): string => readFileSync(join(data, 'jenkins/started'), 'utf8');
const report = (): { outcome?: string; reason?: string } => {
  const found = world.swarm.docker(
    'config',
    'inspect',
    '--format',
    '{{json .Spec.Data}}',
    'millrace-handover-shop-report',
  );
  return JSON.parse(Buffer.from(JSON.parse(found) as string, 'base64').toString('utf8')) as {
    outcome: string;
  };
};
const left = async (): Promise<string[]> =>
  Object.keys(await world.swarm.versions()).filter((name) => /handover-shop-[0-9]/.test(name));

describe('what carries Jenkins', () => {
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'millrace-hand-over-'));
    mkdirSync(join(data, 'jenkins'));
    world = await startStackCliWorld(
      {
        'images/tools/Dockerfile':
          'FROM local/busybox:1\nENV PATH=/bin:/usr/bin\nCOPY millrace /bin/millrace\n',
      },
      projectOf,
    );
    const checkout = join(dirname(world.program), '../../../..');
    world.commit({
      ...controller('1'),
      'images/tools/millrace': `+x#!/bin/sh\nexec /usr/bin/node ${world.program} "$@"\n`,
      'stacks/jenkins.yml': stackFile(join(world.swarm.folder, 'docker.sock'), checkout),
    });
    writeFileSync(join(data, 'jenkins/config.xml'), '<hudson/>');
    const first = await world.run(
      'apply',
      '--json',
      '--only',
      'image:controller',
      'image:tools',
      'stack:jenkins',
    );
    expect(outcomes(first.json)).toMatchObject({ 'stack:jenkins': 'deployed' });
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  test('is deployed by a job outside, which has the commit and what it needs, and nothing of it shows', async () => {
    world.commit(controller('2'));
    const run = await deliver('apply', '--json', '--only', 'image:controller', 'stack:jenkins');
    expect(outcomes(run.json)).toEqual({ 'image:controller': 'built', 'stack:jenkins': 'handed over' });
    expect(run.code).toBe(0);
    const [job = ''] = (await left()).filter((name) => name.startsWith('services'));
    expect(job).toBe('services millrace-handover-shop-1');
    const spec = world.swarm.docker('service', 'inspect', 'millrace-handover-shop-1');
    for (const value of [SECRET, REGISTRY_USER.password]) expect(spec + run.stderr).not.toContain(value);
    await eventually(() => expect(report()).toMatchObject({ outcome: 'done' }));
    expect(started()).toBe('1\n2\n');
    expect(world.swarm.docker('service', 'logs', 'millrace-handover-shop-1')).not.toContain(SECRET);
    const status = await world.run('status');
    expect(status.stderr).toMatch(/stack:jenkins of commit [0-9a-f]{12} was deployed outside of Jenkins at/);
  });

  test('that is no good is told by the next run, which also takes away what is over', async () => {
    world.commit(controller('3', 'broken'));
    await deliver('apply', '--json', '--only', 'image:controller', 'stack:jenkins');
    await eventually(() => expect(report()).toMatchObject({ outcome: 'failed' }));
    const plan = await world.run('plan');
    expect(plan.stderr).toMatch(
      /stack:jenkins of commit [0-9a-f]{12} failed at .*the service controller: its new version does not stay up/,
    );
    expect(started()).toBe('1\n2\n2\n');
    world.commit(controller('4'));
    const mended = await world.run('apply', '--json', '--only', 'image:controller', 'stack:jenkins');
    expect(outcomes(mended.json)).toMatchObject({ 'stack:jenkins': 'deployed' });
    expect(await left()).toEqual([]);
    expect((await world.run('plan')).stderr).not.toContain('failed at');
  });
});
