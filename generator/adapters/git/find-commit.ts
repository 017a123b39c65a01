import { UserError } from '../../model/user-error.ts';
import type { FoundCommit } from '../../ports/git-repository.ts';
import { openTree } from './open-tree.ts';
import { gitFailed, startGit } from './run-git.ts';
import type { GitPlace } from './run-git.ts';

/** @throws UserError NO_REVISION, NO_REPOSITORY */
export async function findCommit(place: GitPlace, revision = 'HEAD'): Promise<FoundCommit> {
  const found = (await findAtOnce(place, revision)) ?? (await findWithCare(place, revision));
  return {
    ...found,
    read: () =>
      openTree(place, { revision: found.oid, tree: found.place?.tree ?? found.oid, prefix: found.prefix }),
  };
}

type Found = Omit<FoundCommit, 'read'>;

/** Lines of the answer to the questions below. */
const ANSWERS = 5;

/** @returns undefined where the answer is none, or has more lines than questions: a folder's name may hold newlines */
async function findAtOnce(place: GitPlace, revision: string): Promise<Found | undefined> {
  const { code, stdout } = await startGit(place, [
    ...['rev-parse', '--path-format=absolute', '--git-common-dir', '--show-prefix', '--end-of-options'],
    // Twice the same: somebody may commit between the answers.
    ...[`${revision}^{commit}`, `${revision}^{tree}`, `${revision}^{commit}`],
  ]);
  const lines = stdout.toString('utf8').split('\n');
  // The option that ends the options is echoed.
  if (lines[2] === '--end-of-options') lines.splice(2, 1);
  const [gitFolder = '', prefix = '', oid = '', tree = '', again = ''] = lines;
  const areIds = [oid, tree, again].every((id) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id));
  if (code !== 0 || lines.length !== ANSWERS + 1 || !areIds || oid !== again) return undefined;
  return { oid, prefix, place: { tree, gitFolder } };
}

/** One question at a time, and what is wrong with the answer. */
async function findWithCare(place: GitPlace, revision: string): Promise<Found> {
  const result = await startGit(place, [
    ...['rev-parse', '--show-prefix', '--verify', '--end-of-options'],
    `${revision}^{commit}`,
  ]);
  // The prefix comes before the option that is echoed, and may hold anything but a NUL.
  const match = /^([^]*)\n(?:--end-of-options\n)?([0-9a-f]{40}|[0-9a-f]{64})\n$/.exec(
    result.stdout.toString('utf8'),
  );
  if (result.code === 0 && match) return { prefix: match[1]!, oid: match[2]! };
  const error = gitFailed('find the commit', result);
  throw error.code === 'GIT_FAILED' ? noRevision(revision) : error;
}

function noRevision(revision: string): UserError {
  const message =
    revision === 'HEAD'
      ? 'expected a commit, found none yet; hashes are made from commits: commit first, or use --dirty'
      : `there is no commit ${JSON.stringify(revision)} here; name one that \`git log\` shows, or fetch it (a shallow clone lacks older ones)`;
  return new UserError('NO_REVISION', message);
}
