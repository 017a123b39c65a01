import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { UserError } from '../../model/user-error.ts';
import type { ClusterNode } from '../../ports/cluster-nodes.ts';
import { explainSsh } from './explain-ssh.ts';
import { forwardPorts } from './forward-ports.ts';
import { sshOptions } from './ssh-arguments.ts';
import type { SshTrust } from './ssh-arguments.ts';

/** A socket of this machine behind which another machine's engine answers. */
export interface Tunnel {
  /** Absolute path of a unix socket in a folder that only this user may enter. */
  socket: string;
  /** What the other machine has of an engine: `none` where none was ever started, `denied` where this user may not use it. */
  engine: 'there' | 'none' | 'denied';
  /** False once the connection broke. */
  isOpen: () => boolean;
  /** Ends it and takes the socket away; fine when it is over already. */
  close: () => Promise<void>;
}

export interface TunnelOptions extends SshTrust {
  /** Stands in the folder's name, so that a later run takes away what a killed one left. */
  stamp?: string;
  /** The socket there; Docker's own by default. */
  remoteSocket?: string;
  /** Ports of its loopback that are forwarded as well, each to the socket that `portSocket` names. */
  ports?: readonly number[];
  /** Ends the attempt. */
  signal?: AbortSignal;
}

const DOCKER_SOCKET = '/var/run/docker.sock';
/** unix(7): a socket's path has at most 108 bytes; some systems put their temporary files far away. */
const MAX_PATH = 100;
/**
 * Runs there while the tunnel is open: says what is there, then waits for its input to end, which it does when this process
 * is gone, however it went (kill -9). So no tunnel outlives its run.
 */
const REMOTE = `if [ ! -S ${DOCKER_SOCKET} ]; then echo millrace-none; elif [ -w ${DOCKER_SOCKET} ]; then echo millrace-there; else echo millrace-denied; fi; exec cat >/dev/null`;
const READY = /millrace-(there|none|denied)/;
const GRACE_MILLISECONDS = 2_000;
const KEPT_WORDS = 8_000;

/** Process groups of open tunnels: whatever way this process exits by itself, they go with it. */
const open = new Map<number, string>();
let watching = false;

/**
 * Forwards a socket of this machine to the engine's of a node, by the `ssh` program in a process group of its own:
 * Ctrl-C in a terminal ends what uses the tunnel first.
 * @throws UserError SSH_UNREACHABLE, SSH_KEY_REFUSED, SSH_HOST_KEY, SSH_FAILED, NO_PROGRAM, INTERRUPTED
 */
export async function openTunnel(node: ClusterNode, options: TunnelOptions): Promise<Tunnel> {
  // Where ssh cannot write it, it goes on and forgets the machine's key.
  mkdirSync(dirname(options.knownHosts), { recursive: true });
  const folder = makeFolder(options.stamp);
  const socket = join(folder, 'engine.sock');
  const forward = `${socket}:${options.remoteSocket ?? DOCKER_SOCKET}`;
  const further = forwardPorts(socket, options.ports ?? []);
  const args = [...sshOptions(node, options), '-L', forward, ...further, '--', node.address, REMOTE];
  const child = execa('ssh', args, {
    stdin: 'pipe',
    // Its messages are read here.
    env: { LC_ALL: 'C' },
    detached: true,
    buffer: false,
    reject: false,
  });
  let isOpen = true;
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-KEPT_WORDS)));
  // Who ends first closes the pipe; there is nothing to be said of it.
  child.stdin.on('error', () => undefined);
  const ended = child.then((result) => {
    isOpen = false;
    return result;
  });
  const close = async (): Promise<void> => {
    isOpen = false;
    child.stdin.end();
    signalGroup(child.pid, 'SIGTERM');
    const kill = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MILLISECONDS);
    await ended;
    clearTimeout(kill);
    if (child.pid !== undefined) open.delete(child.pid);
    rmSync(folder, { recursive: true, force: true });
  };
  if (child.pid !== undefined) endWithThisProcess(child.pid, folder);
  const outcome = await Promise.race([
    waitForWord(child.stdout),
    ended.then(() => 'ended' as const),
    waitForAbort(options.signal),
  ]);
  if (outcome !== 'ended' && outcome !== 'aborted') {
    letGo(child);
    return { socket, engine: outcome, isOpen: () => isOpen, close };
  }
  await close();
  if (outcome === 'aborted') throw new UserError('INTERRUPTED', `SSH to ${node.address} was interrupted`);
  const { code } = await ended;
  if (code === 'ENOENT')
    throw new UserError('NO_PROGRAM', 'there is no program "ssh" on the PATH; install OpenSSH\'s client');
  throw explainSsh(said, node, options);
}

/** A command that has nothing more to do ends, and its tunnels with it. */
function letGo(child: { unref: () => void; stdin: Writable; stdout: Readable; stderr: Readable }): void {
  child.unref();
  // They are sockets (net.Socket), though nobody says so.
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as Partial<Socket>).unref?.();
}

function makeFolder(stamp: string | undefined): string {
  const name = `millrace-${stamp === undefined ? '' : `${stamp}-`}ssh-`;
  const base = join(tmpdir(), `${name}XXXXXX`, 'engine.sock').length > MAX_PATH ? '/tmp' : tmpdir();
  const folder = mkdtempSync(join(base, name));
  chmodSync(folder, 0o700);
  return folder;
}

/** What it says of the engine's socket. */
function waitForWord(stdout: NodeJS.ReadableStream): Promise<Tunnel['engine']> {
  let text = '';
  return new Promise((resolve) => {
    stdout.on('data', (chunk: Buffer) => {
      // A login may greet before.
      if (text.length < KEPT_WORDS) text += chunk.toString();
      const word = READY.exec(text)?.[1];
      if (word !== undefined) resolve(word as Tunnel['engine']);
    });
  });
}

function waitForAbort(signal: AbortSignal | undefined): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve('aborted');
    signal?.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

function endWithThisProcess(pid: number, folder: string): void {
  open.set(pid, folder);
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const [one, its] of open) {
      signalGroup(one, 'SIGKILL');
      rmSync(its, { recursive: true, force: true });
    }
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}
