import type { Project } from '../../model/project/project.ts';
import { UserError } from '../../model/user-error.ts';
import type { GitRepository } from '../../ports/git-repository.ts';
import type { Processes } from '../../ports/processes.ts';

export interface BranchTools {
  project: Pick<Project, 'repository' | 'branch'>;
  /** The commit that is bootstrapped. */
  revision: string;
  env: Readonly<Record<string, string | undefined>>;
  processes: Pick<Processes, 'run'>;
  repository: Pick<GitRepository, 'isAncestor'>;
  note: (text: string) => void;
}

const SECONDS = 20;
/** Nobody sits there to be asked for a password. */
const ASK_NOBODY = { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', SSH_ASKPASS: 'true', LC_ALL: 'C' };
/** Unless the user has an `ssh` of their own for git. */
const SSH = 'ssh -o BatchMode=yes -o ConnectTimeout=10';

/**
 * Whether Jenkins will read the commit that is deployed from here: it clones the project from its address. Told before anything
 * is made; where this machine may not read that address, nothing is known.
 * @throws UserError NO_ADDRESS, NOT_PUSHED
 */
export async function checkBranch(tools: BranchTools): Promise<void> {
  const { project, revision, repository, note } = tools;
  const { repository: address, branch } = project;
  if (address === undefined)
    throw new UserError(
      'NO_ADDRESS',
      'project.yaml: expected `repository:`, the address that Jenkins clones the project from, found none; add it, run `millrace generate`, commit and push',
    );
  const tip = await readTip(tools, address, branch);
  if ('why' in tip) {
    note(
      `whether ${address} has this commit cannot be seen from here (${tip.why}); Jenkins needs it on ${branch}`,
    );
    return;
  }
  if (tip.commit === revision) return;
  const [ours, push] = [revision.slice(0, 12), `git push ${address} ${revision}:refs/heads/${branch}`];
  if (tip.commit === undefined)
    throw new UserError(
      'NOT_PUSHED',
      `Jenkins reads the branch ${branch} of ${address}, which is not there; push commit ${ours} first: ${push}`,
    );
  const theirs = tip.commit.slice(0, 12);
  const isBehind = (await repository.isAncestor(revision, tip.commit)) === true;
  throw new UserError(
    'NOT_PUSHED',
    `Jenkins reads the branch ${branch} of ${address}, which is at commit ${theirs} and not at ${ours}; ` +
      (isBehind ? 'take that one: git pull' : `push first: ${push}`),
  );
}

/** @returns the commit at the branch's tip, undefined where there is no such branch; or why it cannot be told */
async function readTip(
  { processes, env }: BranchTools,
  address: string,
  branch: string,
): Promise<{ commit: string | undefined } | { why: string }> {
  const ssh = (env['GIT_SSH_COMMAND'] ?? '') === '' ? { GIT_SSH_COMMAND: SSH } : {};
  const ref = `refs/heads/${branch}`;
  try {
    const { code, stdout, stderr } = await processes.run(
      { file: 'git', args: ['ls-remote', '--', address, ref], env: { ...ASK_NOBODY, ...ssh } },
      { signal: AbortSignal.timeout(SECONDS * 1_000), graceSeconds: 1 },
    );
    if (code === null) return { why: `no answer within ${SECONDS} s` };
    if (code !== 0) return { why: stderr.trim().split('\n').at(-1) ?? `git ended with ${code}` };
    const line = stdout.split('\n').find((one) => one.endsWith(`\t${ref}`));
    return { commit: line?.split('\t', 1)[0] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { why: error.message };
  }
}
