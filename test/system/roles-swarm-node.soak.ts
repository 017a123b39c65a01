import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { enterMachine } from '../ansible/enter-machine.ts';
import { ownAddress } from '../ansible/own-address.ts';
import { mostOpenFiles } from '../ansible/own-limits.ts';
import { runPlaybook } from '../ansible/run-playbook.ts';
import type { PlaybookRun } from '../ansible/run-playbook.ts';
import { startMachine } from './services/machine.ts';
import type { TestMachine } from './services/machine.ts';

// One Debian machine by SSH, whose user becomes root by a password, as on machines that exist already. Its first process
// is not systemd and its kernel is the host's: what is asked of either is looked for in the files that hold from the
// next start on. The vendor of Docker is not to be reached from everywhere, so the engine is Debian's own.
const PLAYBOOK = join(import.meta.dirname, '../../ansible/swarm_node.yml');
const PASSWORD = 'correct horse';
let machine: TestMachine;
beforeAll(async () => {
  machine = await startMachine({ addresses: [ownAddress(1)] });
  inside(
    `rm -f /etc/sudoers.d/*; echo 'admin ALL=(ALL) ALL' >/etc/sudoers.d/90-admin; echo 'admin:${PASSWORD}' | chpasswd; touch /run/before`,
  );
}, 600_000);
afterAll(() => machine?.stop());

const inside = (script: string): string => enterMachine(machine, script);

const converge = (args: string[] = []): Promise<PlaybookRun> =>
  runPlaybook(
    PLAYBOOK,
    { node: { machine } },
    {
      args,
      variables: {
        ansible_become_password: PASSWORD,
        swarm_node_docker_source: 'distribution',
        swarm_node_docker_users: ['admin'],
      },
    },
  );

const outcome = ({ code, recap, output }: PlaybookRun): unknown =>
  code === 0 ? recap['node']!.changed : output;

/** Of everything that configuration lies in, what is newer than this test's own preparations. */
const listSettings = (): string[] =>
  inside('find /etc -type f -newer /run/before').split('\n').filter(Boolean);

test('a dry run of a new machine passes and writes nothing', async () => {
  const run = await converge(['--check']);
  expect(outcome(run)).toBeGreaterThan(15);
  expect(listSettings()).toEqual([]);
});

test('it converges with a password for becoming root; again, nothing changes', async () => {
  const first = await converge();
  expect(outcome(first)).toBeGreaterThan(15);
  expect(listSettings().length).toBeGreaterThan(15);
  expect(first.output).toContain('the kernel is somebody else');
  expect(first.output).not.toContain(PASSWORD);
  expect(outcome(await converge())).toBe(0);
});

const files: [string, string][] = [
  ['/etc/modules-load.d/10-swarm-node.conf', 'nf_conntrack'],
  ['/etc/modprobe.d/10-swarm-node.conf', 'options nf_conntrack hashsize=131072'],
  [
    '/etc/sysctl.d/10-swarm-node-conntrack.conf',
    `net.netfilter.nf_conntrack_buckets=131072
net.netfilter.nf_conntrack_max=524288
net.netfilter.nf_conntrack_tcp_timeout_established=43200`,
  ],
  ['/etc/sysctl.d/10-swarm-node-files.conf', 'fs.file-max=1000000'],
  [
    '/etc/sysctl.d/90-swarm-node-sockets.conf',
    `net.core.optmem_max=40960
net.core.rmem_default=16777216
net.core.rmem_max=16777216
net.core.wmem_default=16777216
net.core.wmem_max=16777216
net.ipv4.tcp_rmem=4096 87380 16777216
net.ipv4.tcp_wmem=4096 87380 16777216`,
  ],
  [
    '/etc/security/limits.d/10-swarm-node.conf',
    `root\tsoft\tnofile\t65536
root\thard\tnofile\t65536
*\tsoft\tnofile\t65536
*\thard\tnofile\t65536`,
  ],
  ['/etc/systemd/system.conf.d/10-swarm-node.conf', '[Manager]\nDefaultLimitNOFILE=65536:65536'],
  ['/etc/systemd/system/docker.service.d/10-swarm-node.conf', '[Service]\nLimitNOFILE=65536:65536'],
  ['/etc/systemd/system/containerd.service.d/10-swarm-node.conf', '[Service]\nLimitNOFILE=65536:65536'],
];
test.each(files)('%s holds what a node needs', (path, text) => {
  const lines = machine
    .read(path)!
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.join('\n')).toBe(text);
});

test('after a restart logins have their limit, and SSH takes keys only', async () => {
  await machine.restart();
  const limit = mostOpenFiles(65536);
  expect(machine.ssh(['sh', '-c', 'ulimit -Sn; ulimit -Hn']).stdout).toBe(`${limit}\n${limit}\n`);
  const settings = inside('mkdir -p /run/sshd; sshd -T').split('\n');
  for (const line of [
    'passwordauthentication no',
    'kbdinteractiveauthentication no',
    'permitemptypasswords no',
    'permitrootlogin without-password',
  ])
    expect(settings).toContain(line);
  const { stderr } = spawnSync(
    'ssh',
    [
      '-F',
      'none',
      '-o',
      'PubkeyAuthentication=no',
      '-o',
      'BatchMode=yes',
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'UserKnownHostsFile=/dev/null',
      `admin@${machine.address}`,
      'true',
    ],
    { encoding: 'utf8' },
  );
  expect(stderr).toContain('Permission denied (publickey)');
});

test('the engine runs with rotated logs, keeps its version, and the user may talk to it', () => {
  expect(inside('dockerd --validate --config-file /etc/docker/daemon.json 2>&1 || true')).not.toMatch(
    /unable|invalid|error/i,
  );
  const info = JSON.parse(machine.ssh(['docker', 'info', '--format', '{{json .}}']).stdout) as Record<
    string,
    unknown
  >;
  expect(info).toMatchObject({ LoggingDriver: 'json-file' });
  expect(JSON.parse(machine.read('/etc/docker/daemon.json')!)).toMatchObject({
    'log-opts': { 'max-file': '3', 'max-size': '10m' },
  });
  expect(inside('apt-mark showhold').split('\n')).toEqual(['containerd', 'docker.io', 'runc']);
});

test('security updates install themselves and nothing else does; the engine is left alone, the machine stays up', () => {
  const dump = inside('apt-config dump');
  expect(dump).toContain('APT::Periodic::Unattended-Upgrade "1"');
  expect(dump).toContain('APT::Periodic::Update-Package-Lists "1"');
  const origins = dump
    .split('\n')
    .filter((line) => /^Unattended-Upgrade::(?:Origins-Pattern|Allowed-Origins)::/.test(line));
  expect(origins).toEqual([
    'Unattended-Upgrade::Origins-Pattern:: "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";',
  ]);
  expect(dump).toContain('Unattended-Upgrade::Package-Blacklist:: "^docker"');
  expect(dump).toContain('Unattended-Upgrade::Automatic-Reboot "false"');
  expect(inside('unattended-upgrade --help')).toContain('--dry-run');
});

test('who guesses is banned: the jail is one that fail2ban takes', () => {
  expect(inside('fail2ban-client --test')).toContain('OK: configuration test is successful');
  expect(inside('fail2ban-client --dp')).toMatch(/'add', 'sshd', 'systemd'/);
});

test('where an image has no host keys they are made before SSH starts', () => {
  const unit = '/etc/systemd/system/swarm-node-host-keys.service';
  expect(inside(`systemd-analyze verify ${unit} 2>&1 || true`)).not.toMatch(/swarm-node-host-keys/);
  for (const name of ['ssh.service', 'ssh.socket'])
    expect(inside(`readlink -f /etc/systemd/system/${name}.wants/swarm-node-host-keys.service`)).toBe(unit);
});
