import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { enterMachine } from '../ansible/enter-machine.ts';
import { ownAddress } from '../ansible/own-address.ts';
import { runPlaybook } from '../ansible/run-playbook.ts';
import { startMachine } from './services/machine.ts';
import type { TestMachine } from './services/machine.ts';
import { UBUNTU, ubuntuSystem } from './services/ubuntu-system.ts';

// What the role says to a Debian is tested by itself (roles-swarm-node); here is what is Ubuntu's own.
const PLAYBOOK = join(import.meta.dirname, '../../ansible/swarm_node.yml');
let machine: TestMachine;

const inside = (script: string): string => enterMachine(machine, script);

async function converge(args: string[] = []): Promise<number | string> {
  const variables = { swarm_node_docker_source: 'distribution' };
  const run = await runPlaybook(PLAYBOOK, { node: { machine } }, { args, variables });
  return run.code === 0 ? run.recap['node']!.changed : run.output;
}

describe.each(Object.entries(UBUNTU))('Ubuntu %s', (version, suite) => {
  beforeAll(async () => {
    machine = await startMachine({ system: [await ubuntuSystem(suite)], addresses: [ownAddress(1)] });
  }, 1_800_000);
  afterAll(() => machine?.stop());

  test('a machine of Ubuntu LTS converges after a dry run; again, nothing changes', async () => {
    expect(inside('. /etc/os-release; echo $ID $VERSION_ID')).toBe(`ubuntu ${version}`);
    expect(await converge(['--check'])).toBeGreaterThan(15);
    expect(await converge()).toBeGreaterThan(15);
    expect(await converge()).toBe(0);
  });

  test('its engine runs, is held at its version, and keeps its logs short', () => {
    const info = JSON.parse(inside("docker info --format '{{json .}}'")) as Record<string, unknown>;
    expect(info).toMatchObject({
      LoggingDriver: 'json-file',
      OperatingSystem: expect.stringContaining(`Ubuntu ${version}`),
    });
    expect(inside('apt-mark showhold').split('\n')).toEqual(['containerd', 'docker.io', 'runc']);
  });

  test('it takes security updates of Ubuntu alone, keys alone, and bans who guesses', () => {
    const origins = inside('apt-config dump')
      .split('\n')
      .filter((line) => /^Unattended-Upgrade::(?:Origins-Pattern|Allowed-Origins)::/.test(line));
    expect(origins).toEqual([
      'Unattended-Upgrade::Origins-Pattern:: "origin=Ubuntu,archive=${distro_codename}-security,label=Ubuntu";',
    ]);
    expect(inside('mkdir -p /run/sshd; sshd -T').split('\n')).toContain('passwordauthentication no');
    expect(inside('fail2ban-client --test')).toContain('OK: configuration test is successful');
  });
});
