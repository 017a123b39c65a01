import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownAddress } from '../ansible/own-address.ts';
import { playRole, runPlaybook } from '../ansible/run-playbook.ts';
import type { PlaybookRun } from '../ansible/run-playbook.ts';
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

function play(variables: Record<string, unknown>, args: string[] = []): Promise<PlaybookRun> {
  const given = { jenkins_data_volume: 'vol-0abc', jenkins_data_timeout: 20, ...variables };
  return runPlaybook(playRole('jenkins_data'), { one: { machine } }, { args, variables: given });
}

const changed = (result: PlaybookRun): unknown =>
  result.code === 0 ? result.recap['one']?.changed : result.output;
const mounted = (): string =>
  inside('findmnt --noheadings --output MAJ:MIN,FSTYPE /var/lib/millrace || true').replace(/\s+/, ' ');

let volume: Volume;

test('a volume that appears late gets ext4, once, and is mounted by its id with its folders', async () => {
  volume = makeVolume();
  const waiting = play({});
  await sleep(6_000);
  show(volume, `${BY_ID}vol0abc`);
  expect(await waiting).toMatchObject({ code: 0, recap: { one: { failed: 0 } } });
  expect(mounted()).toBe(`7:${volume.device.replace(/\D+/, '')} ext4`);
  const uuid = run('blkid', '--probe', '--match-tag', 'UUID', '--output', 'value', volume.device);
  expect(machine.read('/etc/fstab')).toMatch(
    new RegExp(`^UUID=${uuid} /var/lib/millrace ext4 defaults,nofail 0 2$`, 'm'),
  );
  expect(inside('cd /var/lib/millrace && stat --format "%n %u:%g %a" jenkins registry edge')).toBe(
    'jenkins 1000:1000 750\nregistry 0:0 750\nedge 0:0 750',
  );
  expect([changed(await play({})), changed(await play({}, ['--check']))]).toEqual([0, 0]);
});

test('given up while a container holds it: not free until that has ended; then it comes back with its data', async () => {
  inside(
    'echo rows >/var/lib/millrace/jenkins/kept; (unshare --mount sleep 9999 >/dev/null 2>&1 & echo $! >/run/holder)',
  );
  const held = await play({ jenkins_data_state: 'absent', jenkins_data_timeout: 2 });
  expect(held.code).not.toBe(0);
  expect(held.output).toMatch(/vol-0abc is unmounted, but still held by sleep\s+after 2 s/);
  inside('kill $(cat /run/holder)');
  expect(changed(await play({ jenkins_data_state: 'absent' }))).toBe(1);
  expect([mounted(), machine.read('/etc/fstab')]).toEqual(['', expect.not.stringContaining('millrace')]);
  expect(changed(await play({}))).toBe(1);
  expect(machine.read('/var/lib/millrace/jenkins/kept')).toBe('rows\n');
});

test('another volume is not mounted over one that is there', async () => {
  const other = makeVolume();
  show(other, '/dev/xvdf');
  const refused = await play({ jenkins_data_volume: 'vol-0def' });
  expect(refused.output).toMatch(
    /\/var\/lib\/millrace is the mount point of device 7:\d+ and not of volume\s+vol-0def/,
  );
  expect(run('cmp', '--bytes', `${MIB}`, other.device, '/dev/zero')).toBe('');
  expect(changed(await play({ jenkins_data_state: 'absent' }))).toBe(2);
  expect(changed(await play({ jenkins_data_state: 'absent' }))).toBe(0);
});

/** One entry of Linux' type in a boot record: what partitioning leaves (sfdisk(8) is not on every machine). */
function writePartitionTable(device: string): void {
  const record = Buffer.alloc(512);
  record.set([0x80, 0, 2, 0, 0x83, 0, 2, 1, 0, 8, 0, 0, 0, 8, 0, 0], 446);
  record.set([0x55, 0xaa], 510);
  writeFileSync(device, record);
}

const foreign: [string, (device: string) => void, string][] = [
  ['another file system', (device) => run('mkfs.ext2', '-q', device), 'ext2'],
  ['a partition table', writePartitionTable, 'dos'],
  [
    'what nobody knows',
    (device) => run('dd', 'if=/etc/passwd', `of=${device}`, 'status=none'),
    'data of an unknown kind',
  ],
];
test.each(foreign)('%s is refused, and nothing is written', async (_, fill, kind) => {
  const taken = makeVolume();
  fill(taken.device);
  run('sync');
  const before = run('sha256sum', taken.device);
  show(taken, '/dev/xvdf');
  const refused = await play({ jenkins_data_volume: 'vol-0def' });
  expect(refused.code).not.toBe(0);
  expect(refused.output.replace(/\s+/g, ' ')).toContain(
    `(vol-0def) holds ${kind}; expected ext4 or a blank volume`,
  );
  expect([run('sha256sum', taken.device), mounted()]).toEqual([before, '']);
});

test('a dry run writes nothing onto a blank volume, and waits for none that is not there', async () => {
  const blank = makeVolume();
  show(blank, '/dev/xvdf');
  const dry = await play({ jenkins_data_volume: 'vol-0def' }, ['--check']);
  expect(dry).toMatchObject({ code: 0 });
  expect(dry.output).toContain('is blank and would become ext4');
  expect(run('cmp', '--bytes', `${MIB}`, blank.device, '/dev/zero')).toBe('');
  inside('rm /dev/xvdf');
  expect(
    await play({ jenkins_data_volume: 'vol-0def', jenkins_data_timeout: 9999 }, ['--check']),
  ).toMatchObject({ code: 0 });
});

test('without a volume the folders lie on the disk; one that never appears is named', async () => {
  const none = { jenkins_data_volume: '', jenkins_data_mount: '/srv/millrace' };
  expect(changed(await play(none))).toBe(2);
  expect(changed(await play(none))).toBe(0);
  expect(inside('stat --format %u /srv/millrace/jenkins')).toBe('1000');
  const missing = await play({ jenkins_data_volume: 'vol-0fff', jenkins_data_timeout: 1 });
  expect(missing.code).not.toBe(0);
  expect(missing.output).toMatch(/Volume vol-0fff did not appear within 1 s/);
});

test('an enlarged volume is filled, where the kernel lets root do so', async () => {
  const grown = makeVolume();
  run('mkfs.ext4', '-q', grown.device);
  truncateSync(grown.file, 128 * MIB);
  run('losetup', '--set-capacity', grown.device);
  show(grown, `${BY_ID}vol0aaa`);
  const result = await play({ jenkins_data_volume: 'vol-0aaa' });
  const size = Number(inside('findmnt --noheadings --bytes --output SIZE /var/lib/millrace'));
  if (mayUseResources()) expect([result.code, size > 100 * MIB]).toEqual([0, true]);
  else expect(result.output).toContain('Permission denied to resize filesystem');
});

/** CAP_SYS_RESOURCE, bit 24 (capabilities(7)): a container's root may lack it. */
function mayUseResources(): boolean {
  const effective = /^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]!;
  return ((BigInt(`0x${effective}`) >> 24n) & 1n) === 1n;
}
