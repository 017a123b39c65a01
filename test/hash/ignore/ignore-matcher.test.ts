import { describe, expect, test } from '@jest/globals';
import { BadPattern } from '../../../generator/hash/ignore/bad-pattern.ts';
import { IgnoreMatcher } from '../../../generator/hash/ignore/ignore-matcher.ts';

/** What Docker's reference and the tests of moby's `patternmatcher` say: patterns, ignored paths, kept paths. */
const rows: readonly (readonly [what: string, patterns: string[], ignored: string[], kept: string[]])[] = [
  ['a name is one in the root only', ['temp'], ['temp', 'temp/x'], ['a/temp', 'temporary', 'Temp']],
  ['slashes in front and behind do not count', ['/foo/bar/'], [], ['foo/bar']],
  ['a slash behind does not ask for a directory', ['foo/'], ['foo', 'foo/x'], ['x/foo']],
  ['a star stays in its directory', ['*/temp*'], ['a/temp', 'a/temp.txt', 'a/temp/x'], ['temp', 'a/b/temp']],
  ['as many stars as levels', ['*/*/temp*'], ['a/b/temp1'], ['a/temp1', 'a/b/c/temp1']],
  [
    'a question mark is one character, however long',
    ['temp?'],
    ['tempa', 'temp☺', 'temp😀'],
    ['temp', 'tempab', 'temp/'],
  ],
  ['two stars are any number of directories', ['**/*.go'], ['x.go', 'a/x.go', 'a/b/x.go'], ['x.gox', 'go']],
  ['two stars behind are all below', ['dir/**'], ['dir/a', 'dir/a/b'], ['dir', 'dirx/a']],
  ['two stars in front also match in a name', ['**file'], ['file', 'a/file', 'afile'], ['file2']],
  ['two stars and a slash do not', ['**/file'], ['file', 'a/file'], ['afile', 'a/bfile']],
  ['two stars amid a name', ['a**/*.txt'], ['a/f.txt', 'ab/f.txt', 'a/b/f.txt'], ['b/f.txt', 'a.txt2']],
  ['all', ['**'], ['a', 'a/b'], []],
  ['dots are no wildcards', ['abc.def', '.*'], ['abc.def', '.foo'], ['abcZdef', 'foo']],
  ['nor are other signs, where no wildcard stands by', ['a.|)$(}+{bc'], ['a.|)$(}+{bc'], ['a']],
  ['classes', ['a[b-d]e', 'x[^b-d]e'], ['ace', 'xze'], ['ae', 'aae', 'xce']],
  ['classes of other scripts', ['[a-ζ]*'], ['α', 'z'], ['ω', 'A']],
  ['a backslash takes a meaning away', ['a\\*b', '[\\]a]', '\\!x'], ['a*b', ']', '!x'], ['ab', 'a\\*b', 'x']],
  ['case counts', ['readme.md'], ['readme.md'], ['README.md']],
  [
    'the last pattern that fits wins',
    ['*.md', '!README*.md', 'README-secret.md'],
    ['a.md', 'README-secret.md'],
    ['README.md'],
  ],
  [
    'an exception before is lost',
    ['*.md', 'README-secret.md', '!README*.md'],
    ['a.md'],
    ['README.md', 'README-secret.md'],
  ],
  [
    'an exception can reach into a directory',
    ['docs', '!docs/README.md'],
    ['docs', 'docs/x'],
    ['docs/README.md'],
  ],
  ['a list of what is allowed', ['**', '!src/web'], ['src', 'src/x', 'x'], ['src/web', 'src/web/x']],
  ['paths are cleaned', ['a/./b/../c', './d', 'e//f', ' g '], ['a/c', 'd', 'e/f', 'g'], ['a/b', 'f']],
  ['what lies outside is never met', ['../a', '..'], [], ['a', 'b/a']],
  [
    'braces count, though only where a wildcard stands by',
    ['a{2}*', 'b{2}'],
    ['aab', 'b{2}'],
    ['a{2}b', 'bb'],
  ],
  [
    'a bar splits, though only where a wildcard stands by',
    ['a|b?', 'c|d'],
    ['ax', 'xbx', 'c|d'],
    ['xa', 'c', 'd'],
  ],
  ['a star in brackets becomes another expression', ['[*]'], ['[]', '^/]', ']'], ['*']],
  ['no patterns', ['', '  '], [], ['a', 'a/b']],
];

describe.each(rows)('%s', (_, patterns, ignored, kept) => {
  const matcher = new IgnoreMatcher(patterns);
  const outcome = (paths: string[], wanted: boolean) =>
    paths.filter((path) => matcher.matches(path) === wanted);

  test(`${JSON.stringify(patterns)} ignores and keeps the right paths`, () => {
    expect(outcome(ignored, true)).toEqual(ignored);
    expect(outcome(kept, false)).toEqual(kept);
  });
});

describe('patterns that Docker refuses', () => {
  test.each(['[', '[]a]', '[-]', '[x-]', '[-x]', '\\', '[a-b-c]', '[^', 'a[', '!', ' ! ', '!/', 'x/../!'])(
    '%s is refused at once',
    (pattern) => expect(() => new IgnoreMatcher([pattern])).toThrow(BadPattern),
  );

  test.each(['[Local-Only]', 'a*[', 'b\\q', '?{2}{3}', 'c|{2}?', '\\pX', 'a{1001}?'])(
    '%s is refused where it first comes to a match',
    (pattern) => {
      const matcher = new IgnoreMatcher(['kept', pattern]);
      expect(() => matcher.matches('x')).toThrow(BadPattern);
      expect(() => matcher.matches('x')).toThrow(BadPattern);
      // Already ignored: the second pattern is not tried, so the build does not fail either.
      expect(matcher.matches('kept')).toBe(true);
    },
  );

  test('the message has the pattern, the cause and what to do', () => {
    const refuse = (pattern: string) => () => new IgnoreMatcher([pattern]).matches('x');
    expect(refuse('a[')).toThrowErrorMatchingInlineSnapshot(
      `"ignore pattern "a[": a malformed character class or a trailing backslash; Docker refuses it too, mend or remove the line"`,
    );
    expect(refuse('!')).toThrowErrorMatchingInlineSnapshot(
      `"ignore pattern "!": a "!" that names no path; Docker refuses it too, mend or remove the line"`,
    );
    expect(refuse('[z-a]')).toThrowErrorMatchingInlineSnapshot(
      `"ignore pattern "[z-a]": a character range the wrong way round; Docker refuses it too, mend or remove the line"`,
    );
  });
});
