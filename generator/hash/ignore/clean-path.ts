/**
 * The shortest equal path, by names alone: Go's `filepath.Clean` for slash-separated paths.
 * Empty text gives `.`; `..` above the root of a rooted path vanishes, above a relative path it stays.
 */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.length > 0 && names.at(-1) !== '..') names.pop();
    else if (!rooted) names.push(name);
  }
  const joined = names.join('/');
  if (rooted) return `/${joined}`;
  return joined === '' ? '.' : joined;
}
