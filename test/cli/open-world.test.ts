import { describe, expect, test } from '@jest/globals';
import { observeAll, openWorld } from '../../generator/cli/open-world.ts';
import type { Driver, HashedComponent, ProjectSource } from '../../generator/drivers/driver.ts';
import type { ComponentKind } from '../../generator/model/component.ts';
import { Project } from '../../generator/model/project/project.ts';

function open(text: Record<string, unknown>) {
  return openWorld(Project.parse({ project: 'shop', ...text }), {}, () => undefined);
}

const AMI = { template: 'a.pkr.hcl', source: { owner: 'self', name: 'x' } };

describe('the world', () => {
  test('has drivers that need tools only for kinds that the project has', async () => {
    const kinds = async (text: Record<string, unknown>): Promise<string[]> =>
      [...(await open(text)).drivers.keys()].sort();
    expect(await kinds({})).toEqual(['jobs']);
    expect(await kinds({ images: { a: { context: '.' } } })).toEqual(['image', 'jobs']);
    expect(await kinds({ stacks: { a: { file: 'a.yml' } } })).toEqual(['infrastructure', 'jobs', 'stack']);
  });

  test('looks for what may still run where the project has none of it any more', async () => {
    const aws = { region: 'eu-central-1', accounts: ['123456789012'] };
    expect([...(await open({ aws, amis: { a: AMI } })).drivers.keys()].sort()).toEqual([
      'ami',
      'infrastructure',
      'jobs',
      'stack',
    ]);
  });
});

const SOURCE = {} as ProjectSource;

function component(kind: ComponentKind, name: string): HashedComponent {
  return {
    id: `${kind}:${name}`,
    kind,
    name,
    content: [],
    order: [],
    externals: [],
    hash: 'a'.repeat(64),
  };
}

function driver(kind: ComponentKind, observe: Driver['observe']): Driver {
  return { kind, observe };
}

describe('observing', () => {
  test('is one sweep a kind, all at the same time', async () => {
    const sweeps: string[] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const waiting = (kind: ComponentKind): Driver =>
      driver(kind, async (components) => {
        sweeps.push(`${kind} ${components.map(({ name }) => name).join(' ')}`);
        if (sweeps.length === 2) release();
        await gate;
        return new Map(components.map(({ id }) => [id, { state: 'absent' }]));
      });
    const drivers = new Map([waiting('image'), waiting('ami')].map((one) => [one.kind, one]));
    const all = [component('image', 'a'), component('ami', 'n'), component('image', 'b')];
    expect([...(await observeAll(drivers, all, SOURCE)).keys()].sort()).toEqual([
      'ami:n',
      'image:a',
      'image:b',
    ]);
    expect(sweeps).toEqual(['image a b', 'ami n']);
  });

  test('fails where a place cannot be seen: that is not absent', async () => {
    const drivers = new Map([
      ['image' as const, driver('image', () => Promise.reject(new Error('refused')))],
    ]);
    await expect(observeAll(drivers, [component('image', 'a')], SOURCE)).rejects.toThrow('refused');
  });
});
