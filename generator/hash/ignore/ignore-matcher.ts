import { BadPattern } from './bad-pattern.ts';
import { checkGlob } from './check-glob.ts';
import { cleanPath } from './clean-path.ts';
import { Pattern } from './pattern.ts';
import { trimSpace } from './trim-space.ts';

/**
 * The patterns of an ignore file (`readIgnoreFile`), as moby's `patternmatcher` v0.6.1 understands them on Linux: later
 * patterns win, `!` brings back, a pattern that fits a directory fits all below it.
 */
export class IgnoreMatcher {
  readonly patterns: readonly Pattern[];

  /** @throws BadPattern for what Docker refuses at once; some faults show only when it comes to a match */
  constructor(patterns: readonly string[]) {
    this.patterns = patterns.map(trimSpace).filter(Boolean).map(readPattern);
  }

  /**
   * Whether the path is ignored, looked at by itself: `MatchesOrParentMatches`. A build context is not filtered this
   * way but on a walk (`filterPaths`), which can answer differently where `!` names a directory above others.
   *
   * @param path relative, with slashes, without `.` and `..`
   * @throws BadPattern where the build would fail at this path
   */
  matches(path: string): boolean {
    const parents = listParents(path);
    let ignored = false;
    for (const pattern of this.patterns) {
      if (pattern.exception !== ignored) continue;
      if (pattern.fits(path) || parents.some((parent) => pattern.fits(parent))) ignored = !pattern.exception;
    }
    return ignored;
  }

  /**
   * One step of a walk, `MatchesUsingParentResults`: whether the path is ignored, given which patterns fitted the
   * directory it lies in (undefined at the top). Into `fitted`, if given, goes the same for this path.
   */
  step(path: string, parentFitted: Uint8Array | undefined, fitted?: Uint8Array): boolean {
    let ignored = false;
    for (let index = 0; index < this.patterns.length; index++) {
      const pattern = this.patterns[index]!;
      let fits = parentFitted?.[index] === 1;
      if (!fits) {
        // A pattern that could change nothing is not tried, and so counts as not fitting further down.
        if (pattern.exception !== ignored) continue;
        fits = pattern.fits(path);
      }
      if (!fits) continue;
      if (fitted) fitted[index] = 1;
      ignored = !pattern.exception;
    }
    return ignored;
  }
}

function readPattern(text: string): Pattern {
  const cleaned = cleanPath(text.replace(/\p{Surrogate}/gu, '\ufffd'));
  const exception = cleaned.startsWith('!');
  const path = exception ? cleaned.slice(1) : cleaned;
  if (path === '') throw new BadPattern(text, 'a "!" that names no path');
  if (!checkGlob(path)) throw new BadPattern(text, 'a malformed character class or a trailing backslash');
  return new Pattern(path, exception);
}

/** The directories above a path, from the top; a rooted path yields what Go's splitting yields. */
function listParents(path: string): string[] {
  const directory = cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
  if (directory === '.') return [];
  const names = directory.split('/');
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}
