import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { enterMachine } from '../ansible/enter-machine.ts';
import { ownAddress } from '../ansible/own-address.ts';
import { startMachine } from './services/machine.ts';
import type { TestMachine } from './services/machine.ts';

// The last step of packer/cluster-node.pkr.hcl, taken from the template and run in a machine as Packer would.
const TEMPLATE = join(import.meta.dirname, '../../packer/cluster-node.pkr.hcl');
let machine: TestMachine;
beforeAll(async () => {
  machine = await startMachine({ addresses: [ownAddress(1)] });
}, 600_000);
afterAll(() => machine?.stop());

function lastCommands(): string[] {
  const lists = [...readFileSync(TEMPLATE, 'utf8').matchAll(/^ {4}inline = \[\n([^]*?)^ {4}\]/gm)];
  const lines = lists
    .at(-1)![1]!
    .split('\n')
    .map((line) => line.trim().replace(/,$/, ''));
  return lines.filter((line) => line.startsWith('"')).map((line) => JSON.parse(line) as string);
}

/** Not by SSH, which nobody gets in by afterwards. */
const inside = (script: string): string => enterMachine(machine, script);

test('an image holds nothing of the machine it was baked in', () => {
  const traces = [
    '/opt/millrace-bake/bin/ansible',
    '/tmp/role-variables.json',
    '/home/admin/.ansible/tmp/module',
    '/home/admin/.bash_history',
    '/root/.ssh/authorized_keys',
    '/var/lib/apt/lists/deb.example_Packages',
    '/var/lib/docker/engine-id',
    '/var/lib/dbus/machine-id',
    '/var/log/bake.log',
    '/var/log/journal/0/system.journal',
  ];
  for (const path of traces) inside(`mkdir -p "$(dirname ${path})"; echo SECRET >${path}`);
  expect(inside('cat /etc/machine-id /home/admin/.ssh/authorized_keys; ls /etc/ssh')).toMatch(
    /^[0-9a-f]{32}\nssh-ed25519 [^]*ssh_host_ed25519_key/,
  );
  inside(`ANSIBLE_HOME_DIR=/opt/millrace-bake; export ANSIBLE_HOME_DIR\n${lastCommands().join('\n')}`);

  expect(inside('grep -rls SECRET /opt /tmp /home /root /var /etc || true')).toBe('');
  expect(inside('ls /etc/ssh | grep ssh_host_ || true; ls /var/lib/apt/lists')).toBe('');
  expect(inside('cat /etc/machine-id /home/admin/.ssh/authorized_keys')).toBe('');
  // An empty file, and not none: by it systemd knows a first start (machine-id(5)).
  expect(inside('test -f /etc/machine-id && echo there')).toBe('there');
});

test('a machine that starts from it has host keys of its own again', () => {
  const unit = readFileSync(
    join(import.meta.dirname, '../../ansible/roles/swarm_node/tasks/ssh.yml'),
    'utf8',
  );
  inside(/^ +ExecStart=(.*)$/m.exec(unit)![1]!);
  expect(inside('mkdir -p /run/sshd; sshd -t; ls /etc/ssh')).toContain('ssh_host_ed25519_key');
});
