import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SCRIPTS } from '../../../generator/drivers/home/home-scripts.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-home-'));
  mkdirSync(join(folder, 'data'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, 'data', name);
const make = (name: string, content: string): void => {
  mkdirSync(at(name));
  writeFileSync(join(at(name), 'version'), content);
};
const there = (): string[] => readdirSync(at('')).sort();

/** Runs a script as its job does, but for where the folder is. @param programs in front of those of this machine */
function run(purpose: keyof typeof SCRIPTS, words: readonly string[], programs: Record<string, string> = {}) {
  const bin = mkdtempSync(join(folder, 'bin-'));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const script = SCRIPTS[purpose].replaceAll('/data', at(''));
  const env = { PATH: `${bin}:${process.env['PATH']}` };
  return spawnSync('sh', ['-c', script, 'sh', ...words], { encoding: 'utf8', env });
}

describe('on the disk', () => {
  test('of all homes that failed only the last one stays', () => {
    make('jenkins', '1');
    for (const id of ['20300101', '20300102', '20300103']) {
      expect(run('snapshot', ['jenkins', id]).status).toBe(0);
      writeFileSync(join(at('jenkins'), 'version'), `bad of ${id}`);
      // A run that is killed here is followed by another.
      for (let times = 0; times < 2; times++) expect(run('restore', ['jenkins', id]).status).toBe(0);
      expect(there()).toEqual(['jenkins', `jenkins.failed-${id}`]);
      expect(readFileSync(join(at(`jenkins.failed-${id}`), 'version'), 'utf8')).toBe(`bad of ${id}`);
      expect(readFileSync(join(at('jenkins'), 'version'), 'utf8')).toBe('1');
    }
  });

  test('a home that failed long ago stays where a swap had nothing to put back', () => {
    make('jenkins', '1');
    make('jenkins.failed-20300101', 'bad');
    make('jenkins.restored-20300102.tmp', 'half');
    expect(run('restore', ['jenkins', '20300103']).status).toBe(0);
    expect(there()).toEqual(['jenkins', 'jenkins.failed-20300101']);
  });

  test('what failed makes room for a snapshot where there is too little', () => {
    make('jenkins', '1');
    make('jenkins.failed-20300101', 'bad');
    const free = (kibibytes: number): string =>
      `echo "Filesystem 1024-blocks Used Available"; echo "x 1 1 ${kibibytes}"`;
    const full = `if [ -d ${at('jenkins.failed-20300101')} ]; then ${free(1)}; else ${free(9999)}; fi`;
    expect(run('snapshot', ['jenkins', '20300102'], { df: full }).status).toBe(0);
    expect(there()).toEqual(['jenkins', 'jenkins.snapshot-20300102']);
    const refused = run('snapshot', ['jenkins', '20300103'], { df: free(1) });
    expect(refused.stdout).toContain('its disk has 1 KiB left');
    expect(refused.status).toBe(1);
  });

  test('what failed is kept where a snapshot has room beside it', () => {
    make('jenkins', '1');
    make('jenkins.failed-20300101', 'bad');
    expect(run('snapshot', ['jenkins', '20300102']).status).toBe(0);
    expect(there()).toEqual(['jenkins', 'jenkins.failed-20300101', 'jenkins.snapshot-20300102']);
  });
});
