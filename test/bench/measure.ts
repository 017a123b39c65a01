import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A command as data; it is started without a shell. */
export interface BenchCommand {
  file: string;
  args: readonly string[];
  cwd: string;
  env?: Readonly<Record<string, string>>;
}

/** One run, from the start of the process to its end. */
export interface Sample {
  wallSeconds: number;
  /** User and system time of all its threads: less disturbed by what else the machine does. */
  processorSeconds: number;
  /** Largest resident size. */
  peakMegabytes: number;
}

export interface BenchCase {
  name: string;
  /** Done before each run, and not measured. */
  prepare?: () => void;
  command: BenchCommand;
}

/** A case that takes longer than this is run `LONG_ROUNDS` times at most. */
const LONG_SECONDS = 60;
export const LONG_ROUNDS = 3;

/**
 * Runs each case once a round, so that what slows the machine for a while slows all of them alike. The first
 * round warms the disk's cache and is thrown away, but for cases that take long.
 * @returns samples by the case's name
 */
export async function interleave(
  cases: readonly BenchCase[],
  rounds: number,
  say: (text: string) => void,
): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, prepare, command } of cases) {
      const own = samples.get(name)!;
      const isLong = (own[0]?.wallSeconds ?? 0) > LONG_SECONDS;
      if (isLong && own.length >= LONG_ROUNDS) continue;
      prepare?.();
      const sample = await measure(command);
      say(`round ${round}/${rounds}  ${sample.wallSeconds.toFixed(2).padStart(7)} s  ${name}`);
      if (round > 0 || sample.wallSeconds > LONG_SECONDS) own.push(sample);
    }
  }
  return samples;
}

/** @throws Error with the end of its output where the command fails */
async function measure({ file, args, cwd, env }: BenchCommand): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const times = join(folder, 'times');
  try {
    const start = process.hrtime.bigint();
    const { code, output } = await run(
      '/usr/bin/time',
      ['-o', times, '-f', '%U %S %M', file, ...args],
      cwd,
      env,
    );
    const wallSeconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${output.slice(-2_000)}`);
    const [user, system, kilobytes] = readFileSync(times, 'utf8').trim().split(' ').map(Number);
    return { wallSeconds, processorSeconds: user! + system!, peakMegabytes: kilobytes! / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      // The end is enough to say what went wrong.
      output = (output + chunk.toString('utf8')).slice(-10_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
