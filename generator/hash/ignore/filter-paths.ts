import type { IgnoreMatcher } from './ignore-matcher.ts';
import type { Pattern } from './pattern.ts';

interface Directory {
  /** With a slash at its end. */
  readonly prefix: string;
  /** Which patterns fitted it, by index. */
  readonly fitted: Uint8Array;
  /** Nothing below it is looked at. */
  readonly skipped: boolean;
}

/**
 * The files of a build context that Docker sends: those that the ignore file leaves. This is the walk of BuildKit's
 * client (`fsutil`'s filter): each directory is matched once, before what it holds, and one that is ignored is not
 * entered where no `!` pattern could bring anything back.
 *
 * @param sortedPaths of files, relative to the context, with slashes; those of one directory next to one another
 * @throws BadPattern where the build would fail on the walk
 */
export function filterPaths(matcher: IgnoreMatcher, sortedPaths: readonly string[]): string[] {
  if (matcher.patterns.length === 0) return [...sortedPaths];
  const mayReturn = findReturns(matcher.patterns);
  const open: Directory[] = [];
  return sortedPaths.filter((path) => {
    const parent = enterDirectories(matcher, mayReturn, open, path);
    return !parent?.skipped && !matcher.step(path, parent?.fitted);
  });
}

/** Makes `open` the directories above the path, down to the first skipped one, and gives the last of them. */
function enterDirectories(
  matcher: IgnoreMatcher,
  mayReturn: (prefix: string) => boolean,
  open: Directory[],
  path: string,
): Directory | undefined {
  let last = open.at(-1);
  while (last && !path.startsWith(last.prefix)) {
    open.pop();
    last = open.at(-1);
  }
  let end = path.indexOf('/', last?.prefix.length ?? 0);
  while (end >= 0 && !last?.skipped) {
    const fitted = new Uint8Array(matcher.patterns.length);
    const ignored = matcher.step(path.slice(0, end), last?.fitted, fitted);
    const prefix = path.slice(0, end + 1);
    last = { prefix, fitted, skipped: ignored && !mayReturn(prefix) };
    open.push(last);
    end = path.indexOf('/', end + 1);
  }
  return last;
}

/** Tells of an ignored directory whether `!` patterns are reason enough to enter it. */
function findReturns(patterns: readonly Pattern[]): (prefix: string) => boolean {
  const exceptions = patterns
    .filter((pattern) => pattern.exception)
    .map((pattern) => dropTrailingGlob(pattern.text));
  // With a wildcard amid an exception Docker enters everything.
  if (exceptions.some((text) => /[*[\]?^\\]/.test(text))) return () => true;
  return (prefix) => exceptions.some((text) => `${text}/`.startsWith(prefix));
}

function dropTrailingGlob(text: string): string {
  const withoutStars = text.endsWith('/**') ? text.slice(0, -'/**'.length) : text;
  return withoutStars.endsWith('/*') ? withoutStars.slice(0, -'/*'.length) : withoutStars;
}
