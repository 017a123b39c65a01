import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { devNull } from 'node:os';
import { UserError } from '../../model/user-error.ts';

// This folder starts git by Node's own means: a command that hashes starts several, and is over before a library
// for processes would be loaded. Each call is an argv, none has a shell.

/** Where git runs, and what a caller adds to its environment. */
export interface GitPlace {
  /** Absolute path of the folder that holds project.yaml, or of a bare repository. */
  folder: string;
  env?: Readonly<Record<string, string>>;
}

export interface GitResult {
  /** Null where a signal ended it. */
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

/** More than this of one answer is not taken into memory. */
export const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** Before any subcommand: what a repository's or a user's settings could change of an answer, or write. */
const FIXED = [
  ...['--no-replace-objects', '--literal-pathspecs'],
  ...['-c', 'core.quotePath=false', '-c', 'core.splitIndex=false', '-c', 'core.fsmonitor=false'],
];

/** Those variables of ours that are no matter of where the repository is or of what its objects say. */
const KEPT = /^GIT_(?:EXEC_PATH|CONFIG_|SSH|SSL|ASKPASS|TERMINAL_PROMPT|CEILING_DIRECTORIES|DISCOVERY_)/;

/** Runs it to its end. Blocks: for small questions, whose answers are waited for anyway. */
export function runGit(place: GitPlace, args: readonly string[], input?: string | Uint8Array): GitResult {
  const { status, stdout, stderr, error } = spawnSync('git', [...FIXED, ...args], {
    cwd: place.folder,
    env: environment(place),
    input: input ?? '',
    maxBuffer: MAX_ANSWER_BYTES,
  });
  if (error && (error as NodeJS.ErrnoException).code !== 'ENOBUFS') throw notStarted(error, place);
  if (error) return { code: null, stdout: Buffer.alloc(0), stderr: TOO_LARGE };
  return { code: status, stdout, stderr: stderr.toString('utf8') };
}

/** What `runGit` says on stderr of an answer above MAX_ANSWER_BYTES. */
export const TOO_LARGE = 'the answer is too large';

/** Starts it; the answer comes while this process does something else. */
export function startGit(place: GitPlace, args: readonly string[]): Promise<GitResult> {
  const child = spawnGit(place, args);
  child.stdin.end();
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString('utf8')));
    child.on('error', (error) => reject(notStarted(error, place)));
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(pieces), stderr }));
  });
}

export function spawnGit(place: GitPlace, args: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn('git', [...FIXED, ...args], { cwd: place.folder, env: environment(place) });
  // A process that ended early does not read what it is sent; its exit code tells the rest.
  child.stdin.on('error', () => undefined);
  return child;
}

/** Git's own words, in English, without its prefix. @returns the error for an answer that should not fail */
export function gitFailed(what: string, { code, stderr }: GitResult): UserError {
  const said = lastLine(stderr);
  if (/not a git repository/.test(stderr))
    return new UserError(
      'NO_REPOSITORY',
      'expected a git repository here, found none; hashes are made from commits: run `git init` and commit',
    );
  if (/dubious ownership/.test(stderr))
    return new UserError(
      'NO_REPOSITORY',
      'the git repository belongs to somebody else, and git refuses to read it; allow it with `git config --global --add safe.directory FOLDER`',
    );
  return new UserError(
    'GIT_FAILED',
    `git could not ${what}: ${said === '' ? `it ended with ${code}` : said}`,
  );
}

function lastLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /\S/.test(line) && !/^(?:hint|warning):/.test(line));
  return (lines.find((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? '')
    .replace(/^\w+: /, '')
    .trim();
}

function environment({ env }: GitPlace): NodeJS.ProcessEnv {
  // Set by a hook or an alias that we were started from: they name another index, other objects, another repository.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_') || KEPT.test(name));
  return {
    ...Object.fromEntries(own),
    LC_ALL: 'C',
    GIT_GRAFT_FILE: devNull,
    GIT_TERMINAL_PROMPT: '0',
    // Questions write nothing, the index included.
    GIT_OPTIONAL_LOCKS: '0',
    ...env,
  };
}

function notStarted(error: Error, { folder }: GitPlace): Error {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  return new UserError('NO_GIT', `git could not be started in ${folder}; is it installed and on PATH?`);
}
