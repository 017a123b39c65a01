import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsStandIn } from './aws-stand-in.ts';
import { pythonTool } from './aws-stand-in.ts';
import { findFreePort } from '../../../generator/lab/free-port.ts';

/**
 * A stand-in for the machine that EC2 would start: a real sshd whose file system is this machine's own with a layer
 * above it (overlayfs on a tmpfs) that takes all writes and goes when it ends. As on EC2, the public halves of the
 * key pairs open it. Its user `admin` is root under another name; its sudo is a stand-in, too. Needs root.
 */
export interface SshHost {
  port: number;
  /** For Packer: how the machine is reached, whatever address the stand-in of EC2 gives it. */
  environment: Record<string, string>;
  /** Text of a file as the machine has it; undefined where it has none. */
  read: (path: string) => string | undefined;
  stop: () => Promise<void>;
}

export async function startSshHost(aws: Pick<AwsStandIn, 'endpoint' | 'region'>): Promise<SshHost> {
  const folder = mkdtempSync(join(tmpdir(), 'ssh-host-'));
  const port = await findFreePort();
  writeFileSync(join(folder, 'keys'), KEYS, { mode: 0o755 });
  writeFileSync(join(folder, 'sudo'), SUDO, { mode: 0o755 });
  writeFileSync(join(folder, 'start'), START, { mode: 0o755 });
  const python = dirname(pythonTool('ansible-playbook'));
  const environment = {
    FOLDER: folder,
    PORT: `${port}`,
    PYTHON: python,
    ENDPOINT: aws.endpoint,
    REGION: aws.region,
  };
  const argv = [
    '--pdeathsig',
    'KILL',
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--propagation',
    'private',
  ];
  const child = spawn('setpriv', [...argv, 'bash', join(folder, 'start')], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  for (let attempt = 0; !(await answers(port)); attempt++) {
    if (attempt > 150 || child.exitCode !== null) throw new Error(`the SSH host did not come up:\n${said}`);
    await sleep(100);
  }
  // The first process of its own pid namespace: with it goes everything in there.
  const inside = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  return {
    port,
    environment: { PKR_VAR_ssh_host: '127.0.0.1', PKR_VAR_ssh_port: `${port}` },
    read: (path) => {
      const run = spawnSync('cat', [`/proc/${inside}/root${path}`], { encoding: 'utf8' });
      return run.status === 0 ? run.stdout : undefined;
    },
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      process.kill(Number(inside), 'SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('data', () => resolve(socket.destroy().destroyed));
    socket.once('error', () => resolve(false));
  });
}

const START = `set -eu
layer=$FOLDER/layer
mkdir "$layer" && mount -t tmpfs none "$layer" && mkdir "$layer"/{upper,work,root}
root=$layer/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" "$root"
mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" && mount --rbind /sys "$root/sys"
mount -t tmpfs none "$root/run" && mkdir -p "$root/run/sshd" "$root/opt/ssh-host" "$root/usr/local/bin"
mount -t tmpfs -o mode=1777 none "$root/tmp"
# A folder on another file system is not below the layer.
mkdir -p "$root$(dirname "$PYTHON")" && mount --bind "$(dirname "$PYTHON")" "$root$(dirname "$PYTHON")"
cp "$FOLDER/keys" "$root/opt/ssh-host/keys"
rm -f "$root/usr/local/bin/sudo" && cp "$FOLDER/sudo" "$root/usr/local/bin/sudo"
printf '%s %s %s\\n' "$PYTHON" "$ENDPOINT" "$REGION" >"$root/opt/ssh-host/settings"
echo 'admin:x:0:0::/root:/bin/bash' >>"$root/etc/passwd"
echo 'admin:*:19000:0:99999:7:::' >>"$root/etc/shadow"
ssh-keygen -q -t ed25519 -N '' -f "$root/opt/ssh-host/host-key"
exec chroot "$root" /usr/sbin/sshd -D -e -f /dev/null -p "$PORT" -o ListenAddress=127.0.0.1 \\
  -o HostKey=/opt/ssh-host/host-key -o PidFile=none -o UsePAM=no -o PasswordAuthentication=no \\
  -o AuthorizedKeysFile=none -o AuthorizedKeysCommand=/opt/ssh-host/keys -o AuthorizedKeysCommandUser=root \\
  -o "Subsystem=sftp internal-sftp" -o "SetEnv=PATH=$PYTHON:/usr/local/bin:/usr/bin:/bin"
`;

/** What cloud-init does once: it asks for the public halves of the key pairs. */
const KEYS = `#!/bin/sh
read -r python endpoint region </opt/ssh-host/settings
exec "$python/python3" - "$endpoint" "$region" <<'END'
import re, sys, urllib.request
scope = f"x/20200101/{sys.argv[2]}/ec2/aws4_request"
request = urllib.request.Request(
    sys.argv[1],
    b"Action=DescribeKeyPairs&Version=2016-11-15&IncludePublicKey=true",
    {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=x"},
)
print("\\n".join(re.findall("<publicKey>([^<]*)</publicKey>", urllib.request.urlopen(request).read().decode())))
END
`;

/** Runs the rest of its line: who asks is root already. */
const SUDO = `#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
    -u | -p) shift 2 ;;
    --) shift; break ;;
    -*) shift ;;
    *) break ;;
  esac
done
exec env "$@"
`;
