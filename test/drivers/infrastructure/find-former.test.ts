import { describe, expect, test } from '@jest/globals';
import type { CloudThing } from '../../../generator/ports/cloud-resources.ts';
import { createInfrastructureFixture } from './infrastructure-fixture.ts';

const thing = (type: string, component: string, more: Record<string, string> = {}): CloudThing => ({
  type,
  id: `${type} of ${component}`,
  tags: { 'millrace:project': 'shop', 'millrace:component': component, ...more },
});
const DATA = { 'millrace:role': 'data' };

describe('an infrastructure that the project no longer has', () => {
  test('is found by anything that bears its tags, once', async () => {
    const { driver, cloud, source } = createInfrastructureFixture();
    const types = ['instance', 'volume', 'key pair', 'address', 'network interface', 'gateway', 'network'];
    cloud.things.push(...types.map((type) => thing(type, `old-${type.replace(' ', '-')}`)));
    cloud.things.push(thing('subnet', 'old-volume'), thing('snapshot', 'old-snapshot', DATA));
    cloud.things.push(thing('instance', 'cluster'));
    const found = await driver.findFormer(source, new Set());
    const names = [...types.map((type) => type.replace(' ', '-')), 'snapshot'].sort();
    expect(found).toEqual(names.map((name) => `infrastructure:old-${name}`));
  });

  test('is not what machine images and their bakes bear the name of, nor another project’s', async () => {
    const { driver, cloud, source } = createInfrastructureFixture();
    cloud.things.push(
      thing('image', 'node'),
      thing('snapshot', 'node'),
      thing('instance', 'node', { 'millrace:run': 'r' }),
      thing('key pair', 'node', { 'millrace:run': 'r' }),
      thing('instance', 'old', { 'millrace:project': 'shop-x' }),
      { type: 'key pair', id: 'mine', tags: { 'millrace:project': 'shop' } },
    );
    expect(await driver.findFormer(source, new Set())).toEqual([]);
  });

  test('is none where only the data is left that is to stay', async () => {
    const { driver, cloud, source } = createInfrastructureFixture();
    cloud.things.push(thing('volume', 'old', DATA), thing('snapshot', 'old', DATA));
    expect(await driver.findFormer(source, new Set(['data']))).toEqual([]);
    cloud.things.push(thing('key pair', 'old'));
    expect(await driver.findFormer(source, new Set(['data']))).toEqual(['infrastructure:old']);
  });
});
