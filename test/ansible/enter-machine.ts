import { spawnSync } from 'node:child_process';
import type { TestMachine } from '../system/services/machine.ts';

/** Runs a script in a machine as root, without SSH or sudo: by its first process. @returns what it said @throws where it fails */
export function enterMachine({ machine }: Pick<TestMachine, 'machine'>, script: string): string {
  const argv = ['--target', `${machine.init}`, '--all', '--root', '--wd=/', 'sh', '-euc', script];
  const { status, stdout, stderr } = spawnSync('nsenter', argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout.trim();
}
