import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../../generator/lab/free-port.ts';

/** An sshd on the loopback that lets one key in as root, with this machine's own files. Needs root. */
export interface PlainSshd {
  port: number;
  /** Private key that it takes. */
  keyFile: string;
  /** As when the machine loses its power: no goodbye. */
  stop: () => Promise<void>;
}

/** @param given keys of another making; else ssh-keygen's */
export async function startPlainSshd(given?: {
  hostKey: string;
  key: string;
  publicKey: string;
}): Promise<PlainSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'plain-sshd-'));
  const port = await findFreePort();
  const keyFile = join(folder, 'key');
  const hostKeyFile = join(folder, 'host-key');
  if (given) {
    writeFileSync(keyFile, given.key, { mode: 0o600 });
    writeFileSync(`${keyFile}.pub`, given.publicKey);
    writeFileSync(hostKeyFile, given.hostKey, { mode: 0o600 });
  } else {
    for (const name of [keyFile, hostKeyFile])
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', name]);
  }
  writeFileSync(join(folder, 'start'), START, { mode: 0o755 });
  const apart = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
  // A test run that is killed takes it along.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...apart, 'bash', join(folder, 'start')], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', FOLDER: folder, PORT: `${port}` },
    stdio: 'ignore',
  });
  for (let attempt = 0; !(await answers(port)); attempt++) {
    if (attempt > 100 || child.exitCode !== null) throw new Error('sshd did not come up');
    await sleep(100);
  }
  return {
    port,
    keyFile,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      const inside = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
      process.kill(Number(inside), 'SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Its own /run: Debian's sshd wants a folder there. */
const START = `set -eu
mount -t tmpfs none /run && mkdir /run/sshd
exec /usr/sbin/sshd -D -f /dev/null -p "$PORT" -o ListenAddress=127.0.0.1 -o HostKey="$FOLDER/host-key" \\
  -o PidFile=none -o UsePAM=no -o PasswordAuthentication=no -o PermitRootLogin=prohibit-password \\
  -o StrictModes=no -o AuthorizedKeysFile="$FOLDER/key.pub" -o Banner=none
`;

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('data', () => resolve(socket.destroy().destroyed));
    socket.once('error', () => resolve(false));
  });
}
