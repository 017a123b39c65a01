import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  AttachVolumeCommand,
  CreateImageCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DeregisterImageCommand,
  DescribeInstancesCommand,
  DetachVolumeCommand,
  EC2Client,
  ImportKeyPairCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeLab } from '../../generator/lab/describe-lab.ts';
import type { LabDescription } from '../../generator/lab/describe-lab.ts';
import { labFolder, readLabState } from '../../generator/lab/lab-state.ts';
import { describeBridge } from '../../generator/lab/machines/bridge.ts';
import { readMachine } from '../../generator/lab/machines/machine.ts';
import { buildCli } from './services/built-cli.ts';
import type { BuiltCli } from './services/built-cli.ts';
import { labTraces } from './services/lab-traces.ts';
import { baseSystem, runBySsh } from './services/machine.ts';
import type { Said } from './services/machine.ts';

const REGION = 'eu-west-1';
const PROJECT = `project: shop
images: { api: { context: . } }
aws: { region: ${REGION}, accounts: ["111122223333"] }
amis: { node: { template: n.pkr.hcl, playbook: n.yml, source: { owner: "136693071363", name: "debian-12-amd64-*" } } }
`;

let cli: BuiltCli;
let root: string;
let folder: string;
let base: string;
let ec2: EC2Client;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'lab-instances-'));
  folder = labFolder(root);
  const files = {
    'project.yaml': PROJECT,
    Dockerfile: 'FROM scratch\n',
    'n.pkr.hcl': '',
    'n.yml': '- hosts: all\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  for (const name of ['pair', 'config'])
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(root, name)]);
  base = await baseSystem();
  cli = await buildCli();
  expect(millrace('lab', 'up')).toMatchObject({ code: 0 });
  const credentials = { accessKeyId: 'lab', secretAccessKey: 'lab' };
  ec2 = new EC2Client({ region: REGION, endpoint: status().parts[1]!.address, credentials });
});
afterAll(() => {
  millrace('lab', 'down');
  cli.remove();
  rmSync(root, { recursive: true, force: true });
});

function millrace(...args: string[]): { code: number | null; out: string; error: string } {
  const tools = join(import.meta.dirname, '../../target/python/bin');
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    PATH: `${tools}:${process.env['PATH']}`,
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    MILLRACE_LAB_BASE: base,
  };
  const run = spawnSync('node', [cli.file, ...args], { cwd: root, encoding: 'utf8', env });
  return { code: run.status, out: run.stdout, error: run.stderr };
}

const status = (): LabDescription => describeLab(root);
const stateOf = (id: string): string | undefined =>
  status().machines.find((machine) => machine.id === id)?.state;

async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 1_500; attempt++) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(200);
  }
  throw new Error(`${what} does not happen:\n${readFileSync(join(folder, 'front.log'), 'utf8')}`);
}

interface Instance {
  id: string;
  address: string;
  privateAddress: string;
  run: (...argv: string[]) => Said;
}

async function runInstance(image: string, more: object = {}): Promise<Instance> {
  const command = new RunInstancesCommand({ ImageId: image, MinCount: 1, MaxCount: 1, ...more });
  return reach((await ec2.send(command)).Instances![0]!.InstanceId!);
}

async function reach(id: string): Promise<Instance> {
  const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const { PublicIpAddress: address, PrivateIpAddress: privateAddress } =
    answer.Reservations![0]!.Instances![0]!;
  const run = (...argv: string[]): Said =>
    runBySsh({ folder: root, keyFile: join(folder, 'ssh_key'), address: address! }, argv);
  await until(`SSH to ${address}`, () => run('true').status === 0);
  return { id, address: address!, privateAddress: privateAddress!, run };
}

function source(): string {
  const images = JSON.parse(readFileSync(join(folder, 'source-amis.json'), 'utf8')) as { ami_id: string }[];
  return images[0]!.ami_id;
}

let first: Instance;

test('an instance is a machine at its addresses that lets in its key pair, its user data and the lab', async () => {
  const key = (name: string): string => readFileSync(join(root, `${name}.pub`), 'utf8').trim();
  await ec2.send(new ImportKeyPairCommand({ KeyName: 'pair', PublicKeyMaterial: Buffer.from(key('pair')) }));
  const config = `#cloud-config\n{"ssh_authorized_keys": [${JSON.stringify(key('config'))}]}\n`;
  first = await runInstance(source(), { KeyName: 'pair', UserData: Buffer.from(config).toString('base64') });
  for (const name of ['pair', 'config']) {
    const said = runBySsh({ folder: root, keyFile: join(root, name), address: first.address }, [
      'sudo',
      'id',
      '-un',
    ]);
    expect(said).toMatchObject({ status: 0, stdout: 'root\n' });
  }
  expect(first.run('hostname').stdout).toBe(`ip-${first.privateAddress.replaceAll('.', '-')}\n`);
  expect(first.run('ip', '-o', '-4', 'address').stdout).toContain(`${first.privateAddress}/32`);
  expect(status().machines).toEqual([{ id: first.id, address: first.address, state: 'up' }]);
});

test("the loopback of a machine has the lab's registry, which nobody else reaches by way of the bridge", async () => {
  const registry = status().parts[0]!.address;
  const script = `import urllib.request; print(urllib.request.urlopen("http://${registry}/v2/").status)`;
  expect(first.run('python3', '-c', script)).toMatchObject({ stdout: '200\n' });
  const port = registry.split(':')[1];
  const signal = AbortSignal.timeout(10_000);
  await expect(fetch(`http://${describeBridge(folder).host}:${port}/v2/`, { signal })).rejects.toThrow();
});

test('a volume keeps its data when it moves to another machine', async () => {
  const second = await runInstance(source());
  const volume = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 1 }));
  const VolumeId = volume.VolumeId!;
  const device = `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${VolumeId.replace('-', '')}`;
  await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: first.id, Device: '/dev/sdf' }));
  const write = `mkfs.ext4 -q ${device} && mount /dev/sdf /mnt && echo rows >/mnt/data && umount /mnt`;
  expect(first.run('sudo', 'sh', '-c', write)).toMatchObject({ status: 0 });
  // The stand-in needs the instance, which EC2 finds by itself.
  await ec2.send(new DetachVolumeCommand({ VolumeId, InstanceId: first.id }));
  expect(first.run('ls', device).status).not.toBe(0);
  await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: second.id, Device: '/dev/sdf' }));
  const read = second.run('sudo', 'sh', '-c', `mount ${device} /mnt && cat /mnt/data`);
  expect(read).toMatchObject({ stdout: 'rows\n' });

  // With its machine goes the mount, and with the volume the data.
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [second.id] }));
  expect(stateOf(second.id)).toBeUndefined();
  await ec2.send(new DeleteVolumeCommand({ VolumeId }));
  expect(readdirSync(join(folder, 'volumes'))).toEqual([]);
  expect(spawnSync('losetup', ['--list'], { encoding: 'utf8' }).stdout).not.toContain(folder);
});

test('an image holds what the instance wrote and not what it removed; it goes when it is deregistered', async () => {
  first.run(
    'sudo',
    'sh',
    '-c',
    'echo baked >/etc/baked && rm /etc/issue.net && mkdir -p /var/lib/docker/x && sync',
  );
  await ec2.send(new StopInstancesCommand({ InstanceIds: [first.id] }));
  const { ImageId } = await ec2.send(new CreateImageCommand({ InstanceId: first.id, Name: 'baked' }));
  expect(stateOf(first.id)).toBe('off');
  const child = await runInstance(ImageId!);
  const look = child.run('sh', '-c', 'cat /etc/baked; ls /etc/issue.net 2>&1; sudo ls /var/lib/docker');
  expect(look.stdout).toMatch(/^baked\n.*No such file.*\nx\n$/);
  // Its own identity, not that of the machine it was baked in.
  expect(child.run('hostname').stdout).not.toContain(first.privateAddress.replaceAll('.', '-'));

  await ec2.send(new StartInstancesCommand({ InstanceIds: [first.id] }));
  // As on AWS, with another public address.
  first = await reach(first.id);
  expect(first.run('cat', '/etc/baked').stdout).toBe('baked\n');
  await ec2.send(new DeregisterImageCommand({ ImageId: ImageId! }));
  expect(child.run('cat', '/etc/baked').stdout).toBe('baked\n');
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [child.id] }));
  await until('the removal', () => readdirSync(join(folder, 'layers')).length === 0);
});

test('an image that was not made in this lab boots nothing, and status says so', async () => {
  const command = new RunInstancesCommand({ ImageId: 'ami-12345678', MinCount: 1, MaxCount: 1 });
  const id = (await ec2.send(command)).Instances![0]!.InstanceId!;
  await until('the note', () =>
    status().notes.find((note) => note.includes(`${id}: the lab has no file system`)),
  );
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  expect(status().notes.join()).not.toContain(id);
});

test('machines outlive who keeps them; up finds them; what died by itself stays dead until it is started', async () => {
  process.kill(readLabState(folder)!.front!.server.pid, 'SIGKILL');
  expect(first.run('true').status).toBe(0);
  expect(millrace('validate', '--lab').error).toContain('lab up');
  expect(millrace('lab', 'up').code).toBe(0);
  expect(stateOf(first.id)).toBe('up');
  process.kill(readMachine(folder, first.id)!.init, 'SIGKILL');
  await until('the death', () => stateOf(first.id) === 'dead' || undefined);
  await runInstance(source());
  expect(stateOf(first.id)).toBe('dead');
});

test('down leaves nothing, also where the keeper was killed with machines up', () => {
  process.kill(readLabState(folder)!.front!.server.pid, 'SIGKILL');
  expect(labTraces(folder)).not.toEqual([]);
  expect(millrace('lab', 'down')).toMatchObject({
    code: 0,
    out: 'The lab is gone; nothing of it is left.\n',
  });
  expect(labTraces(folder)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});
