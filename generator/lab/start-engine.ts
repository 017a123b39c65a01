import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../model/user-error.ts';
import { makeEngineBridge } from './engine-network.ts';
import type { LabState } from './lab-state.ts';
import { startServer, stopServer } from './own-process.ts';
import { waitUntilUp } from './wait-until-up.ts';

const run = promisify(execFile);

/**
 * The Docker engine that is there; where none answers and this is root, one of the lab's own. That one has a bridge of
 * its own and changes no firewall and no forwarding: what runs in it sees neither the network nor other engines.
 */
export async function startEngine(folder: string): Promise<NonNullable<LabState['engine']>> {
  const given = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
  if (await answers(given)) return { host: given };
  if (process.getuid?.() !== 0) {
    throw new UserError('NO_DOCKER', `no Docker engine answers at ${given}; start it, or run this as root`);
  }
  const at = (name: string): string => join(folder, name);
  const host = `unix://${at('docker.sock')}`;
  mkdirSync(at('docker'), { recursive: true });
  const bridge = await makeEngineBridge(folder);
  const server = await startServer(
    folder,
    {
      file: 'dockerd',
      args: [
        ...[
          '--host',
          host,
          '--data-root',
          at('docker'),
          '--exec-root',
          at('run'),
          '--pidfile',
          at('dockerd.pid'),
        ],
        ...[
          '--bridge',
          bridge,
          '--iptables=false',
          '--ip6tables=false',
          '--ip-forward=false',
          '--log-level',
          'warn',
        ],
      ],
    },
    at('dockerd.log'),
  );
  try {
    await waitUntilUp('Docker engine', server, at('dockerd.log'), () => answers(host));
  } catch (error) {
    await stopServer(server);
    throw error;
  }
  return { host, server };
}

async function answers(host: string): Promise<boolean> {
  try {
    await run('docker', ['--host', host, 'version', '--format', '{{.Server.Version}}'], { timeout: 10_000 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new UserError('NO_PROGRAM', 'there is no docker on the PATH; install it (Debian: docker.io)');
    }
    return false;
  }
}

/** What an engine that was killed leaves mounted, deepest first. */
export async function unmountBelow(folder: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
  for (const path of mounts) await run('umount', ['--lazy', path]).catch(() => undefined);
}
