import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a command ended. */
export interface CliAnswer {
  code: number | null;
  stdout: string;
  stderr: string;
  /** What `--json` printed. */
  json: RunDocument & { error?: { code: string; message: string } };
}

export interface RunDocument {
  components: {
    id: string;
    outcome: string;
    hash: string;
    artifact?: { id: string; reference: string };
    cause?: string;
  }[];
  summary: Record<string, number>;
}

export interface RunningCli {
  pid: number;
  ended: Promise<CliAnswer>;
  /** What it has said so far on stderr. */
  said: () => string;
}

export type Environment = Record<string, string | undefined>;

/** A git repository whose commits nobody's own configuration has a say in. */
export interface Repository {
  folder: string;
  git: (...args: string[]) => string;
  /** Writes files (undefined removes one; `+x` before the text makes it executable) and commits. */
  commit: (files: Record<string, string | undefined>) => void;
}

export function openRepository(folder: string): Repository {
  const git = (...args: string[]): string => {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@t'];
    const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  return {
    folder,
    git,
    commit: (files) => {
      for (const [path, text] of Object.entries(files)) writeSource(join(folder, path), text);
      git('add', '-A');
      git('commit', '-qm', 'change');
    },
  };
}

/** Starts the CLI in a process group of its own: what is killed is the run, not the test. */
export function startCli(file: string, args: readonly string[], env: Environment, cwd: string): RunningCli {
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<CliAnswer>((resolve) => {
    child.once('close', (code) => {
      const json =
        args.includes('--json') && stdout !== ''
          ? (JSON.parse(stdout) as CliAnswer['json'])
          : ({} as CliAnswer['json']);
      resolve({ code, stdout, stderr, json });
    });
  });
  return { pid: child.pid!, ended, said: () => stderr };
}

/** Waits until a run says something, or has ended without. */
export async function untilSaid({ said, ended }: RunningCli, text: string): Promise<void> {
  let isOver = false;
  void ended.then(() => (isOver = true));
  while (!isOver && !said().includes(text)) await sleep(50);
}

function writeSource(path: string, text: string | undefined): void {
  if (text === undefined) return rmSync(path, { recursive: true });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text.replace(/^\+x/, ''));
  if (text.startsWith('+x')) chmodSync(path, 0o755);
}
