import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownAddress } from '../ansible/own-address.ts';
import { mayUseResources } from '../ansible/own-limits.ts';
import { playRole, runPlaybook } from '../ansible/run-playbook.ts';
import type { Host, PlaybookRun } from '../ansible/run-playbook.ts';
import { startMachine } from './services/machine.ts';
import type { TestMachine } from './services/machine.ts';

// Volumes are loop devices (loop(4)) of this machine, shown to the other one under the names that EC2 gives.
const MIB = 2 ** 20;
const folder = mkdtempSync(join(tmpdir(), 'volumes-'));
const attached: string[] = [];
let machine: TestMachine;
beforeAll(async () => {
  machine = await startMachine({ addresses: [ownAddress(1)] });
});
afterAll(async () => {
  await machine?.stop();
  for (const device of attached) run('losetup', '--detach', device);
  rmSync(folder, { recursive: true, force: true });
});

function run(file: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

function inside(script: string): string {
  const { status, stdout, stderr } = machine.ssh(['sudo', 'sh', '-ec', script]);
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout.trim();
}

/** Whether the machine has such a path; asked without SSH, which a play may be about to use. */
const existsOn = (path: string): boolean => existsSync(`/proc/${machine.machine.init}/root${path}`);

interface Volume {
  device: string;
  file: string;
}

/** A volume that the machine does not see yet. */
function makeVolume(bytes = 64 * MIB): Volume {
  const file = join(folder, `volume-${attached.length}`);
  writeFileSync(file, '');
  truncateSync(file, bytes);
  const device = run('losetup', '--find', '--show', file);
  attached.push(device);
  return { device, file };
}

const show = ({ device }: Volume, name: string): void => {
  inside(
    `mkdir -p /dev/disk/by-id; [ -b ${device} ] || mknod ${device} b 7 ${device.replace(/\D+/, '')}; ln -sfn ${device} ${name}`,
  );
};
const BY_ID = '/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_';

/** What each play asks of the machine; by another name, as of another host, it is asked for something else as well. */
function play(asked: Record<string, Record<string, unknown>>, args: string[] = []): Promise<PlaybookRun> {
  const hosts = Object.entries(asked).map(([name, variables]) => [name, { machine, variables }]);
  const named = Object.fromEntries(hosts) as Record<string, Host>;
  // One after the other unless nothing is mounted: it is one mount table.
  return runPlaybook(playRole('jenkins_data'), named, { args: ['--forks', '1', ...args] });
}

/** How many tasks changed something, or how it failed, in one line. */
function outcomeOf({ recap, output }: PlaybookRun, name: string): unknown {
  if (recap[name]!.failed === 0) return recap[name]!.changed;
  const said = output.slice(output.indexOf(`fatal: [${name}]`));
  return said.slice(0, /\n(?:\n|\[|fatal:)/.exec(said)?.index).replace(/\s+/g, ' ');
}

const mounted = (): string =>
  inside('findmnt --noheadings --output MAJ:MIN,FSTYPE /var/lib/millrace || true').replace(/\s+/, ' ');
const isBlank = ({ device }: Volume): boolean => run('cmp', '--bytes', `${MIB}`, device, '/dev/zero') === '';

const PRESENT = { jenkins_data_volume: 'vol-0abc' };
const ABSENT = { ...PRESENT, jenkins_data_state: 'absent' };
const NONE = { jenkins_data_volume: '', jenkins_data_mount: '/srv/none' };

test('a volume that appears late gets ext4, once, and is mounted by its id; without one the folders lie on the disk', async () => {
  const volume = makeVolume();
  const waiting = runPlaybook(
    // Each host goes its own way, so that the one that need not wait tells how far they are.
    playRole('jenkins_data').map((one) => ({ ...one, strategy: 'ansible.builtin.free' })),
    {
      volume: { machine, variables: { ...PRESENT, jenkins_data_timeout: 300 } },
      none: { machine, variables: NONE },
    },
  );
  while (!existsOn('/srv/none/jenkins')) await sleep(200);
  show(volume, `${BY_ID}vol0abc`);
  const done = await waiting;
  expect([done.code, outcomeOf(done, 'none')]).toEqual([0, 2]);
  expect(mounted()).toBe(`7:${volume.device.replace(/\D+/, '')} ext4`);
  const uuid = run('blkid', '--probe', '--match-tag', 'UUID', '--output', 'value', volume.device);
  expect(machine.read('/etc/fstab')).toMatch(
    new RegExp(`^UUID=${uuid} /var/lib/millrace ext4 defaults,nofail 0 2$`, 'm'),
  );
  const owners = 'jenkins 1000:1000 750\nregistry 0:0 750\nedge 0:0 750';
  for (const place of ['/var/lib/millrace', '/srv/none'])
    expect(inside(`cd ${place} && stat --format "%n %u:%g %a" jenkins registry edge`)).toBe(owners);
});

test('again: nothing changes; another volume is not mounted over it', async () => {
  const other = makeVolume();
  show(other, '/dev/xvdf');
  const again = await play({ volume: PRESENT, none: NONE, other: { jenkins_data_volume: 'vol-0def' } });
  expect([outcomeOf(again, 'volume'), outcomeOf(again, 'none')]).toEqual([0, 0]);
  expect(outcomeOf(again, 'other')).toMatch(
    /\/var\/lib\/millrace is the mount point of device 7:\d+ and not of volume vol-0def/,
  );
  expect(isBlank(other)).toBe(true);
});

test('a dry run changes nothing, writes nothing onto a blank volume, and waits for none that is not there', async () => {
  const blank = makeVolume();
  show(blank, `${BY_ID}vol0bbb`);
  const elsewhere = { jenkins_data_mount: '/srv/dry', jenkins_data_timeout: 9999 };
  const dry = await play(
    {
      volume: PRESENT,
      blank: { ...elsewhere, jenkins_data_volume: 'vol-0bbb' },
      missing: { ...elsewhere, jenkins_data_volume: 'vol-0fff', jenkins_data_device: '/dev/sdz' },
    },
    ['--check', '--forks', '3'],
  );
  expect([dry.code, outcomeOf(dry, 'volume')]).toEqual([0, 0]);
  expect(dry.output).toContain('is blank and would become ext4');
  expect([isBlank(blank), existsOn('/srv/dry')]).toEqual([true, false]);
});

/** One entry of Linux' type in a boot record: what partitioning leaves (sfdisk(8) is not on every machine). */
function writePartitionTable(device: string): void {
  const record = Buffer.alloc(512);
  record.set([0x80, 0, 2, 0, 0x83, 0, 2, 1, 0, 8, 0, 0, 0, 8, 0, 0], 446);
  record.set([0x55, 0xaa], 510);
  writeFileSync(device, record);
}

const foreign: Record<string, [(device: string) => void, string]> = {
  cc1: [(device) => run('mkfs.ext2', '-q', device), 'ext2'],
  cc2: [writePartitionTable, 'dos'],
  cc3: [(device) => run('dd', 'if=/etc/passwd', `of=${device}`, 'status=none'), 'data of an unknown kind'],
};
test('what holds something else is refused and not written to; one that never appears is named', async () => {
  const taken = Object.entries(foreign).map(([id, [fill]]) => {
    const volume = makeVolume();
    fill(volume.device);
    show(volume, `${BY_ID}vol0${id}`);
    return volume.device;
  });
  run('sync');
  const before = run('sha256sum', ...taken);
  const elsewhere = { jenkins_data_mount: '/srv/refused', jenkins_data_timeout: 1 };
  const ids = [...Object.keys(foreign), 'fff'];
  const refused = await play(
    Object.fromEntries(
      ids.map((id) => [
        id,
        { ...elsewhere, jenkins_data_volume: `vol-0${id}`, jenkins_data_device: '/dev/sdz' },
      ]),
    ),
    ['--forks', '4'],
  );
  for (const [id, [, kind]] of Object.entries(foreign))
    expect(outcomeOf(refused, id)).toContain(`(vol-0${id}) holds ${kind}; expected ext4 or a blank volume`);
  expect(outcomeOf(refused, 'fff')).toContain('Volume vol-0fff did not appear within 1 s');
  expect([run('sha256sum', ...taken), existsOn('/srv/refused')]).toEqual([before, false]);
});

test('a dry run of giving it up leaves it mounted, with what is on it', async () => {
  const [before, table] = [mounted(), machine.read('/etc/fstab')];
  const dry = await play({ volume: ABSENT }, ['--check']);
  // To be unmounted, and to be forgotten.
  expect([dry.code, outcomeOf(dry, 'volume')]).toEqual([0, 2]);
  expect([mounted(), machine.read('/etc/fstab')]).toEqual([before, table]);
  expect([before, existsOn('/var/lib/millrace/jenkins')]).toEqual([expect.stringMatching(/ ext4$/), true]);
});

test('given up while a container holds it: it is not free until that has ended', async () => {
  inside(
    'echo rows >/var/lib/millrace/jenkins/kept; (unshare --mount sleep 9999 >/dev/null 2>&1 & echo $! >/run/holder)',
  );
  const held = await play({ volume: { ...ABSENT, jenkins_data_timeout: 2 } });
  expect(outcomeOf(held, 'volume')).toMatch(/vol-0abc is unmounted, but still held by sleep after 2 s/);
  inside('kill $(cat /run/holder)');
  expect(outcomeOf(await play({ volume: ABSENT }), 'volume')).toBe(1);
  expect([mounted(), machine.read('/etc/fstab')]).toEqual(['', expect.not.stringContaining('millrace')]);
  expect(outcomeOf(await play({ volume: ABSENT }), 'volume')).toBe(0);
});

test('it comes back with its data; one that was enlarged is filled, where the kernel lets root do so', async () => {
  const grown = makeVolume();
  run('mkfs.ext4', '-q', grown.device);
  truncateSync(grown.file, 128 * MIB);
  run('losetup', '--set-capacity', grown.device);
  show(grown, `${BY_ID}vol0aaa`);
  const back = await play({
    volume: PRESENT,
    grown: { jenkins_data_volume: 'vol-0aaa', jenkins_data_mount: '/srv/grown' },
  });
  expect(outcomeOf(back, 'volume')).toBe(1);
  expect(machine.read('/var/lib/millrace/jenkins/kept')).toBe('rows\n');
  const size = Number(inside('findmnt --noheadings --bytes --output SIZE /srv/grown'));
  if (mayUseResources()) expect([back.code, size > 100 * MIB]).toEqual([0, true]);
  else expect(outcomeOf(back, 'grown')).toContain('Permission denied to resize filesystem');
});
