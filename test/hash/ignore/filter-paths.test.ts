import { expect, test } from '@jest/globals';
import { filterPaths } from '../../../generator/hash/ignore/filter-paths.ts';
import { IgnoreMatcher } from '../../../generator/hash/ignore/ignore-matcher.ts';

const filter = (patterns: string[], paths: string[]) => filterPaths(new IgnoreMatcher(patterns), paths);

test('the files that are left keep their order', () => {
  const paths = ['Dockerfile', 'docs/a.md', 'docs/b.txt', 'node_modules/x/y.js', 'src/a.md', 'src/a.ts'];
  expect(filter(['**/*.md', 'node_modules', '!docs/a.md'], paths)).toEqual([
    'Dockerfile',
    'docs/a.md',
    'docs/b.txt',
    'src/a.ts',
  ]);
});

test('without patterns every file is left', () => {
  expect(filter([], ['a', 'b/c'])).toEqual(['a', 'b/c']);
});

test('an exception for a directory does not reach a deeper one that is ignored by name, unlike in a single look', () => {
  const patterns = ['a/b', '!a'];
  expect(filter(patterns, ['a/b/c', 'a/d'])).toEqual(['a/d']);
  expect(new IgnoreMatcher(patterns).matches('a/b/c')).toBe(false);
});

test('an ignored directory that no exception names is not entered, even if one would fit something in it', () => {
  // With a wildcard behind, the bar splits the exception in two, and the second half fits z/b/x.
  expect(filter(['z', '!a|b/*'], ['z/b/x'])).toEqual([]);
  expect(filter(['z', '!?|b/*'], ['z/b/x'])).toEqual(['z/b/x']);
});

test('a pattern that cannot be used is no matter where no path asks for it', () => {
  expect(filter(['a', 'b*[', 'c'], ['a/b'])).toEqual([]);
  expect(() => filter(['a', 'b*[', 'c'], ['a/b', 'c'])).toThrow('ignore pattern "b*["');
});

test('each directory is matched once, however many files it holds', () => {
  const matcher = new IgnoreMatcher(['deep/er/ignored', '!x']);
  const asked: string[] = [];
  const step = matcher.step.bind(matcher);
  matcher.step = (path, ...rest) => {
    asked.push(path);
    return step(path, ...rest);
  };
  const below = ['1', '2', '3']
    .flatMap((name) => [`deep/er/ignored/${name}`, `deep/er/ignored/sub/${name}`])
    .sort();
  expect(filterPaths(matcher, [...below, 'deep/er/kept'])).toEqual(['deep/er/kept']);
  expect(asked).toEqual(['deep', 'deep/er', 'deep/er/ignored', 'deep/er/kept']);
});
