import type { GitMode, TreeEntry } from '../../model/commit-files.ts';
import { refuseBadName } from './parse-tree.ts';
import { gitFailed, runGit } from './run-git.ts';
import type { GitPlace } from './run-git.ts';

/** The tree that holds nothing, which git knows without having it, by the length of ids. */
const EMPTY_TREES: Readonly<Record<number, string>> = {
  40: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  64: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

/**
 * All files below many trees, in one process: git is asked how each differs from nothing, since of all programs that
 * list trees only the one that compares them takes more than one.
 *
 * @param oids of trees
 * @returns by the tree's id, sorted by the bytes of the paths, which are relative to the tree
 */
export function listTrees(place: GitPlace, oids: readonly string[]): Map<string, TreeEntry[]> {
  const lists = new Map<string, TreeEntry[]>(oids.map((oid) => [oid, []]));
  const asked = [...lists.keys()].filter((oid) => oid !== EMPTY_TREES[oid.length]);
  if (asked.length === 0) return lists;
  const options = ['-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--ignore-submodules=none', '--stdin'];
  const input = asked.map((oid) => `${EMPTY_TREES[oid.length]} ${oid}\n`).join('');
  const result = runGit(place, ['diff-tree', ...options], input);
  if (result.code !== 0) throw gitFailed('list the files of a commit', result);
  const text = result.stdout.toString('utf8');
  const oidLength = asked[0]!.length;
  let list: TreeEntry[] = [];
  for (let offset = 0; offset < text.length;) {
    if (text.charCodeAt(offset) !== COLON) {
      // The pair that was asked for, on a line of its own.
      const end = text.indexOf('\n', offset);
      list = lists.get(text.slice(text.indexOf(' ', offset) + 1, end))!;
      offset = end + 1;
      continue;
    }
    // `:000000 <mode> <zeros> <id> A`, NUL, the path, NUL; of fixed width up to the path.
    const end = text.indexOf('\0', offset);
    const next = text.indexOf('\0', end + 1);
    const mode = text.slice(offset + 8, offset + 14) as GitMode;
    list.push({ mode, oid: text.slice(end - 2 - oidLength, end - 2), path: text.slice(end + 1, next) });
    offset = next + 1;
  }
  if (text.includes('\ufffd')) refuseBadName(result.stdout, text);
  return lists;
}

const COLON = 58;
