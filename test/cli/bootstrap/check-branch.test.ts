import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openGitRepository } from '../../../generator/adapters/git/git-repository.ts';
import { createProcesses } from '../../../generator/adapters/processes.ts';
import { checkBranch } from '../../../generator/cli/bootstrap/check-branch.ts';

let folder: string;
let commits: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  git('init', '-q', '-b', 'master');
  commits = [commit(), commit()];
  git('init', '-q', '--bare', '-b', 'master', 'origin.git');
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

function commit(): string {
  git('commit', '-q', '--allow-empty', '-m', 'more');
  return git('rev-parse', 'HEAD');
}

const address = (): string => `file://${folder}/origin.git`;

/** @returns what was noted; or what it ended with */
async function check(revision: string, repository?: string): Promise<string[]> {
  const notes: string[] = [];
  await checkBranch({
    project: { branch: 'master', ...(repository === undefined ? {} : { repository }) },
    revision,
    env: {},
    processes: createProcesses(),
    repository: openGitRepository(folder),
    note: (text) => notes.push(text),
  });
  return notes;
}

describe('the commit that Jenkins will read', () => {
  test('is there once it was pushed', async () => {
    git('push', '-q', address(), 'HEAD:master');
    expect(await check(commits[1]!, address())).toEqual([]);
  });

  test('is not there before, and the way to push it is named', async () => {
    const [first = '', second = ''] = commits.map((one) => one.slice(0, 12));
    await expect(check(commits[1]!, address())).rejects.toMatchObject({
      code: 'NOT_PUSHED',
      message: `Jenkins reads the branch master of ${address()}, which is not there; push commit ${second} first: git push ${address()} ${commits[1]}:refs/heads/master`,
    });
    git('push', '-q', address(), `${commits[0]}:refs/heads/master`);
    await expect(check(commits[1]!, address())).rejects.toMatchObject({
      code: 'NOT_PUSHED',
      message: `Jenkins reads the branch master of ${address()}, which is at commit ${first} and not at ${second}; push first: git push ${address()} ${commits[1]}:refs/heads/master`,
    });
  });

  test('is an older one where others have pushed', async () => {
    git('push', '-q', address(), 'HEAD:master');
    await expect(check(commits[0]!, address())).rejects.toMatchObject({
      code: 'NOT_PUSHED',
      message: expect.stringMatching(/; take that one: git pull$/) as unknown,
    });
  });

  test('cannot be told where the address leads nowhere from here', async () => {
    const [note = ''] = await check(commits[0]!, `file://${folder}/none.git`);
    expect(note).toMatch(
      /^whether .*none\.git has this commit cannot be seen from here \(.*\); Jenkins needs it on master$/,
    );
  });

  test('needs an address', async () => {
    await expect(check(commits[0]!)).rejects.toMatchObject({ code: 'NO_ADDRESS' });
  });
});
