import type { ComponentId } from '../model/component.ts';
import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import type { GitHistory } from '../ports/git-history.ts';
import type { GitRepository } from '../ports/git-repository.ts';
import type { Invocation } from './command.ts';
import { hashCommit } from './hash-commit.ts';
import { loadCommit } from './load-commit.ts';
import { openMemo } from './memo.ts';

type Hashes = ReadonlyMap<ComponentId, { hash: string }>;

/** What the trusted branch says of source hashes. */
export interface RecentHashes {
  /** Its last commits, the newest first. */
  commits: readonly string[];
  /** By source hash the newest of them that has it. */
  wanted: ReadonlyMap<string, string>;
  /** Those whose hashes cannot be computed. */
  unreadable: readonly string[];
  /** Images that they have. */
  images: ReadonlySet<string>;
  /** Of the commits that are the branch's, the hashes that they have; others are left out. */
  placeCommits: (revisions: Iterable<string>) => Promise<Map<string, ReadonlySet<string>>>;
}

interface Settings {
  project: Pick<Project, 'branch' | 'retention'>;
  repository: Pick<GitRepository, 'findCommit' | 'isAncestor'>;
  history: GitHistory;
  invocation: Pick<Invocation, 'root' | 'env'>;
}

/**
 * The hashes of the last commits of the trusted branch, as far as this clone knows it: the branch of the remote, the local
 * one, and what is checked out all count.
 * @throws UserError NO_BRANCH, SHALLOW_HISTORY, and whatever says that the history cannot be read
 */
export async function readRecentHashes(settings: Settings): Promise<RecentHashes> {
  const tips = await findTips(settings);
  const commits = [...new Set(tips.flatMap((tip) => tip.commits))];
  const wanted = new Map<string, string>();
  const images = new Set<string>();
  const unreadable: string[] = [];
  for (const commit of commits) {
    const hashes = await hashesAt(commit, settings);
    if (!hashes) unreadable.push(commit);
    for (const [id, { hash }] of hashes ?? []) {
      if (!wanted.has(hash)) wanted.set(hash, commit);
      if (id.startsWith('image:')) images.add(id.slice('image:'.length));
    }
  }
  const placeCommits: RecentHashes['placeCommits'] = async (revisions) => {
    const placed = new Map<string, ReadonlySet<string>>();
    for (const revision of new Set(revisions)) {
      if (!commits.includes(revision) && !(await isOfBranch(revision, tips, settings))) continue;
      const hashes = await hashesAt(revision, settings);
      if (hashes) placed.set(revision, new Set([...hashes.values()].map(({ hash }) => hash)));
    }
    return placed;
  };
  return { commits, wanted, unreadable, images, placeCommits };
}

interface Tip {
  revision: string;
  commits: readonly string[];
}

async function findTips({ project, history, invocation }: Settings): Promise<Tip[]> {
  const { branch, retention } = project;
  const own = [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`];
  const found = await Promise.all(
    [...own, 'HEAD'].map(async (revision) => ({
      revision,
      commits: await history.listLast(revision, retention.commits),
    })),
  );
  const tips = found.flatMap(({ revision, commits }): Tip[] => (commits ? [{ revision, commits }] : []));
  // A pipeline of the trusted branch has its commit checked out, and may have no name for it.
  const isNamed =
    tips.some(({ revision }) => revision !== 'HEAD') || invocation.env['MILLRACE_ROLE'] === 'deliver';
  if (isNamed) return tips;
  throw new UserError(
    'NO_BRANCH',
    `expected the branch ${branch}, whose last ${retention.commits} commits say what is kept, found neither it nor origin/${branch}; run \`git fetch origin ${branch}\``,
  );
}

async function isOfBranch(
  revision: string,
  tips: readonly Tip[],
  { repository }: Settings,
): Promise<boolean> {
  for (const tip of tips) if ((await repository.isAncestor(revision, tip.revision)) === true) return true;
  return false;
}

/** What says that git could not read, and not that a commit's project is one that nothing was ever made of. */
const UNREAD: ReadonlySet<string> = new Set(['GIT_FAILED', 'NO_GIT', 'NO_REPOSITORY']);

/** @returns undefined where the commit's project is not valid, or lacks a pin */
async function hashesAt(revision: string, { repository, invocation }: Settings): Promise<Hashes | undefined> {
  const found = await repository.findCommit(revision);
  // Read and not written: so many at once would push out those that people go back and forth between.
  const known = openMemo(found, invocation.env)?.read();
  if (known) return known.hashes;
  try {
    const files = found.read();
    // Before the project was one.
    if (files.read('project.yaml') === undefined) return new Map();
    return hashCommit(loadCommit(files, invocation));
  } catch (error) {
    if (!(error instanceof UserError) || UNREAD.has(error.code)) throw error;
    // The commit was found a moment ago; what it lacks is the folder.
    return error.code === 'NO_REVISION' ? new Map() : undefined;
  }
}
