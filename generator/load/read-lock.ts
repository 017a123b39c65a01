import { Lock } from '../model/lock.ts';
import { LOCK_FILE } from '../model/lock-file.ts';
import { sortProblems } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import type { RepositoryFiles } from '../model/repository-files.ts';
import { shorten } from '../model/shorten.ts';
import { UserError } from '../model/user-error.ts';
import { describeIssue } from './describe-issue.ts';
import { formatPath, parseYamlDocument } from './yaml-document.ts';

/**
 * The committed lock; an empty one where there is none.
 * @param path of the lock in these files; mirrored and lab runs have one of their own
 * @throws UserError INVALID_LOCK with every problem and its place
 */
export function readLock(files: RepositoryFiles, path: string = LOCK_FILE): Lock {
  const bytes = files.read(path);
  if (!bytes) return emptyLock();
  const document = parseYamlDocument(bytes);
  const toProblem = (found: Omit<Problem, 'file'>): Problem => ({
    file: path,
    line: found.line,
    column: found.column,
    path: found.path,
    message: shorten(found.message, 600),
    hint: shorten(found.hint, 300),
  });
  const syntax = document.problems.map((found) => toProblem({ ...found, path: formatPath(found.path) }));
  if (syntax.length > 0) throw invalidLock(path, syntax);
  const parsed = Lock.safeParse(document.value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap((issue) =>
    describeIssue(issue, document.value, () => Object.keys(Lock.shape)).map(
      ({ path: steps, part, ...said }) =>
        toProblem({ ...document.locate(steps, part), path: formatPath(steps), ...said }),
    ),
  );
  throw invalidLock(path, issues);
}

export function emptyLock(): Lock {
  return Lock.parse({ version: 1 });
}

function invalidLock(path: string, problems: readonly Problem[]): UserError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const message = `${path} has ${count}; \`millrace lock\` writes it, take it from a commit where it was whole`;
  return new UserError('INVALID_LOCK', message, sortProblems(problems));
}
