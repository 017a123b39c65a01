import { beforeEach, describe, expect, test } from '@jest/globals';
import { statSync } from 'node:fs';
import { createAmiDriver } from '../../../generator/drivers/ami/ami-driver.ts';
import { buildAmi } from '../../../generator/drivers/ami/build-ami.ts';
import { leaseTags } from '../../../generator/drivers/ami/lease.ts';
import type { MachineImage } from '../../../generator/ports/machine-images.ts';
import { PROJECT, createAmiFixture } from './ami-fixture.ts';
import type { AmiFixture } from './ami-fixture.ts';

let fixture: AmiFixture;
beforeEach(() => {
  fixture = createAmiFixture();
});

const build = (): ReturnType<typeof buildAmi> => buildAmi(fixture.component, fixture.task, fixture.tools);
const image = (
  id: string,
  tags: Record<string, string> = {},
  more: Partial<MachineImage> = {},
): MachineImage => ({
  ...{ id, name: fixture.name, state: 'available', created: '2030', tags, snapshots: [`snap-${id}`] },
  ...more,
});
const ownTags = (): Record<string, string> => ({
  'millrace:project': 'shop',
  'millrace:component': 'node',
  'millrace:hash': fixture.component.hash,
});
const leased = (run: string, pid: string, begun = 0): Record<string, string> => ({
  ...ownTags(),
  ...leaseTags({ run, boot: 'this', pid }, fixture.tools.clock.now() + begun),
});
const complete = (): Record<string, string> => ({ ...ownTags(), 'millrace:complete': 'true' });

/** Packer makes the image, with the tags that it was told. */
const bakes = (id: string): Parameters<AmiFixture['onBuild']>[0] => {
  return (variables, say) => {
    fixture.ec2.held.images.push(image(id, variables['tags'] as Record<string, string>));
    say(`1,amazon-ebs.node,artifact,0,id,eu-central-1:${id}`);
    return 0;
  };
};

describe('a bake', () => {
  test('makes its key and group, tags the image, marks it last, and takes its own things away', async () => {
    fixture.onBuild((variables, say) => {
      expect(variables).toMatchObject({
        source_ami: 'ami-12345678',
        ami_name: fixture.name,
        region: 'eu-central-1',
      });
      expect(variables['run_tags']).toMatchObject({
        ...ownTags(),
        'millrace:run': 'mine',
        'millrace:pid': 'alive',
      });
      expect(statSync(String(variables['ssh_private_key_file'])).mode & 0o777).toBe(0o600);
      return bakes('ami-1')(variables, say);
    });
    expect(await build()).toEqual({ id: 'ami-1', reference: 'ami-1' });
    const { changes, held } = fixture.ec2;
    const key = `millrace-bake-mine-${fixture.component.hash.slice(0, 12)}`;
    expect(changes.filter((change) => !change.endsWith(' millrace:expires'))).toEqual([
      `make key ${key}`,
      `make group ${key}`,
      'tag ami-1 snap-ami-1 millrace:project millrace:component millrace:hash millrace:revision',
      'tag ami-1 millrace:complete',
      `remove key ${key}`,
      `remove group ${key}`,
    ]);
    expect(held.resources).toEqual([]);
    const found = await createAmiDriver(fixture.tools).observe([fixture.component], fixture.source);
    expect(found.get('ami:node')).toEqual({ state: 'built', artifact: { id: 'ami-1', reference: 'ami-1' } });
  });

  test('runs Packer in the export, with its own folders, the region, and nothing of the user’s that is in no hash', async () => {
    fixture.tools.environment = { PKR_VAR_greeting: 'x', PKR_VAR_ssh_host: 'h', PACKER_LOG: '1' };
    fixture.onBuild(bakes('ami-1'));
    await build();
    const { args, env, cwd } = fixture.ran.find((each) => each.args[0] === 'build')!;
    expect(args.slice(0, 4)).toEqual(['build', '-machine-readable', '-color=false', '-on-error=cleanup']);
    expect(args.at(-1)).toBe('packer/node.pkr.hcl');
    expect(args.join(' ')).not.toContain('PRIVATE KEY');
    expect(cwd).toBe(`${fixture.task.folder}/bake-1`);
    expect(env).toMatchObject({
      ...{ AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'eu-central-1', CHECKPOINT_DISABLE: '1' },
      ...{ MILLRACE_OWNER: 'me', PKR_VAR_greeting: undefined, PACKER_LOG: undefined },
    });
    expect(Object.keys(env)).not.toContain('PKR_VAR_ssh_host');
  });

  test('that fails says why, and what it left is removed at once', async () => {
    fixture.onBuild((variables, say) => {
      fixture.ec2.held.images.push(image('ami-1'));
      fixture.ec2.held.resources.push({
        id: 'i-1',
        type: 'instance',
        tags: variables['run_tags'] as Record<string, string>,
      });
      say('1,amazon-ebs.node,error,no such thing');
      return 1;
    });
    await expect(build()).rejects.toMatchObject({
      code: 'AMI_FAILED',
      message: 'ami:node: Packer: no such thing',
    });
    expect(fixture.ec2.held).toEqual({ images: [], resources: [] });
  });

  test('is refused in a lab without machines, before anything is asked of EC2 or Packer', async () => {
    fixture.tools.environment = { MILLRACE_LAB: '/lab' };
    await expect(build()).rejects.toMatchObject({
      code: 'NO_MACHINES',
      message: expect.stringContaining('no machines'),
    });
    expect([fixture.ran, fixture.ec2.changes]).toEqual([[], []]);
    fixture.tools.environment = { MILLRACE_LAB: '/lab', MILLRACE_LAB_MACHINES: '1' };
    fixture.onBuild(bakes('ami-1'));
    expect(await build()).toMatchObject({ id: 'ami-1' });
  });

  test('that names no image is a failure, whatever its exit code', async () => {
    await expect(build()).rejects.toMatchObject({
      message: expect.stringContaining('named no image for eu-central-1'),
    });
  });

  test('whose image EC2 gives up is a failure, and the image goes', async () => {
    fixture.onBuild((variables, say) => {
      fixture.ec2.held.images.push(
        image('ami-1', variables['tags'] as Record<string, string>, { state: 'failed' }),
      );
      say('1,amazon-ebs.node,artifact,0,id,eu-central-1:ami-1');
      return 0;
    });
    await expect(build()).rejects.toMatchObject({ message: expect.stringContaining('it is "failed"') });
    expect(fixture.ec2.held.images).toEqual([]);
  });

  test('that is interrupted says so', async () => {
    fixture.onBuild(() => {
      fixture.abort();
      return 1;
    });
    await expect(build()).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('extends its lease while it lasts', async () => {
    fixture.onBuild(async (variables, say) => {
      for (let step = 0; step < 20; step++) await new Promise((resolve) => setImmediate(resolve));
      return bakes('ami-1')(variables, say);
    });
    await build();
    const before = fixture.ec2.changes.findIndex((change) => change.startsWith('tag ami-1 snap'));
    expect(fixture.ec2.changes.slice(0, before)).toContainEqual(
      expect.stringMatching(/^tag key .* group .* millrace:expires$/),
    );
  });
});

describe('where an image of that name is there', () => {
  test('a complete one is adopted, and Packer is not run', async () => {
    fixture.ec2.held.images.push(image('ami-1', complete()));
    expect(await build()).toEqual({ id: 'ami-1', reference: 'ami-1' });
    expect([fixture.ran, fixture.ec2.changes]).toEqual([[], []]);
  });

  test('one of a live run is waited for', async () => {
    fixture.ec2.held.images.push(image('ami-1', leased('other', 'alive-2'), { state: 'pending' }));
    const { clock } = fixture.tools;
    const until = clock.now() + 300_000;
    const sleep = clock.sleep;
    clock.sleep = (milliseconds, signal) => {
      if (clock.now() > until) fixture.ec2.held.images = [image('ami-1', complete())];
      return sleep(milliseconds, signal);
    };
    expect(await build()).toEqual({ id: 'ami-1', reference: 'ami-1' });
    expect(fixture.log.filter((line) => line.includes('waiting'))).toHaveLength(2);
    expect(fixture.ran).toEqual([]);
  });

  test('one of a dead run is removed, and another is made', async () => {
    fixture.ec2.held.images.push(image('ami-1', leased('other', 'gone')));
    fixture.onBuild(bakes('ami-2'));
    expect(await build()).toEqual({ id: 'ami-2', reference: 'ami-2' });
    expect(fixture.ec2.changes[0]).toBe('remove ami-1');
    expect(fixture.ec2.held.images.map(({ id }) => id)).toEqual(['ami-2']);
  });

  test('one of a run elsewhere is waited for until its lease expires', async () => {
    const elsewhere = { ...leased('other', 'x'), 'millrace:boot': 'that' };
    fixture.ec2.held.images.push(image('ami-1', elsewhere));
    fixture.onBuild(bakes('ami-2'));
    const begun = fixture.tools.clock.now();
    expect(await build()).toEqual({ id: 'ami-2', reference: 'ami-2' });
    expect(fixture.tools.clock.now() - begun).toBeGreaterThan(29 * 60_000);
  });

  test('one whose run never ends ends the waiting', async () => {
    const forever = { ...leased('other', 'alive-2'), 'millrace:expires': '2099-01-01T00:00:00Z' };
    fixture.ec2.held.images.push(image('ami-1', forever));
    await expect(build()).rejects.toMatchObject({ code: 'AMI_BUSY' });
    expect(fixture.ec2.changes).toEqual([]);
  });

  test('a complete one that somebody disabled is the user’s to mend', async () => {
    fixture.ec2.held.images.push(image('ami-1', complete(), { state: 'disabled' }));
    await expect(build()).rejects.toMatchObject({
      code: 'AMI_UNUSABLE',
      message: expect.stringContaining('disabled'),
    });
    expect(fixture.ec2.changes).toEqual([]);
  });

  test('a run that was quicker to register it wins, also where EC2 shows it late', async () => {
    let sleeps = 0;
    fixture.onBuild((_variables, say) => {
      say('1,amazon-ebs.node,error,InvalidAMIName.Duplicate: AMI name is already in use by AMI ami-9');
      sleeps = 0;
      return 1;
    });
    const { clock } = fixture.tools;
    const sleep = clock.sleep;
    clock.sleep = (milliseconds, signal) => {
      if (++sleeps === 3) fixture.ec2.held.images.push(image('ami-9', complete()));
      return sleep(milliseconds, signal);
    };
    expect(await build()).toEqual({ id: 'ami-9', reference: 'ami-9' });
    expect(fixture.ran.filter(({ args }) => args[0] === 'build')).toHaveLength(1);
  });
});

describe('Packer’s plugins', () => {
  const pins = { 'packer/plugins/required.pkr.hcl': 'packer {\n  required_plugins {\n  }\n}\n' };

  test('are installed from the pins beside the template, into a folder for those pins', async () => {
    fixture = createAmiFixture(pins, '1.11.2');
    fixture.tools.cacheFolder = '/cache';
    fixture.onBuild(bakes('ami-1'));
    await build();
    expect(fixture.ran.map(({ args }) => args.slice(0, 2))).toEqual([
      ['version'],
      ['init', 'packer/plugins'],
      ['build', '-machine-readable'],
    ]);
    for (const { env } of fixture.ran)
      expect(env['PACKER_PLUGIN_PATH']).toMatch(/^\/cache\/packer-plugins\/[0-9a-f]{16}$/);
  });

  test('are part of Packer 1.6', async () => {
    fixture = createAmiFixture(pins, '1.6.6');
    fixture.onBuild(bakes('ami-1'));
    await build();
    expect(fixture.ran.map(({ args }) => args[0])).toEqual(['version', 'build']);
  });
});

describe('before anything is built', () => {
  const prepare = (): Promise<void> =>
    createAmiDriver(fixture.tools).prepare!([fixture.component], fixture.source, [fixture.component]);

  test('an account that is not listed is refused, with nothing changed', async () => {
    fixture.ec2.account = () => Promise.resolve('999999999999');
    fixture.ec2.held.resources.push({ id: 'i-1', type: 'instance', tags: leased('other', 'gone') });
    await expect(prepare()).rejects.toMatchObject({ code: 'WRONG_ACCOUNT' });
    expect(fixture.ec2.changes).toEqual([]);
  });

  test('the dead’s leftovers go, and the rest stays', async () => {
    fixture.ec2.held.resources.push(
      { id: 'i-1', type: 'instance', tags: leased('other', 'gone') },
      { id: 'i-2', type: 'instance', tags: leased('another', 'alive-2') },
    );
    await prepare();
    expect(fixture.ec2.changes).toEqual(['remove i-1']);
  });

  test.each<[string, string, Record<string, string>]>([
    ['AMI_VARIABLE', 'a template without the variables', { 'packer/node.pkr.hcl': '' }],
    [
      'AMI_TEMPLATE',
      'a template in JSON',
      { 'project.yaml': PROJECT.replace('node.pkr.hcl', 'node.json'), 'packer/node.json': '{}' },
    ],
  ])('%s: %s', async (code, _what, files) => {
    fixture = createAmiFixture(files);
    await expect(prepare()).rejects.toMatchObject({ code });
    expect(fixture.ec2.changes).toEqual([]);
  });
});

describe('looked at', () => {
  const observe = async (): Promise<unknown> => {
    const found = await createAmiDriver(fixture.tools).observe([fixture.component], fixture.source);
    return found.get('ami:node');
  };

  test('an image counts only when it is whole: name, hash, mark, state', async () => {
    for (const wrong of [
      image('a', ownTags()),
      image('a', complete(), { state: 'pending' }),
      image('a', { ...complete(), 'millrace:hash': 'b'.repeat(64) }),
      image('a', { ...complete(), 'millrace:project': 'else' }),
    ]) {
      fixture.ec2.held.images = [wrong];
      expect(await observe()).toMatchObject({ state: 'absent', why: 'incomplete' });
    }
    fixture.ec2.held.images = [image('a', complete(), { name: 'else' })];
    expect(await observe()).toMatchObject({ state: 'absent' });
  });

  test('the newest whole one of the component is what was there before, with its revision', async () => {
    const other = (hash: string, created: string): MachineImage =>
      image(
        `ami-${created}`,
        { ...complete(), 'millrace:hash': hash, 'millrace:revision': `r${created}` },
        { name: hash, created },
      );
    fixture.ec2.held.images = [other('h1', '2028'), other('h2', '2029'), other('h3', '2027')];
    expect(await observe()).toEqual({
      state: 'absent',
      last: { id: 'ami-2029', reference: 'ami-2029', hash: 'h2', revision: 'r2029' },
    });
  });
});
