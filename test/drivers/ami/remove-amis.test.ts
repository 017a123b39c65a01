import { beforeEach, describe, expect, test } from '@jest/globals';
import { leaseTags } from '../../../generator/drivers/ami/lease.ts';
import { observeAmis } from '../../../generator/drivers/ami/observe-amis.ts';
import { removeAmis } from '../../../generator/drivers/ami/remove-amis.ts';
import type { MachineImage, TaggedResource } from '../../../generator/ports/machine-images.ts';
import { createAmiFixture } from './ami-fixture.ts';
import type { AmiFixture } from './ami-fixture.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
let fixture: AmiFixture;
beforeEach(() => {
  fixture = createAmiFixture();
});

function tags(component: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    'millrace:project': 'shop',
    'millrace:component': component,
    'millrace:hash': 'a'.repeat(64),
    ...leaseTags({ run: `run-${component}`, boot: 'other', pid: 'p' }, NOW),
    ...more,
  };
}

function image(id: string, its: Record<string, string>): MachineImage {
  const name = `${its['millrace:project']}-${its['millrace:component']}-${id}`;
  return { id, name, state: 'available', created: '', tags: its, snapshots: [`snap-${id}`] };
}

const WHOLE = { 'millrace:complete': 'true' };
const DEAD = { 'millrace:expires': '2020-01-01T00:00:00Z' };
const remove = (): Promise<void> => removeAmis('ami:node', fixture.task, fixture.tools);
const held = (): string[] => [
  ...fixture.ec2.held.images.map(({ id }) => id),
  ...fixture.ec2.held.resources.map(({ id }) => id),
];

describe('removing a machine image', () => {
  test('takes every image of the component, and nobody else’s', async () => {
    fixture.ec2.held.images = [
      image('ami-1', tags('node', WHOLE)),
      image('ami-2', tags('node', { ...WHOLE, 'millrace:hash': 'b'.repeat(64) })),
      image('ami-3', tags('other', WHOLE)),
      image('ami-4', tags('node', { ...WHOLE, 'millrace:project': 'store' })),
      image('ami-5', {}),
    ];
    await remove();
    expect(held()).toEqual(['ami-3', 'ami-4', 'ami-5']);
  });

  test('takes what dead runs left along, and is fine where nothing is', async () => {
    const machine: TaggedResource = { type: 'instance', id: 'i-1', tags: tags('node', DEAD) };
    Object.assign(fixture.ec2.held, { images: [image('ami-1', tags('node', DEAD))], resources: [machine] });
    await remove();
    expect(held()).toEqual([]);
    fixture.ec2.changes.length = 0;
    await remove();
    expect(fixture.ec2.changes).toEqual([]);
  });

  test.each<[string, () => void]>([
    ['an image', () => fixture.ec2.held.images.push(image('ami-1', tags('node')))],
    ['a machine', () => fixture.ec2.held.resources.push({ type: 'instance', id: 'i-1', tags: tags('node') })],
  ])('takes nothing from a living run that has %s of it', async (_what, begin) => {
    fixture.ec2.held.images = [image('ami-0', tags('node', { ...WHOLE, 'millrace:run': 'former' }))];
    begin();
    await expect(remove()).rejects.toMatchObject({
      code: 'AMI_BUSY',
      message: expect.stringMatching(/^ami:node: another run is making an image \((?:ami|i)-1\); end it/),
    });
    expect(fixture.ec2.changes).toEqual([]);
  });

  test('does not take the snapshots of a whole image for a run’s work', async () => {
    Object.assign(fixture.ec2.held, {
      images: [image('ami-1', tags('node', WHOLE))],
      resources: [{ type: 'snapshot', id: 'snap-ami-1', tags: tags('node', WHOLE) }],
    });
    await remove();
    expect(fixture.ec2.changes).toEqual(['remove ami-1']);
  });

  test('changes nothing in an account that the project does not list', async () => {
    fixture.ec2.held.images = [image('ami-1', tags('node', WHOLE))];
    fixture.ec2.account = () => Promise.resolve('999999999999');
    await expect(remove()).rejects.toMatchObject({ code: 'WRONG_ACCOUNT' });
    expect(fixture.ec2.changes).toEqual([]);
  });
});

test('images of components that the project no longer has are seen', async () => {
  fixture.ec2.held.images = [
    image('ami-1', tags('former', WHOLE)),
    image('ami-2', tags('half')),
    image('ami-3', tags('foreign', { ...WHOLE, 'millrace:project': 'store' })),
  ];
  const found = await observeAmis([], fixture.source, fixture.ec2);
  expect([...found]).toEqual([
    ['ami:former', { state: 'built', artifact: { id: 'ami-1', reference: 'ami-1' } }],
  ]);
});
