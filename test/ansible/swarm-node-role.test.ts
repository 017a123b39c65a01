import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { load } from 'js-yaml';

// What is read off the role itself: no machine of the tests has systemd, or reaches the vendor's repository.

const ROLE = join(import.meta.dirname, '../../ansible/roles/swarm_node');

type Task = Record<string, unknown> & { name: string; loop?: string[]; notify?: string | string[] };

const read = (path: string): unknown => load(readFileSync(join(ROLE, path), 'utf8'));
const find = (path: string, name: string): Task => (read(path) as Task[]).find((task) => task.name === name)!;

test('each service whose limit changes is restarted, containerd before the engine that uses it', () => {
  const { loop, notify } = find('tasks/limits.yml', 'Raise open files for the engine');
  expect(loop).toEqual(['docker', 'containerd']);
  expect([notify].flat()).toEqual(['Restart containerd', 'Restart Docker']);
  const restarts = (read('handlers/main.yml') as Task[])
    .map((handler) => handler['ansible.builtin.systemd_service'] as { name?: string })
    .filter(({ name = '' }) => /^(?:docker|containerd)\./.test(name));
  expect(restarts).toEqual([
    { name: 'containerd.service', state: 'restarted', daemon_reload: true },
    { name: 'docker.service', state: 'restarted', daemon_reload: true },
  ]);
});

test('every package of the vendor comes at a release, is pinned to it and held', () => {
  const { 'ansible.builtin.apt': apt } = find('tasks/docker_vendor.yml', 'Install the engine');
  const packages = (apt as { name: string[] }).name.map((one) => one.split('='));
  expect(packages.map(([name]) => name)).toEqual(['docker-ce', 'docker-ce-cli', 'containerd.io']);
  expect(packages.filter(([, version]) => version === undefined)).toEqual([]);

  const pin = find('tasks/docker_vendor.yml', 'Pin the engine and what runs below it');
  const { content } = pin['ansible.builtin.copy'] as { content: string };
  const pinned = [...content.matchAll(/^Package: (.*)\nPin: version (.*)\nPin-Priority: 1001$/gm)];
  expect(pinned.map(([, names, version]) => [names, version])).toEqual([
    ['docker-ce docker-ce-cli', '5:{{ swarm_node_docker_version }}-1~*'],
    ['containerd.io', '{{ swarm_node_containerd_version }}-1~*'],
  ]);
  for (const [name] of packages)
    expect(find('tasks/docker.yml', 'Hold the engine at its version').loop).toContain(`'${name}'`);
});

test('the releases that are described are those that hold', () => {
  const defaults = read('defaults/main.yml') as Record<string, unknown>;
  const specs = read('meta/argument_specs.yml') as {
    argument_specs: { main: { options: Record<string, { default?: unknown }> } };
  };
  const { options } = specs.argument_specs.main;
  for (const [name, { default: described }] of Object.entries(options))
    if (described !== undefined) expect([name, described]).toEqual([name, defaults[name]]);
  expect(Object.keys(options).sort()).toEqual(Object.keys(defaults).sort());
});
